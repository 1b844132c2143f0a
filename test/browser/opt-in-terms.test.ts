import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { axeFindings } from '../support/axe.ts'
import { launchBrowser, newVisitor, press, type Visitor } from '../support/page.ts'
import { startWorld, type World } from '../support/world.ts'

let world: World
let browser: Browser

beforeAll(async () => {
  ;[world, browser] = await Promise.all([startWorld(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

async function aVisitor(options: Parameters<typeof newVisitor>[1] = {}): Promise<Visitor> {
  const visitor = await newVisitor(browser, options)
  onTestFinished(() => visitor.leave())
  return visitor
}

/** Pictures for whoever wants to see them. */
const PICTURES = process.env['PICTURES']
const picture = async ({ page }: Visitor, name: string): Promise<void> => {
  if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}.png` })
}

const SAID = {
  en: { often: 'About one e-mail a week', terms: 'Terms', notice: 'Privacy notice' },
  de: { often: 'Etwa eine E-Mail pro Woche', terms: 'Bedingungen', notice: 'Datenschutzhinweise' },
  ar: { often: 'رسالة بريد واحدة في الأسبوع', terms: 'الشروط', notice: 'إشعار الخصوصية' },
} as const

describe.each(['en', 'de', 'ar'] as const)('the form in %s', language => {
  const { often, terms, notice } = SAID[language]

  test.each([1280, 360])(
    'says how often, and links to terms and notice above its button, %i wide',
    async width => {
      const visitor = await aVisitor({ viewport: { width, height: 900 } })
      const { page } = visitor
      await page.goto(`${world.loom}/${language === 'en' ? '' : `index.${language}.html`}`)
      await press(page, 'reject')
      const form = page.locator('[data-assent-form] .assent-form')
      await form.waitFor()
      await form.scrollIntoViewIfNeeded()
      await form.getByRole('checkbox').first().check()
      await form.getByRole('checkbox').nth(1).check()
      const line = form.locator('.assent-terms')
      expect(await line.innerText()).toContain(often)
      const button = (await form.locator('[data-assent=opt-in]').boundingBox())!
      const box = (await line.boundingBox())!
      expect(box.y + box.height).toBeLessThanOrEqual(button.y)
      expect(await line.getByRole('link').allInnerTexts()).toEqual([
        expect.stringContaining(terms),
        expect.stringContaining(notice),
      ])
      const [toTerms, toNotice] = await line
        .getByRole('link')
        .evaluateAll(links => links.map(link => (link as HTMLAnchorElement).href))
      expect(toTerms).toBe('http://localhost:8789/terms.html')
      expect(toNotice).toBe(`${world.host}/s/loom/notice.${language}.html`)
      expect(await axeFindings(page, ['color-contrast', 'link-name'])).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      await form.scrollIntoViewIfNeeded()
      await picture(visitor, `form-${language}-${width}`)
      expect(visitor.complaints).toEqual([])
    },
  )

  test('the page without scripts says the same', async () => {
    const visitor = await aVisitor({ javaScriptEnabled: false, viewport: { width: 800, height: 1000 } })
    const { page } = visitor
    await page.goto(`${world.host}/s/harbor/opt-in.harbor-offers.${language}.html`)
    const line = page.locator('.assent-terms')
    expect(await line.getByRole('link').count()).toBe(2)
    await page.getByRole('checkbox').nth(1).check()
    await picture(visitor, `page-${language}`)
    expect(await line.getByRole('link').nth(1).getAttribute('href')).toBe(`notice.${language}.html`)
  })

  test('the notice says by which ways, how often, and that no number is handed on', async () => {
    const visitor = await aVisitor({ viewport: { width: 800, height: 1000 } })
    const { page } = visitor
    await page.goto(`${world.host}/s/harbor/notice.${language}.html`)
    const part = page.locator('#assent-notice-messages')
    await part.scrollIntoViewIfNeeded()
    expect(await part.innerText()).toContain(
      { en: 'are not shared or sold', de: 'weder weitergegeben noch verkauft', ar: 'لا تُشارَك ولا تُباع' }[
        language
      ],
    )
    expect(await part.getByRole('listitem').count()).toBe(2)
    expect(await axeFindings(page, ['color-contrast', 'link-name'])).toEqual([])
    await page.evaluate(() => document.querySelector('#assent-notice-messages')!.scrollIntoView())
    await picture(visitor, `notice-${language}`)
  })

  test('the offer fits on a small screen', async () => {
    const visitor = await aVisitor({ viewport: { width: 360, height: 700 } })
    const { page } = visitor
    await page.goto(`${world.loom}/${language === 'en' ? '' : `index.${language}.html`}`)
    await press(page, 'reject')
    await page.evaluate(() =>
      (window as never as { assent: { open(view: string): void } }).assent.open('opt-in:weekly'),
    )
    const offer = page.locator('.assent-offer .assent-box')
    await offer.waitFor()
    await offer.getByRole('checkbox').nth(1).check()
    await picture(visitor, `offer-${language}`)
    const line = offer.locator('.assent-terms')
    await line.scrollIntoViewIfNeeded()
    expect(await line.innerText()).toContain(often)
    expect(await axeFindings(page, ['color-contrast', 'link-name'])).toEqual([])
  })
})

test('what is typed and not sent goes nowhere, and no field comes filled in', async () => {
  const visitor = await aVisitor()
  const { page } = visitor
  await page.goto(`${world.harbor}/services.html`)
  await press(page, 'reject')
  await page.locator('[data-assent-form] .assent-form').waitFor()
  await expect.poll(() => visitor.posted.length).toBe(1)
  for (const field of await page.locator('.assent-form input:not([type=checkbox])').all())
    expect(await field.inputValue()).toBe('')
  for (const tick of await page.locator('.assent-form input[type=checkbox]').all())
    expect(await tick.isChecked()).toBe(false)
  const before = visitor.requests.length
  const entries = world.size('harbor')
  const stored = () =>
    page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]))
  const kept = await stored()
  await page.locator('[name=sms]').check()
  await page.locator('[name=sms-address]').pressSequentially('07400 199199')
  await page.locator('[name=email]').check()
  await page.locator('[name=email-address]').pressSequentially('mira.lund@post.example')
  await page.locator('[name=of-age]').check()
  await page.keyboard.press('Tab')
  await page.waitForTimeout(1_500)
  // Leaving is no sending either.
  await page.goto(`${world.harbor}/`)
  await page.waitForTimeout(500)
  expect(
    visitor.requests.slice(before).filter(url => url.includes('opt-in') && !url.endsWith('.mjs')),
  ).toEqual([])
  for (const url of visitor.requests.slice(before)) expect(url).not.toMatch(/199199|mira/)
  expect(world.size('harbor')).toBe(entries)
  expect(await stored()).toBe(kept)
})
