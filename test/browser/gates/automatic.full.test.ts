import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { launchBrowser, newVisitor, type Visitor } from '../../support/page.ts'
import { startFixture, type Fixture } from '../consent-host.ts'
import { UNMARKED, UNMARKED_WAYS } from './automatic-kinds.ts'
import { answerExits } from './files.ts'

let host: Fixture
let browser: Browser
let visitor: Visitor
let at: string

beforeAll(async () => {
  ;[host, browser] = await Promise.all([
    startFixture({ gating: { automatic: true } }, answerExits),
    launchBrowser(),
  ])
  at = `//tempo.example:${new URL(host.page('')).port}/exit/`
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

type Way = keyof typeof UNMARKED_WAYS
const markup = (): string => UNMARKED.map((kind, i) => kind.markup(`${at}${i}`)).join('\n')

/** How often each exit was asked for, by the server's own log. */
const asked = (): Record<string, number> =>
  Object.fromEntries(
    UNMARKED.map(({ name }, i) => [
      name,
      host.seen.filter(path => path.startsWith(`tempo.example/exit/${i}.`)).length,
    ]),
  )
const NEVER = Object.fromEntries(UNMARKED.map(({ name }) => [name, 0]))

const decide = (page: Page, granted: boolean): Promise<void> =>
  page.evaluate(yes => window.assent!.decide({ preferences: yes, analytics: yes, marketing: yes }), granted)
const insert = (page: Page, way: Way): Promise<unknown> =>
  page.evaluate(`(${String(UNMARKED_WAYS[way])})(${JSON.stringify(markup())})`)
const settle = (page: Page): Promise<void> => page.waitForTimeout(600)
/** What was asked once nothing more has come for a while, however slow the machine is. */
const lasting = async (page: Page): Promise<Record<string, number>> => {
  for (let before = ''; before !== JSON.stringify(asked());) {
    before = JSON.stringify(asked())
    // oxlint-disable-next-line no-await-in-loop -- time is what it waits for
    await settle(page)
  }
  return asked()
}
const ready = (page: Page): Promise<unknown> => page.waitForFunction(() => window.assent?.sync)

const open = async (page: Page): Promise<void> => {
  await page.goto(host.page(`${host.guard}${host.stub}<body><p>text`))
  await ready(page)
}

describe.each(Object.keys(UNMARKED_WAYS) as Way[])('%s', way => {
  test('nothing asks a listed host before a grant; then each does as it would have without a guard', async () => {
    const { page } = visitor
    // What the browser does by itself: some of these ways run no script.
    await page.goto(host.page('<body><p>text'))
    await insert(page, way)
    const natural = await lasting(page)
    expect(Object.values(natural).filter(Boolean).length).toBeGreaterThan(10)
    host.seen.length = 0

    await open(page)
    await insert(page, way)
    await settle(page)
    expect(asked()).toEqual(NEVER)
    await decide(page, false)
    await settle(page)
    expect(asked()).toEqual(NEVER)
    await decide(page, true)
    await expect.poll(asked).toEqual(natural)
    await decide(page, true)
    await settle(page)
    expect(asked()).toEqual(natural)

    // Remembered, nothing is held; taken back, it is again.
    host.seen.length = 0
    await open(page)
    await insert(page, way)
    await expect.poll(asked, { timeout: 4_000 }).toEqual(natural)
    const again = page.waitForEvent('load')
    await page.evaluate(() => {
      window.assent!.withdraw()
    })
    await again
    await ready(page)
    host.seen.length = 0
    await insert(page, way)
    await settle(page)
    expect(asked()).toEqual(NEVER)
    expect(visitor.complaints).toEqual([])
  })
})
