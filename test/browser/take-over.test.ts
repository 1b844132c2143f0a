import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ConsentTool, TakeOver } from '../../shared/domain/take-over.ts'
import { launchBrowser, newVisitor, type Visitor } from '../support/page.ts'
import { HARSH, startFixture, type Fixture } from './consent-host.ts'

interface Recorded {
  readonly tool: ConsentTool
  readonly answer: string
  readonly cookies: Readonly<Record<string, string>>
  readonly local: Readonly<Record<string, string>>
  readonly at: number
}

const recordings = ['recorded.json', 'documented.json'].flatMap(
  name =>
    JSON.parse(
      readFileSync(join(import.meta.dirname, '../fixtures/other-tools', name), 'utf8'),
    ) as Recorded[],
)
const MAPS: Readonly<Record<ConsentTool, TakeOver['map']>> = {
  'vanilla-cookieconsent': { analytics: 'analytics', marketing: 'marketing', necessary: 'preferences' },
  klaro: { matomo: 'analytics', vimeo: 'marketing' },
  c15t: { measurement: 'analytics', marketing: 'marketing', necessary: 'preferences' },
  cookiebot: { statistics: 'analytics', marketing: 'marketing', preferences: 'preferences' },
  onetrust: { C0002: 'analytics', C0004: 'marketing', C0001: 'preferences' },
}

/** A day after the tools were recorded: what they keep has times in it. */
const NOW = Math.max(...recordings.map(({ at }) => at)) + 86_400_000

let browser: Browser
let visitor: Visitor

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())
afterEach(() => visitor?.leave())

const siteOf = (tool: ConsentTool, like: Partial<TakeOver> = {}): Promise<Fixture> =>
  startFixture({
    choice: {
      expiresAfterDays: 180,
      takeOver: {
        tool,
        map: MAPS[tool],
        switchedOn: new Date(NOW - 86_400_000).toISOString().slice(0, 10),
        ...like,
      },
    },
  })

/** Somebody with what the tool has left in their browser, watched for every banner that is ever put into a page. */
async function visit(
  host: Fixture,
  found: Pick<Recorded, 'cookies' | 'local'>,
  head = host.stub,
  gpc = false,
) {
  visitor = await newVisitor(browser)
  const { page, context } = visitor
  await page.clock.setFixedTime(NOW)
  await page.addInitScript(
    ({ local, gpc }) => {
      for (const [name, value] of Object.entries(local)) localStorage[name] = value
      if (gpc) Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })
      new MutationObserver(() => {
        if (document.querySelector('#assent')) Object.assign(window, { wasAsked: true })
      }).observe(document, { childList: true, subtree: true })
    },
    { local: found.local, gpc },
  )
  await context.addCookies(
    Object.entries(found.cookies).map(([name, value]) => ({
      name,
      value,
      domain: 'www.loom.test',
      path: '/',
    })),
  )
  const scripts = `<script type="text/plain" nonce="n" data-consent="analytics">(window.ran??=[]).push('analytics')</script>
<script type="text/plain" nonce="n" data-consent="marketing">(window.ran??=[]).push('marketing')</script>`
  await page.goto(host.page(`${head}${scripts}<p>text`, HARSH))
  return page
}
type Page = Awaited<ReturnType<typeof visit>>
const wasAsked = (page: Page) => page.evaluate(() => 'wasAsked' in window)
const ran = (page: Page) => page.evaluate(() => (window as { ran?: string[] }).ran ?? [])
const startedOf = async (page: Page): Promise<void> => {
  await page.waitForFunction(() => !!window.assent?.sync)
}

/** On plain http two tabs or modules may send the same decision; the ledger stores it once. */
const takenBy = (host: Fixture) => [...new Map(host.taken.map(each => [each['id'], each])).values()]

const find = (tool: ConsentTool, answer = 'analytics'): Recorded =>
  recordings.find(found => found.tool === tool && found.answer === answer)!

