import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser, lookAtSettings, newVisitor, press, type Visitor } from '../support/page.ts'
import { HARSH, startFixture, type Fixture } from './consent-host.ts'
import { META, META_SNIPPET, TIKTOK, TIKTOK_SNIPPET, UET, WP } from './receivers.ts'

let host: Fixture
let browser: Browser
let visitor: Visitor

beforeAll(async () => {
  ;[host, browser] = await Promise.all([
    startFixture({
      signals: {
        googleConsentMode: {},
        changeEvent: true,
        microsoftUet: { ad_storage: 'marketing' },
        meta: { purpose: 'marketing', limitedDataUse: true },
        tiktok: { purpose: 'marketing' },
        wpConsentApi: { functional: 'necessary', statistics: 'analytics', marketing: 'marketing' },
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
const gated = (text: string): string =>
  `<script nonce="n" type="text/plain" data-consent="marketing">${text}</script>`

/** Whatever script comes last says by its load event that something is there. */
const FBEVENTS = '<script nonce="n" type="text/plain" data-consent="marketing" src="/runs/fbevents"></script>'

async function open(html: string, path?: string): Promise<Page> {
  const { page } = visitor
  await page.goto(host.page(host.stub + html, HARSH, path === undefined ? {} : { path }))
  return page
}
/** What a receiver noted under this name. */
const noted =
  (page: Page, name: string, list = 'said') =>
  () =>
    page.evaluate(
      ([name, list]) =>
        (globalThis as unknown as Record<string, Record<string, string[]> | undefined>)[name]?.[list],
      [name, list] as const,
    )
/** Runs a receiver's script when the parts have long come; from outside, for the page lets nobody write scripts. */
const arrives = (page: Page, text: string): Promise<unknown> => page.evaluate(`${text};0`)
const partsHaveRun = (page: Page): Promise<unknown> => page.waitForFunction(() => 'wp_consent_type' in window)
const withdraw = (page: Page): Promise<void> => page.evaluate(() => window.assent!.withdraw())

test('Microsoft Advertising hears a denied default, then each change once, before and after its tag is there', async () => {
  const page = await open('<p>text')
  await partsHaveRun(page)
  await arrives(page, UET)
  const said = noted(page, 'uetq')
  expect(await said()).toEqual(['default denied'])
  await lookAtSettings(page)
  await press(page, 'accept')
  await expect.poll(said).toEqual(['default denied', 'update granted'])
  await withdraw(page)
  await expect.poll(said).toEqual(['default denied', 'update granted', 'update denied'])
  expect(visitor.complaints).toEqual([])
})

test('Microsoft Advertising hears of a refusal nothing new, and of a remembered yes at once', async () => {
  const page = await open(inline(UET))
  await press(page, 'reject')
  await partsHaveRun(page)
  expect(await noted(page, 'uetq')()).toEqual(['default denied'])
  await page.evaluate(() => window.assent!.decide({ marketing: true }))
  await expect.poll(noted(page, 'uetq')).toEqual(['default denied', 'update granted'])
  await open(inline(UET))
  await expect.poll(noted(page, 'uetq')).toEqual(['default denied', 'update granted'])
})

test('Meta is revoked until a yes sends what it held, and again from the withdrawal on', async () => {
  const page = await open(
    inline(`${META_SNIPPET};fbq('consent','revoke');fbq('init','1');fbq('track','PageView')`) + inline(META),
  )
  await partsHaveRun(page)
  expect(await noted(page, 'meta', 'sent')()).toEqual([])
  await press(page, 'accept')
  await expect.poll(noted(page, 'meta', 'sent')).toEqual(['PageView'])
  await withdraw(page)
  await expect
    .poll(noted(page, 'meta'))
    .toEqual(['revoke', 'revoke', 'LDU:LDU', 'grant', 'LDU:', 'revoke', 'LDU:LDU'])
  await page.evaluate(() => (window as Window & { fbq?: (...c: string[]) => void }).fbq!('track', 'Late'))
  expect(await noted(page, 'meta', 'sent')()).toEqual(['PageView'])
  expect(visitor.complaints).toEqual([])
})

test('a Meta snippet that is gated starts as Meta wrote it, and hears the yes that let it run', async () => {
  const page = await open(gated(`${META_SNIPPET};fbq('init','1');fbq('track','PageView');${META}`) + FBEVENTS)
  await partsHaveRun(page)
  expect(await page.evaluate(() => 'fbq' in window)).toBe(false)
  await press(page, 'accept')
  await expect.poll(noted(page, 'meta', 'sent')).toEqual(['PageView'])
  await expect.poll(noted(page, 'meta')).toEqual(['grant', 'LDU:'])
  // What ran cannot be stopped: the page loads anew without it.
  await Promise.all([page.waitForEvent('load'), withdraw(page).catch(() => {})])
  expect(await page.evaluate(() => 'fbq' in window)).toBe(false)
})

test('a Meta pixel that comes late and unasked is revoked as soon as it is there', async () => {
  const { page } = visitor
  await page.goto(host.page(`${host.stub}<p>text`))
  await press(page, 'reject')
  await partsHaveRun(page)
  await arrives(page, `${META_SNIPPET};fbq('init','1');${META}`)
  await page.addScriptTag({ url: '/runs/fbevents' })
  await expect.poll(noted(page, 'meta')).toEqual(['revoke', 'LDU:LDU'])
  await page.addScriptTag({ url: '/runs/another' })
  await page.evaluate(() => window.assent!.decide({ marketing: true }))
  await expect.poll(noted(page, 'meta')).toEqual(['revoke', 'LDU:LDU', 'grant', 'LDU:'])
})

test('TikTok holds until there is an answer, sends after a yes and drops after a no', async () => {
  const page = await open(inline(`${TIKTOK_SNIPPET};ttq.holdConsent();ttq.page()`))
  await partsHaveRun(page)
  await arrives(page, TIKTOK)
  expect(await noted(page, 'tiktok', 'sent')()).toEqual([])
  await press(page, 'accept')
  await expect.poll(noted(page, 'tiktok', 'sent')).toEqual(['page'])
  await withdraw(page)
  await expect
    .poll(noted(page, 'tiktok'))
    .toEqual(['holdConsent', 'holdConsent', 'grantConsent', 'revokeConsent'])
  expect(visitor.complaints).toEqual([])
})

test('TikTok is told before its snippet is there, by the array it goes on with', async () => {
  const page = await open('<p>text')
  await partsHaveRun(page)
  await press(page, 'reject')
  await expect.poll(() => page.evaluate(() => JSON.stringify(window.ttq))).toContain('revokeConsent')
  await arrives(page, `${TIKTOK_SNIPPET};ttq.page();${TIKTOK}`)
  expect(await noted(page, 'tiktok')()).toEqual(['holdConsent', 'revokeConsent'])
  expect(await noted(page, 'tiktok', 'sent')()).toEqual([])
})

test('WP Consent API keeps nothing that is optional before an answer, and then what was answered', async () => {
  const page = await open(inline(WP))
  await partsHaveRun(page)
  expect(await page.evaluate(() => window.wp_consent_type)).toBe('optin')
  await expect.poll(noted(page, 'wp')).toEqual(['functional allow'])
  await press(page, 'reject')
  await expect
    .poll(noted(page, 'wp'))
    .toEqual(['functional allow', 'functional allow', 'statistics deny', 'marketing deny'])
  await page.evaluate(() => window.assent!.decide({ analytics: true }))
  await expect.poll(() => page.evaluate(() => window.wp_has_consent!('statistics'))).toBe(true)
  expect(await page.evaluate(() => window.wp_has_consent!('marketing'))).toBe(false)
  expect(visitor.complaints).toEqual([])
})

test('what WP Consent API was allowed is taken back on the first visit after the choice has ended', async () => {
  const { port } = new URL(host.page('<p>'))
  await visitor.context.addCookies([
    { name: 'wp_consent_marketing', value: 'allow', url: `http://www.loom.test:${port}` },
  ])
  const page = await open(inline(WP))
  await partsHaveRun(page)
  await expect.poll(noted(page, 'wp')).toEqual(['functional allow', 'marketing deny'])
  expect(await page.evaluate(() => window.wp_has_consent!('marketing'))).toBe(false)
})

test('what WP Consent API was allowed is taken back while the page is open, too', async () => {
  const page = await open(inline(WP))
  await press(page, 'accept')
  await expect.poll(async () => (await noted(page, 'wp')())?.at(-1)).toBe('marketing allow')
  await visitor.context.clearCookies({ name: 'assent_loom' })
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))
  await expect.poll(() => page.evaluate(() => window.wp_has_consent!('marketing'))).toBe(false)
})

test('a choice in another tab reaches the receivers of this one', async () => {
  const page = await open(inline(UET), '/one')
  await partsHaveRun(page)
  const other = await visitor.context.newPage()
  await other.goto(page.url())
  await press(other, 'accept')
  await page.bringToFront()
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))
  await expect.poll(noted(page, 'uetq')).toEqual(['default denied', 'update granted'])
  await visitor.context.clearCookies({ name: 'assent_loom' })
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))
  await expect.poll(noted(page, 'uetq')).toEqual(['default denied', 'update granted', 'update denied'])
})

test('with Global Privacy Control, accepting all tells no receiver of advertising that it may', async () => {
  await visitor.context.addInitScript(() =>
    Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }),
  )
  const page = await open(inline(UET) + inline(TIKTOK_SNIPPET) + inline(TIKTOK) + inline(WP))
  await press(page, 'accept')
  await expect.poll(async () => (await noted(page, 'wp')())?.includes('statistics allow')).toBe(true)
  expect(await noted(page, 'uetq')()).toEqual(['default denied'])
  expect(await noted(page, 'tiktok')()).not.toContain('grantConsent')
  expect(await noted(page, 'wp')()).toContain('marketing deny')
})

test('a DOM event speaks at each change', async () => {
  const page = await open(
    inline(
      `window.heard={said:[]};document.addEventListener('assent:change',e=>heard.said.push(e.detail.marketing))`,
    ),
  )
  await partsHaveRun(page)
  await press(page, 'accept')
  await expect.poll(noted(page, 'heard')).toEqual([true])
  await withdraw(page)
  await expect.poll(noted(page, 'heard')).toEqual([true, false])
})
