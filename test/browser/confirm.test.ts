import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { startMailServer, type MailServer } from '../support/mail-server.ts'
import { linkIn } from '../support/messages.ts'
import { launchBrowser, newVisitor, type Visitor } from '../support/page.ts'
import { selfSigned } from '../support/tls-proxy.ts'
import { startWorld, type World } from '../support/world.ts'

const RESEARCH = 'harbor-research'
const folder = mkdtempSync(join(tmpdir(), 'assent-confirm-'))
let world: World
let browser: Browser
let mail: MailServer
let visitor: Visitor
let page: Page
let key: string

beforeAll(async () => {
  ;[world, browser] = await Promise.all([startWorld(), launchBrowser()])
  mail = await startMailServer({ tls: 'none', certificate: selfSigned(folder), login: false })
  const email = { smtp: `smtp://127.0.0.1:${mail.port}`, from: 'Harborline IT <news@harbor.example>' }
  writeFileSync(join(world.data, 'keys', 'providers.json'), JSON.stringify({ harbor: { email } }), {
    mode: 0o600,
  })
  await world.kill()
  await world.start()
  key = await world.key('harbor')
})
afterAll(async () => {
  await browser?.close()
  await mail?.close()
  await world?.stop()
  rmSync(folder, { recursive: true })
})
beforeEach(async () => {
  visitor = await newVisitor(browser)
  page = visitor.page
})
afterEach(() => visitor.leave())

/** Signs up on the page without scripts, and answers where the mail leads; on the host browsers know. */
async function linkFor(address: string, language = 'en'): Promise<string> {
  const { page: form, leave } = await newVisitor(browser, { javaScriptEnabled: false })
  await form.goto(`${world.host}/s/harbor/opt-in.${RESEARCH}.${language}.html`)
  await form.locator('[name=email]').check()
  await form.locator('[name=email-address]').fill(address)
  await form.locator('[name=of-age]').check()
  await form.locator('form [type=submit]').click()
  await form.locator('.assent-done').locator('visible=true').waitFor()
  const mailTo = () => mail.mails.findLast(({ envelope }) => envelope.to.includes(address))
  await vi.waitFor(() => expect(mailTo()).toBeDefined(), { timeout: 10_000 })
  await leave()
  const link = linkIn(mailTo()!.text)
  return `${world.host}${link.pathname}${link.search}`
}

async function status(address: string): Promise<unknown> {
  const query = new URLSearchParams({ channel: 'email', program: RESEARCH, address })
  const answer = await fetch(`${world.local}/v1/sites/harbor/status?${query}`, {
    headers: { Authorization: `Bearer ${key}` },
  })
  return ((await answer.json()) as { reason: string }).reason
}

const SHOTS = process.env['SHOTS']
const shot = async (name: string) => {
  if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true })
}

test('a person follows the link of a real mail, reads what it is about, and confirms it with the keyboard alone', async () => {
  const address = 'mira.lund@post.example'
  const link = await linkFor(address)
  expect(await status(address)).toBe('pending_double_optin')
  await page.goto(link)
  await page.getByRole('heading', { name: 'Do you want these messages?' }).waitFor()
  const shown = await page.locator('main').innerText()
  for (const part of ['Harborline questions', 'm…@post.example', 'Yes, Harborline IT may ask me by e-mail'])
    expect(shown).toContain(part)
  expect(shown).not.toContain(address)
  // One button, and nothing else that does anything.
  expect(
    await page
      .locator('main :is(button, input:not([type=hidden]), select, textarea, a)')
      .locator('visible=true')
      .count(),
  ).toBe(1)
  expect(await status(address)).toBe('pending_double_optin')

  for (let n = 0; n < 10; n++) {
    // oxlint-disable-next-line no-await-in-loop -- one key after the other
    await page.keyboard.press('Tab')
    // oxlint-disable-next-line no-await-in-loop
    if ((await page.evaluate(() => document.activeElement?.getAttribute('data-assent'))) === 'confirm') break
  }
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Confirmed', exact: true }).waitFor()
  expect(await status(address)).toBe('ok_double_optin')
  const size = world.size('harbor')
  await page.reload()
  await page.getByRole('heading', { name: 'Confirmed', exact: true }).waitFor()
  expect(world.size('harbor')).toBe(size)
  expect(visitor.complaints).toEqual([])
})

test('the page works without scripts, tells no other page where it was, and asks nothing of anybody else', async () => {
  const address = 'kim@post.example'
  const link = await linkFor(address)
  const { page: plain, requests, leave } = await newVisitor(browser, { javaScriptEnabled: false })
  const referrers: (string | undefined)[] = []
  plain.on('request', request => void referrers.push(request.headers()['referer']))
  await plain.goto(link)
  await plain.getByRole('button', { name: 'Yes, I confirm' }).click()
  await plain.getByRole('heading', { name: 'Confirmed', exact: true }).waitFor()
  await plain.getByRole('link', { name: 'Stop messages' }).click()
  await plain.getByRole('heading', { name: 'Stop messages' }).waitFor()
  expect(await status(address)).toBe('ok_double_optin')
  expect(referrers.filter(Boolean)).toEqual([])
  expect(requests.filter(url => !url.startsWith(world.host) && !url.startsWith('data:'))).toEqual([])
  await leave()
})

describe.each([
  ['en', 'ltr', 'Do you want these messages?', 'Confirmed', 'This link does not work'],
  ['de', 'ltr', 'Möchten Sie diese Nachrichten?', 'Bestätigt', 'Dieser Link gilt nicht'],
  ['ar', 'rtl', 'هل تريد هذه الرسائل؟', 'تم التأكيد', 'هذا الرابط لا يعمل'],
] as const)('in %s', (language, direction, asks, done, gone) => {
  test('asking, confirmed and gone: clean by axe, nothing cut, in its direction, on a telephone and a desktop', async () => {
    const link = await linkFor(`robin.${language}@post.example`, language)
    const look = async (name: string, heading: string) => {
      await page.getByRole('heading', { name: heading, exact: true }).waitFor()
      expect(
        await page.evaluate(() => [document.documentElement.dir, document.documentElement.lang]),
      ).toEqual([direction, language])
      expect(await axeFindings(page, ['color-contrast', 'document-title', 'html-has-lang'])).toEqual([])
      for (const [width, height] of [
        [360, 740],
        [1280, 900],
      ] as const) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await page.setViewportSize({ width, height })
        // oxlint-disable-next-line no-await-in-loop
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        ).toBeLessThanOrEqual(0)
        // oxlint-disable-next-line no-await-in-loop
        await shot(`${name}-${language}-${width}`)
      }
    }
    await page.goto(link)
    await look('asks', asks)
    await page.locator('[data-assent=confirm]').click()
    await look('confirmed', done)
    await page.goto(link.replace(/token=.*/, 'token=AAAAAAAAAAAAAAAAAAAAAA'))
    await look('gone', gone)
  })
})
