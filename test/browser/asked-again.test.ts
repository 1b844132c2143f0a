import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { launchBrowser, newVisitor, type Visitor } from '../support/page.ts'
import { HARSH, startFixture, type Fixture } from './consent-host.ts'

const MINUTE = 60_000
const DAY = 1440 * MINUTE
/** When marketing got another recipient. */
const CHANGED = Date.now() - DAY

let host: Fixture
let browser: Browser
let visitor: Visitor

beforeAll(async () => {
  ;[host, browser] = await Promise.all([startFixture({}, undefined, { marketing: CHANGED }), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  host?.close()
})
beforeEach(async () => {
  host.taken.length = 0
  visitor = await newVisitor(browser)
})
afterEach(() => visitor.leave())

const page = () => visitor.page
const ran = (): Promise<string[]> => page().evaluate(() => (window as { ran?: string[] }).ran ?? [])
const banner = () => page().locator('#assent [data-assent=accept]')
const SECRET = '0'.repeat(44)
const remembered = () =>
  page().evaluate(() => /assent_loom=([^;]*)/.exec(document.cookie)?.[1]?.split('.') ?? [])

/** Comes back with a choice that was made then. */
async function comeBack(choices: string, decidedAt: number, flags = '0'): Promise<void> {
  const secret = choices.includes(':1') ? `.${SECRET}` : ''
  const address = host.page(
    `<head>${host.stub}</head><body>${['preferences', 'analytics', 'marketing']
      .map(
        id =>
          `<script nonce="n" type="text/plain" data-consent="${id}">(window.ran??=[]).push("${id}")</script>`,
      )
      .join('')}<p>text`,
    HARSH,
  )
  await visitor.context.addCookies([
    {
      name: 'assent_loom',
      value: `v1.${decidedAt.toString(36)}.${host.configuration.slice(0, 8)}.${choices}.${flags}${secret}`,
      url: address,
    },
  ])
  await page().goto(address)
  await page().waitForFunction(() => !!window.assent?.sync)
}

const BEFORE = CHANGED - MINUTE
const AFTER = CHANGED + MINUTE

describe('who is asked again when marketing got another recipient', () => {
  test.each([
    ['whoever had granted it', 'preferences:0,analytics:1,marketing:1', BEFORE, ['analytics'], 1],
    [
      'nobody who granted it since',
      'preferences:0,analytics:1,marketing:1',
      AFTER,
      ['analytics', 'marketing'],
      0,
    ],
    [
      'nobody who had refused it',
      'preferences:1,analytics:1,marketing:0',
      BEFORE,
      ['preferences', 'analytics'],
      0,
    ],
    ['nobody who had refused everything', 'preferences:0,analytics:0,marketing:0', BEFORE, [], 0],
    // As if marketing were new: it had not been asked about.
    ['whoever granted something, of a new purpose', 'preferences:0,analytics:1', BEFORE, ['analytics'], 1],
    [
      'nobody who had refused everything, of a new purpose either',
      'preferences:0,analytics:0',
      BEFORE,
      [],
      0,
    ],
  ])('%s', async (_, choices, decidedAt, runs, banners) => {
    await comeBack(choices, decidedAt)
    await expect.poll(ran).toEqual(runs)
    // None comes, so there is nothing to wait for but time.
    await page().waitForTimeout(banners > 0 ? 0 : 500)
    await expect.poll(() => banner().count()).toBe(banners)
  })
})

test('the settings mark what changed, and a decision about something else does not renew the old yes', async () => {
  await comeBack('preferences:0,analytics:1,marketing:1', BEFORE)
  await page().evaluate(() => window.assent!.open())
  await page().locator('.assent-purpose', { hasText: 'New or changed since you decided' }).waitFor()
  await page().keyboard.press('Escape')
  await page().evaluate(() => window.assent!.decide({ preferences: true }))
  await expect.poll(() => host.taken.length).toBe(1)
  const [, , , list] = await remembered()
  expect(list).toBe('preferences:1,analytics:1')
  expect(await page().evaluate(() => window.assent!.granted('marketing'))).toBe(false)
})

test('a yes that is none any more is not told to tags as one, from the next page on', async () => {
  // Advertising's three flags, and that of statistics.
  await comeBack('preferences:0,analytics:1,marketing:1', BEFORE, '15')
  await expect
    .poll(remembered)
    .toMatchObject({ 3: 'preferences:0,analytics:1,marketing:1', 4: '8', 5: SECRET })
  expect((await remembered())[1]).toBe(BEFORE.toString(36))
  await page().reload()
  const first = await page().evaluate(() => Array.from(window.dataLayer![0] as ArrayLike<unknown>))
  expect(first).toMatchObject([
    'consent',
    'default',
    { ad_storage: 'denied', ad_user_data: 'denied', analytics_storage: 'granted' },
  ])
  await expect.poll(() => banner().count()).toBe(1)
})

test('whoever rests is told so by nothing: what was not asked is no answer', async () => {
  await comeBack('preferences:0,analytics:0', BEFORE)
  const told = await page().evaluate(
    () => new Promise(done => window.assent!.onChange(choices => done(Object.keys(choices)))),
  )
  expect(told).toEqual(['preferences', 'analytics'])
  await page().evaluate(() => window.assent!.decide({ preferences: true }))
  const [, , , list] = await remembered()
  expect(list).toBe('preferences:1,analytics:0')
})

describe('a choice ends when it is as old as the site says', () => {
  test.each([
    ['a second before, it holds', -1000, ['analytics'], 0],
    ['a second after, it is asked again, though the cookie is there', 1000, [], 1],
  ])('%s', async (_, past, runs, banners) => {
    const decidedAt = AFTER
    await visitor.context.clock.setFixedTime(decidedAt + 180 * DAY + past)
    await comeBack('preferences:0,analytics:1,marketing:0', decidedAt)
    await expect.poll(ran).toEqual(runs)
    await page().waitForTimeout(300)
    await expect.poll(() => banner().count()).toBe(banners)
  })

  test('and the settings say since when it holds, and until when', async () => {
    await comeBack('preferences:0,analytics:1,marketing:0', Date.UTC(2026, 10, 20, 12))
    await page().evaluate(() => window.assent!.open())
    const dates = page().locator('.assent-decision time')
    await expect.poll(() => dates.count()).toBe(2)
    const said = await dates.evaluateAll(all => all.map(each => each.getAttribute('datetime')))
    expect(said).toEqual(['2026-11-20T12:00:00.000Z', '2027-05-19T12:00:00.000Z'])
  })
})
