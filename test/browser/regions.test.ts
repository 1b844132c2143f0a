import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser, launchWithProfile, newVisitor, watch, type Visitor } from '../support/page.ts'
import { HARSH, startFixture, type Fixture } from './consent-host.ts'

let host: Fixture
let browser: Browser
let visitor: Visitor

/** Opting out is the rule in the United States, but in Maine one is asked; telling is enough in New Zealand. */
const RULES = [
  { regions: ['US'], regime: 'opt-out' },
  { regions: ['US-ME'], regime: 'opt-in' },
  { regions: ['NZ'], regime: 'notice-only' },
  { regions: ['BR'], regime: 'opt-out', keepsOff: ['marketing'] },
] as const
const CONSENT_MODE = { ad_storage: 'marketing', analytics_storage: 'analytics' } as const
const [US, MAINE, NZ, BR] = [0, 1, 2, 3]

beforeAll(async () => {
  ;[host, browser] = await Promise.all([
    startFixture({
      regimes: { default: 'opt-in', rules: RULES },
      signals: { googleConsentMode: CONSENT_MODE, wpConsentApi: { marketing: 'marketing' } },
    }),
    launchBrowser(),
  ])
})
afterAll(async () => {
  await browser?.close()
  host?.close()
})
beforeEach(async () => {
  host.seen.length = host.taken.length = 0
  host.rule = undefined
  visitor = await newVisitor(browser)
})
afterEach(() => visitor.leave())

const SCRIPTS = ['preferences', 'analytics', 'marketing']
  .map(
    id => `<script nonce="n" type="text/plain" data-consent="${id}">(window.ran??=[]).push("${id}")</script>`,
  )
  .join('')

const open = (region?: string): Promise<unknown> => {
  const address = host.page(`<head>${host.stub}</head><body>${SCRIPTS}<p>text`, HARSH)
  const said = region === undefined ? '' : region
  if (said)
    return visitor.context
      .addInitScript(region => {
        new MutationObserver((_, observer) => {
          if (!document.documentElement) return
          document.documentElement.dataset['assentRegion'] = region
          observer.disconnect()
        }).observe(document, { childList: true })
      }, said)
      .then(() => visitor.page.goto(address))
  return visitor.page.goto(address)
}
const ran = (): Promise<string[]> => visitor.page.evaluate(() => (window as { ran?: string[] }).ran ?? [])
const control = () => visitor.page.locator('button[data-assent=open]')
const banner = () => visitor.page.locator('#assent [data-assent=accept]')
const everything = ['preferences', 'analytics', 'marketing']
const sendGpc = () =>
  visitor.context.addInitScript(() =>
    Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }),
  )
/** Consent Mode as tags see it: the last word on each signal. */
const consentMode = (): Promise<Record<string, string>> =>
  visitor.page.evaluate(() => {
    const calls = (window.dataLayer ?? []).map(call => Array.from(call as ArrayLike<unknown>))
    return Object.assign({}, ...calls.map(([, , signals]) => signals)) as Record<string, string>
  })

test('where opting out is the rule, services run, nobody is asked, and the way out has its name', async () => {
  host.rule = US
  await open()
  await expect.poll(ran).toEqual(everything)
  await expect.poll(() => control().textContent()).toBe('Your Privacy Choices')
  expect(await banner().count()).toBe(0)
  expect(await consentMode()).toMatchObject({ ad_storage: 'granted', analytics_storage: 'granted' })
  expect(host.taken).toEqual([])
  expect(await visitor.context.cookies()).toEqual([])
  expect(visitor.complaints).toEqual([])
})

test('the stub says all denied first, whatever the region', async () => {
  host.rule = US
  await open()
  await expect.poll(ran).toEqual(everything)
  const first = await visitor.page.evaluate(() => Array.from(window.dataLayer![0] as ArrayLike<unknown>))
  expect(first).toMatchObject(['consent', 'default', { ad_storage: 'denied', analytics_storage: 'denied' }])
})

test('turning everything off there stops it, now and on the next page, and is recorded under its regime', async () => {
  host.rule = US
  await open()
  await control().click()
  await visitor.page.locator('#assent [data-assent=reject]').click()
  await expect
    .poll(() => host.taken.at(-1))
    .toMatchObject({
      type: 'decision',
      method: 'settings',
      choices: { preferences: false, analytics: false, marketing: false },
      under: { regime: 'opt-out' },
    })
  await visitor.page.waitForFunction(() => document.readyState === 'complete')
  await open()
  await expect.poll(() => control().isVisible()).toBe(true)
  expect(await ran()).toEqual([])
  expect(await banner().count()).toBe(0)
})

test('where telling is enough, services run and the settings keep their name', async () => {
  host.rule = NZ
  await open()
  await expect.poll(ran).toEqual(everything)
  expect(await control().textContent()).toBe('Cookie settings')
  expect(await banner().count()).toBe(0)
})

test('what a rule keeps off stays off until it is switched on', async () => {
  host.rule = BR
  await open()
  await expect.poll(ran).toEqual(['preferences', 'analytics'])
  expect(await banner().count()).toBe(0)
})

