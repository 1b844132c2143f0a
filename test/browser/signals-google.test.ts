import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser, lookAtSettings, newVisitor, press, type Visitor } from '../support/page.ts'
import { HARSH, startFixture, type Fixture } from './consent-host.ts'
import { GOOGLE } from './receivers.ts'

/** Microsoft's own script, from npm: it reads Consent Mode where it is there, and is told by consentv2. */
const CLARITY = readFileSync(
  new URL('../../node_modules/clarity-js/build/clarity.min.js', import.meta.url),
  'utf8',
)

let host: Fixture
let browser: Browser
let visitor: Visitor

beforeAll(async () => {
  ;[host, browser] = await Promise.all([
    startFixture({
      signals: {
        googleConsentMode: {
          ad_storage: 'marketing',
          ad_user_data: 'marketing',
          ad_personalization: 'marketing',
          analytics_storage: 'analytics',
          functionality_storage: 'preferences',
          personalization_storage: 'preferences',
          security_storage: 'necessary',
        },
        googleTag: { urlPassthrough: true, adsDataRedaction: true },
        microsoftClarity: { ad_Storage: 'marketing', analytics_Storage: 'analytics' },
      },
    }),
    launchBrowser(),
  ])
})
afterAll(async () => {
  await browser?.close()
  host?.close()
})
beforeEach(async () => {
  visitor = await newVisitor(browser)
})
afterEach(() => visitor.leave())

const inline = (text: string): string => `<script nonce="n">${text}</script>`
/** As Google's own lines: an advanced set-up, whose tag runs from the start. */
const TAG = inline(
  `window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)};gtag('js',new Date());gtag('config','G-1')`,
)

async function open(html: string, headers: Record<string, string> = HARSH): Promise<Page> {
  const { page } = visitor
  await page.goto(host.page(html, headers))
  return page
}

interface Google {
  readonly ics: {
    readonly log: readonly [kind: string, granted: number][]
    readonly usedDefault: boolean
    readonly wasSetLate: boolean
    getConsentState(type: string): number
  }
  readonly set: Readonly<Record<string, unknown>>
}
/** What Google's side knows: the calls it heard, its settings, and whether it read consent before a default. */
const google = (page: Page): Promise<Pick<Google, 'set'> & Pick<Google['ics'], 'log' | 'wasSetLate'>> =>
  page.evaluate(() => {
    const { ics, set } = (window as unknown as { google_tag_data: Google }).google_tag_data
    return { set, log: ics.log, wasSetLate: ics.wasSetLate }
  })
const log = (page: Page) => async () => (await google(page)).log
/** 1 granted, 2 denied, 0 not known. */
const adStorage = (page: Page) => (): Promise<number> =>
  page.evaluate(() =>
    (window as unknown as { google_tag_data: Google }).google_tag_data.ics.getConsentState('ad_storage'),
  )

test('the first entry is an all-denied default of seven signals, before anything else, and is an arguments object', async () => {
  host.mood = 'hangs'
  const page = await open(`${host.stub}${TAG}<p>text`)
  const first = await page.evaluate(() => {
    const [entry] = window.dataLayer ?? []
    return [Object.prototype.toString.call(entry), ...Array.from(entry as ArrayLike<unknown>)]
  })
  host.mood = 'answers'
  expect(first.slice(0, 3)).toEqual(['[object Arguments]', 'consent', 'default'])
  const { wait_for_update, ...signals } = first[3] as Record<string, unknown>
  expect(wait_for_update).toBe(500)
  expect(Object.keys(signals)).toHaveLength(7)
  expect(new Set(Object.values(signals))).toEqual(new Set(['denied']))
})

test('Google hears exactly one update per change, none on looking, and denied after the withdrawal', async () => {
  const page = await open(`${host.stub}${TAG}${inline(GOOGLE)}<p>text`)
  await expect
    .poll(async () => (await google(page)).set)
    .toEqual({ url_passthrough: true, ads_data_redaction: true })
  await lookAtSettings(page)
  await lookAtSettings(page)
  expect(await log(page)()).toEqual([['default', 0]])
  await press(page, 'accept')
  await expect.poll(log(page)).toEqual([
    ['default', 0],
    ['update', 7],
  ])
  // The same answer once more is no change.
  await page.evaluate(() => window.assent!.decide({ marketing: true, analytics: true, preferences: true }))
  await page.evaluate(() => window.assent!.withdraw())
  await expect.poll(log(page)).toEqual([
    ['default', 0],
    ['update', 7],
    ['update', 1],
  ])
  expect(await adStorage(page)()).toBe(2)
  expect((await google(page)).wasSetLate).toBe(false)
  expect(visitor.complaints).toEqual([])
})

