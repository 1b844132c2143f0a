import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  acknowledged,
  eventually,
  launchBrowser,
  newVisitor,
  ours,
  press,
  ran,
  type Visitor,
} from '../support/page.ts'
import { startWorld, type World } from '../support/world.ts'

let world: World
let browser: Browser
let visitor: Visitor

beforeAll(async () => {
  ;[world, browser] = await Promise.all([startWorld(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})
afterEach(() => visitor?.leave())

/** As browsers with the signal do it: the header on every request and the property on every page. */
async function sendGpc({ context }: Visitor): Promise<void> {
  await context.setExtraHTTPHeaders({ 'Sec-GPC': '1' })
  await context.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }))
}

async function openWithGpc(): Promise<void> {
  visitor = await newVisitor(browser)
  await sendGpc(visitor)
  await visitor.page.goto(`${world.loom}/shop/`)
  await ours(visitor.page, 'accept').waitFor()
}

/** Consent Mode as tags see it: the last word on each signal. */
const consentMode = (): Promise<Record<string, string>> =>
  visitor.page.evaluate(() => {
    const calls = (window.dataLayer ?? []).map(call => Array.from(call as ArrayLike<unknown>))
    const words = calls.filter(([command]) => command === 'consent').map(([, , signals]) => signals)
    return Object.assign({}, ...words) as Record<string, string>
  })

test('with Global Privacy Control on, advertising is denied without a click', async () => {
  await openWithGpc()
  expect(await consentMode()).toMatchObject({
    ad_storage: 'denied',
    ad_user_data: 'denied',
    ad_personalization: 'denied',
  })
  expect(await ran(visitor.page)).toEqual([])
  expect(visitor.posted).toEqual([])
})

test('with Global Privacy Control on, accepting all does not accept what it covers, and the entry says so', async () => {
  await openWithGpc()
  await press(visitor.page, 'accept')
  await eventually(() => ran(visitor.page)).toContain('tempo page')
  await acknowledged(visitor, 1)
  expect(await ran(visitor.page)).not.toContain('adrift')
  expect(visitor.requests.filter(url => /adrift|vista/.test(url))).toEqual([])
  expect(await consentMode()).toMatchObject({ ad_storage: 'denied', analytics_storage: 'granted' })
  const { id, secret } = visitor.posted[0]!
  const entry = await world.entry(id, secret)
  expect(entry).toMatchObject({ gpc: true, choices: { preferences: true, analytics: true } })
  expect(entry['choices']).not.toHaveProperty('marketing')
})

test('with Global Privacy Control on, a person may still allow advertising by name', async () => {
  await openWithGpc()
  await visitor.page.evaluate(() =>
    window.assent!.decide({ preferences: false, analytics: false, marketing: true }),
  )
  await eventually(() => ran(visitor.page)).toContain('adrift')
  await acknowledged(visitor, 1)
  const { id, secret } = visitor.posted[0]!
  expect(await world.entry(id, secret)).toMatchObject({ gpc: true, choices: { marketing: true } })
})

test('Global Privacy Control that is switched on later denies what had been accepted without it', async () => {
  visitor = await newVisitor(browser)
  await visitor.page.goto(`${world.loom}/shop/`)
  await press(visitor.page, 'accept')
  await eventually(() => ran(visitor.page)).toContain('adrift')
  await acknowledged(visitor, 1)
  await sendGpc(visitor)
  const from = visitor.requests.length
  await visitor.page.goto(`${world.loom}/shop/`)
  await eventually(() => ran(visitor.page)).toContain('tempo page')
  expect(await ran(visitor.page)).not.toContain('adrift')
  expect(visitor.requests.slice(from).filter(url => /adrift|vista/.test(url))).toEqual([])
  expect(await consentMode()).toMatchObject({ ad_storage: 'denied', analytics_storage: 'granted' })
})

test.each([
  [true, false],
  [false, true],
  [undefined, true],
])('navigator.globalPrivacyControl %j: accepting all grants marketing %j', async (value, granted) => {
  visitor = await newVisitor(browser)
  await visitor.context.addInitScript(
    value => Object.defineProperty(navigator, 'globalPrivacyControl', { value }),
    value,
  )
  await visitor.page.goto(`${world.loom}/shop/`)
  expect(await visitor.page.evaluate(() => window.assent!.granted('marketing'))).toBe(false)
  await press(visitor.page, 'accept')
  await eventually(() => visitor.page.evaluate(() => window.assent!.granted('analytics'))).toBe(true)
  expect(await visitor.page.evaluate(() => window.assent!.granted('marketing'))).toBe(granted)
})

test('the banner and the settings say that the signal is honoured, and what it keeps off', async () => {
  await openWithGpc()
  const { page } = visitor
  const said = /opt-out signal \(Global Privacy Control\), and we honour it\. Stays off.*: Marketing\./
  expect(await page.locator('#assent').first().textContent()).toMatch(said)
  await press(page, 'settings')
  const settings = page.locator('.assent-settings')
  await settings.waitFor()
  expect(await settings.textContent()).toMatch(said)
  expect(await settings.textContent()).toContain('unless you switch it on here yourself')
})

test('a yes by name that was given with the signal on holds on the next page, with the signal still on', async () => {
  await openWithGpc()
  await visitor.page.evaluate(() => window.assent!.decide({ marketing: true }))
  await acknowledged(visitor, 1)
  await visitor.page.goto(`${world.loom}/shop/`)
  await eventually(() => ran(visitor.page)).toContain('adrift')
  expect(await consentMode()).toMatchObject({ ad_storage: 'granted' })
})
