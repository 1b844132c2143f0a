import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { launchBrowser, newVisitor, type Visitor } from '../../support/page.ts'
import { startFixture, type Fixture } from '../consent-host.ts'
import { answerExits } from './files.ts'
import { KINDS, WAYS, type Kind } from './kinds.ts'

let host: Fixture
let browser: Browser
let visitor: Visitor

beforeAll(async () => {
  ;[host, browser] = await Promise.all([
    startFixture(
      {
        gating: {
          more: true,
          aliases: { ads: 'marketing', statistics: 'analytics', pixel: 'marketing', drifter: 'nimbus' },
        },
      },
      answerExits,
    ),
    launchBrowser(),
  ])
})
afterAll(async () => {
  await browser?.close()
  host?.close()
})
beforeEach(async () => {
  host.taken.length = host.seen.length = 0
  visitor = await newVisitor(browser)
})
afterEach(() => visitor.leave())

/** `<way>-<number of the kind>`: the only name that an exit asks for. */
const exit = (way: string, kind: number): string => `${way.replaceAll(/\W/g, '')}-${kind}`
const markup = (way: string): string =>
  KINDS.map((kind, i) => kind.markup(`/exit/${exit(way, i)}`, exit(way, i))).join('\n')
const LATE = Object.keys(WAYS) as (keyof typeof WAYS)[]

/** How often each exit was asked for, by the server's own log. */
const asked = (way: string): Record<string, number> => {
  const count = (i: number): number =>
    host.seen.filter(path => new RegExp(`/exit/${exit(way, i)}(\\.|$)`).test(path)).length
  return Object.fromEntries(KINDS.map(({ name }, i) => [name, count(i)]))
}
const each = (times: (kind: Kind) => number): Record<string, number> =>
  Object.fromEntries(KINDS.map(kind => [kind.name, times(kind)]))
const NEVER = each(() => 0)
const ONCE = each(({ neverOpens }) => (neverOpens ? 0 : 1))

const decide = (page: Page, granted: boolean): Promise<void> =>
  page.evaluate(yes => window.assent!.decide({ preferences: yes, analytics: yes, marketing: yes }), granted)
const insert = async (page: Page, way: keyof typeof WAYS): Promise<void> => {
  await page.evaluate(`(${String(WAYS[way])})(${JSON.stringify(markup(way))})`)
}
/** Longer than the gates take to look again, and for what they opened to be asked for. */
const settle = (page: Page): Promise<void> => page.waitForTimeout(700)

const open = async (page: Page, body: string): Promise<void> => {
  await page.goto(host.page(`${host.stub}<body>${body}`))
  await page.locator('[data-assent=open]').first().waitFor({ state: 'attached' })
  await expect.poll(() => host.seen.some(path => path.includes('/parts.'))).toBe(true)
}

describe.each(['parsed', ...LATE])('%s', way => {
  const enter = async (page: Page): Promise<void> => {
    await open(page, way === 'parsed' ? markup(way) : '<p>text')
    if (way !== 'parsed') await insert(page, way as keyof typeof WAYS)
    await settle(page)
  }

  test('nothing leaks without a choice or after a refusal; what is granted later runs exactly once', async () => {
    const { page } = visitor
    await enter(page)
    expect(asked(way)).toEqual(NEVER)
    await decide(page, false)
    await settle(page)
    expect(asked(way)).toEqual(NEVER)
    await decide(page, true)
    await expect.poll(() => asked(way), { timeout: 4_000 }).toEqual(ONCE)
    await decide(page, true)
    await settle(page)
    expect(asked(way)).toEqual(ONCE)
  })

  test('what was granted before runs exactly once, and nothing of it after it was taken back', async () => {
    const { page } = visitor
    await page.goto(host.page(host.stub))
    await decide(page, true)
    await expect.poll(() => host.taken.length).toBeGreaterThan(0)
    await enter(page)
    await expect.poll(() => asked(way), { timeout: 4_000 }).toEqual(ONCE)
    await settle(page)
    expect(asked(way)).toEqual(ONCE)
    const again = page.waitForEvent('load')
    await page.evaluate(() => window.assent!.withdraw())
    await again
    await settle(page)
    expect(asked(way)).toEqual(ONCE)
  })
})