describe.each(['vanilla-cookieconsent', 'klaro', 'c15t', 'cookiebot', 'onetrust'] as const)(
  'who had answered %s',
  tool => {
    test('sees no banner, not even in passing, has what they allowed, and it is recorded', async () => {
      const host = await siteOf(
        tool,
        tool === 'klaro' ? { map: { ...MAPS.klaro, fonts: 'preferences' } } : {},
      )
      const found = find(tool)
      // One service more, for the demo site asks about three purposes.
      const cookies =
        tool === 'klaro'
          ? { klaro: encodeURIComponent('{"matomo":true,"vimeo":false,"fonts":true}') }
          : found.cookies
      const page = await visit(host, { ...found, cookies })
      await expect.poll(() => ran(page)).toEqual(['analytics'])
      await expect.poll(() => takenBy(host)).toHaveLength(1)
      expect(host.taken[0]).toMatchObject({
        method: 'take-over',
        tool,
        choices: { analytics: true, marketing: false },
      })
      expect(host.taken[0]).not.toHaveProperty('text')
      await page.reload()
      await startedOf(page)
      expect(await wasAsked(page)).toBe(false)
      expect(takenBy(host)).toHaveLength(1)
      expect(visitor.complaints).toEqual([])
      host.close()
    })
  },
)

test('who had answered nothing is asked as everybody is', async () => {
  const host = await siteOf('klaro')
  const page = await visit(host, { cookies: {}, local: {} })
  await page.locator('#assent [data-assent=reject]').click()
  await expect.poll(() => host.taken.map(({ method }) => method)).toEqual(['banner'])
  host.close()
})

test('on a page with the plain tag and without the stub, too, nobody is asked twice', async () => {
  const host = await siteOf('c15t')
  const page = await visit(host, find('c15t', 'all'), host.plainTag.replace('<script', '<script nonce="n"'))
  await expect.poll(() => ran(page)).toEqual(['analytics', 'marketing'])
  expect(await wasAsked(page)).toBe(false)
  host.close()
})

test('what was never asked there is asked here, and what was stands', async () => {
  const host = await siteOf('klaro')
  const page = await visit(host, find('klaro', 'all'))
  await page.locator('#assent').waitFor()
  await expect.poll(() => ran(page)).toEqual(['analytics', 'marketing'])
  expect(host.taken[0]).toMatchObject({ choices: { analytics: true, marketing: true } })
  host.close()
})

test('what the tool keeps stays, so that the switch can be undone, unless the site says otherwise', async () => {
  const names = async () => (await visitor.context.cookies()).map(({ name }) => name)
  const keeping = await siteOf('onetrust')
  await startedOf(await visit(keeping, find('onetrust')))
  await expect.poll(() => takenBy(keeping)).toHaveLength(1)
  expect(await names()).toEqual(expect.arrayContaining(['OptanonConsent', 'OptanonAlertBoxClosed']))
  keeping.close()
  await visitor.leave()

  const removing = await siteOf('onetrust', { removeOld: true })
  await visit(removing, find('onetrust'))
  await expect.poll(names).toEqual(['assent_loom'])
  removing.close()
})

test('a yes from before is none while Global Privacy Control is on, to what that covers', async () => {
  const host = await siteOf('c15t')
  const page = await visit(host, find('c15t', 'all'), host.stub, true)
  await expect.poll(() => ran(page)).toEqual(['analytics'])
  expect(host.taken[0]!['choices']).toEqual({ analytics: true, preferences: true })
  expect(await wasAsked(page)).toBe(false)
  host.close()
})

test('a refusal here is not undone by the older yes there', async () => {
  const host = await siteOf('c15t')
  const page = await visit(host, find('c15t', 'all'))
  await expect.poll(() => ran(page)).toEqual(['analytics', 'marketing'])
  await page.evaluate(() => Object.assign(window, { isOld: true }))
  // Withdrawing begins the page anew.
  await page.evaluate(() => window.assent!.withdraw())
  await page.waitForFunction(() => !('isOld' in window))
  await startedOf(page)
  expect(await ran(page)).toEqual([])
  await expect.poll(() => takenBy(host).map(({ type }) => type)).toEqual(['decision', 'withdrawal'])
  host.close()
})