test.each([
  ['seen nowhere', undefined, undefined],
  ['where a stricter rule is', MAINE, undefined],
  ['whose page names no region', undefined, 'somewhere'],
  ['whose page names one without a rule', undefined, 'DE'],
  ['whose page knows only the country, and a part of it is stricter', undefined, 'US'],
  ['seen where opting out is the rule, on a page that says otherwise', US, 'DE'],
])('a visitor %s is asked first', async (_, rule, region) => {
  host.rule = rule
  await open(region)
  await expect.poll(() => banner().count()).toBe(1)
  expect(await ran()).toEqual([])
})

test('a page that knows the region says it, and no region makes more of it than its own rule', async () => {
  await open('us-ca')
  await expect.poll(ran).toEqual(everything)
  expect(await control().textContent()).toBe('Your Privacy Choices')
  expect(await banner().count()).toBe(0)
  await visitor.page.evaluate(() => window.assent!.decide({ analytics: false }))
  // As the rule names it, and no finer.
  await expect
    .poll(() => host.taken.at(-1))
    .toMatchObject({
      method: 'api',
      choices: { analytics: false },
      under: { regime: 'opt-out', region: 'US' },
    })
  // What had run is taken back by a reload.
  await expect
    .poll(() =>
      visitor.page.evaluate(() => ['analytics', 'preferences'].map(id => window.assent!.granted(id))),
    )
    .toEqual([false, true])
})

test('the opt-out signal opts out of what it covers where that is the rule, and is one entry of its own', async () => {
  host.rule = US
  await sendGpc()
  await open()
  await expect.poll(ran).toEqual(['preferences', 'analytics'])
  await expect
    .poll(() => host.taken)
    .toMatchObject([
      {
        type: 'decision',
        method: 'gpc',
        choices: { marketing: false },
        gpc: true,
        under: { regime: 'opt-out' },
      },
    ])
  expect(host.taken[0]).not.toHaveProperty('text')
  expect(host.taken[0]).not.toHaveProperty('secret')
  await open()
  await expect.poll(ran).toEqual(['preferences', 'analytics'])
  await control().click()
  await visitor.page.locator('#assent .assent-settings').waitFor()
  // One that was on its way when the page was left is sent again: it is the same one.
  expect(new Set(host.taken.map(({ id }) => id)).size).toBe(1)
})

test('a yes by name after the signal wins, and is recorded as such', async () => {
  host.rule = US
  await sendGpc()
  await open()
  await expect.poll(() => host.taken.length).toBe(1)
  await control().click()
  await visitor.page.locator('#assent-switch-marketing').click()
  await visitor.page.locator('#assent [data-assent=save]').click()
  await expect
    .poll(() => host.taken.at(-1))
    .toMatchObject({ method: 'settings', gpc: true, choices: { marketing: true } })
  await open()
  await expect.poll(ran).toEqual(everything)
  expect(new Set(host.taken.map(({ id }) => id)).size).toBe(2)
})

test('an opt-out by the signal stays when the signal is gone, and is told as what it was', async () => {
  host.rule = US
  await sendGpc()
  await open()
  await expect.poll(() => host.taken.length).toBeGreaterThan(0)
  const cookies = await visitor.context.cookies()
  await visitor.leave()
  visitor = await newVisitor(browser)
  await visitor.context.addCookies(cookies)
  await open()
  await expect.poll(ran).toEqual(['preferences', 'analytics'])
  await control().click()
  const said = visitor.page.locator('.assent-decision')
  await said.getByText(/^Opt-out request honoured: .* Off: Marketing\.$/).waitFor()
  expect(await said.textContent()).not.toContain('Decided in this browser')
})

test('a yes from before the signal is overtaken by it', async () => {
  host.rule = US
  await open()
  await expect.poll(ran).toEqual(everything)
  await visitor.page.evaluate(() => window.assent!.decide({ marketing: true }))
  await expect.poll(() => host.taken.length).toBe(1)
  await sendGpc()
  await open()
  await expect.poll(() => host.taken.at(-1)).toMatchObject({ method: 'gpc', choices: { marketing: false } })
  expect(await ran()).toEqual(['preferences', 'analytics'])
})

test('where people are asked first, the signal is no act of its own', async () => {
  await sendGpc()
  await open()
  await expect.poll(() => banner().count()).toBe(1)
  await visitor.page.waitForTimeout(300)
  expect(host.taken).toEqual([])
})

test.each([
  ['opted out', US, 'optout'],
  ['asked first', MAINE, 'optin'],
])('other plugins of WordPress hear what holds where people are %s', async (_, rule, type) => {
  host.rule = rule
  await open()
  await expect.poll(() => visitor.page.evaluate(() => window.wp_consent_type)).toBe(type)
})

test('a browser that keeps no cookies could not turn anything off, so nothing runs', async () => {
  const profile = mkdtempSync(join(tmpdir(), 'assent-profile-'))
  // What "Block all cookies" in the browser's own settings writes.
  mkdirSync(join(profile, 'Default'))
  writeFileSync(
    join(profile, 'Default', 'Preferences'),
    JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }),
  )
  const context = await launchWithProfile(profile)
  await visitor.leave()
  visitor = await watch(context)
  host.rule = US
  await open()
  await control().waitFor()
  await visitor.page.waitForTimeout(300)
  expect(await ran()).toEqual([])
  expect(visitor.complaints).toEqual([])
  await context.close()
  rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})