test('a returning visitor is told by the default itself, before the next script of the page runs', async () => {
  const page = await open(`${host.stub}<p>text`)
  await press(page, 'accept')
  await expect.poll(() => page.evaluate(() => document.cookie)).toContain('marketing:1')
  host.mood = 'hangs'
  await open(
    `${host.stub}${inline(`${GOOGLE};window.atOnce=google_tag_data.ics.getConsentState('ad_storage')`)}<p>text`,
  )
  host.mood = 'answers'
  expect(await page.evaluate(() => (window as unknown as { atOnce: number }).atOnce)).toBe(1)
  expect(await log(page)()).toEqual([['default', 7]])
})

test('a page that replaces the dataLayer loses the default only until the parts come', async () => {
  const page = await open(`${host.stub}${inline(`window.dataLayer=[{page:'shop'}]`)}${inline(GOOGLE)}<p>text`)
  await expect.poll(adStorage(page)).toBe(2)
  await press(page, 'accept')
  await expect.poll(adStorage(page)).toBe(1)
  await page.evaluate(() => window.assent!.withdraw())
  await expect.poll(adStorage(page)).toBe(2)
})

test('another consent tool on the page keeps its words, and ours reach the same layer', async () => {
  const other = inline(
    `window.dataLayer=window.dataLayer||[];(function(){dataLayer.push(arguments)})('consent','default',{ad_storage:'denied'});dataLayer.push({event:'other_cmp'})`,
  )
  const page = await open(`${other}${host.stub}${TAG}${inline(GOOGLE)}<p>text`)
  await press(page, 'accept')
  await expect.poll(async () => (await log(page)()).at(-1)).toEqual(['update', 7])
  expect(await page.evaluate(() => JSON.stringify(window.dataLayer))).toContain('other_cmp')
})

/** Clarity's tag: starts it first, whatever waits in the queue, and sends nowhere. */
const START_CLARITY = `window.clarity=window.clarity||function(){(clarity.q=clarity.q||[]).push(arguments)};clarity('start',{projectId:'p',track:false,upload:()=>{},delay:1e6});clarity.q.unshift(clarity.q.pop());${CLARITY}`
/** What Clarity itself says of the two signals. */
const clarityKnows = (page: Page) => (): Promise<unknown> =>
  page.evaluate(
    () =>
      new Promise(done => {
        window.clarity!(
          'metadata',
          (_: unknown, __: unknown, consent: Record<string, unknown> | undefined) =>
            done([consent?.['ad_Storage'], consent?.['analytics_Storage']]),
          false,
          true,
          true,
        )
      }),
  )

test("Microsoft's own Clarity script reads what was granted, also when it comes after us", async () => {
  const page = await open(`${host.stub}<p>text`, {})
  await press(page, 'accept')
  await expect.poll(() => page.evaluate(() => document.cookie)).toContain('analytics:1')
  await open(`${host.stub}${inline(START_CLARITY)}<p>text`, {})
  await expect.poll(clarityKnows(page)).toEqual(['granted', 'granted'])
  await page.evaluate(() => window.assent!.decide({ marketing: false, analytics: true }))
  await expect.poll(clarityKnows(page)).toEqual(['denied', 'granted'])
})

test("Clarity learns of a withdrawal, and by Consent Mode alone where it finds Google's state", async () => {
  const page = await open(`${host.stub}${inline(GOOGLE)}${inline(START_CLARITY)}<p>text`, {})
  await press(page, 'accept')
  await expect.poll(clarityKnows(page)).toEqual(['granted', 'granted'])
  await page.evaluate(() => window.assent!.withdraw())
  await expect.poll(clarityKnows(page)).toEqual(['denied', 'denied'])
})

test('what Clarity was told before its snippet was there waits in a queue as Clarity makes it', async () => {
  const page = await open(`${host.stub}<p>text`, {})
  await page.waitForFunction(() => window.clarity?.q)
  await press(page, 'accept')
  await page.waitForFunction(() => window.clarity!.q!.length === 2)
  await page.evaluate(`${START_CLARITY};0`)
  await expect.poll(clarityKnows(page)).toEqual(['granted', 'granted'])
})
