import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { HARSH, startFixture } from '../browser/consent-host.ts'
import { eventually, newVisitor, ours, press, ran } from '../support/page.ts'
import { LAYOUTS, VISITS } from './factors.ts'
import { inLayout, LOOM, SITE } from './site.ts'
import { openStage, openTheatre, type Theatre } from './stage.ts'

let theatre: Theatre
beforeAll(async () => {
  theatre = await openTheatre()
})
afterAll(() => theatre?.close())

const DAY = 86_400_000
const DAYS = LOOM.choice.expiresAfterDays
const NOON = Date.UTC(2026, 10, 27, 12)
/** Six months, the shortest that authorities ask for. */
const MONTHS = 180
/** No browser keeps a cookie longer. */
const LONGEST = 400

const lastWords = (page: Page): Promise<Record<string, string>> =>
  page.evaluate(
    () =>
      Object.assign(
        {},
        ...(window.dataLayer ?? [])
          .map(call => Array.from(call as ArrayLike<unknown>))
          .filter(([command]) => command === 'consent')
          .map(([, , said]) => said as object),
      ) as Record<string, string>,
  )

describe.each(Object.keys(LAYOUTS))('%s', layout => {
  const visit = { ...VISITS.find(each => each.layout === layout)!, signal: false }

  test('W2 taking everything back takes at most one action more than giving it, from any page', async () => {
    const stage = await openStage(theatre, visit)
    onTestFinished(stage.visitor.leave)
    const { page } = stage
    let actions = 0
    const act = async (name: Parameters<typeof press>[1] | 'withdraw'): Promise<void> => {
      actions++
      if (name === 'withdraw') await page.locator('dialog [data-assent=withdraw]').click()
      else await press(page, name)
    }
    await act('accept')
    await eventually(() => ran(page)).toHaveLength(2)
    const giving = actions
    for (const path of ['', '?next', '#read']) {
      // oxlint-disable no-await-in-loop
      actions = 0
      await page.goto(stage.address + path)
      await ours(page, 'open').waitFor()
      await act('open')
      await page.getByRole('dialog').waitFor()
      await act('withdraw')
      await eventually(() => page.evaluate(() => document.cookie)).toMatch(/analytics:0,marketing:0/)
      expect(actions).toBeLessThanOrEqual(giving + 1)
      await page.waitForFunction(() => window.assent?.sync)
      expect(await ran(page)).toEqual([])
      await page.evaluate(() =>
        window.assent!.decide({ preferences: true, analytics: true, marketing: true }),
      )
      await eventually(() => ran(page)).toHaveLength(2)
      // oxlint-enable no-await-in-loop
    }
  })
})

/** A person whose clock says what we say; the browser itself keeps its cookies by its own. */
async function visitAt(
  time: number,
  address: string,
): Promise<{ page: Page; at(time: number): Promise<void> }> {
  const visitor = await newVisitor(theatre.browser)
  onTestFinished(visitor.leave)
  const { page } = visitor
  await page.clock.setFixedTime(time)
  await page.goto(address)
  return {
    page,
    async at(next) {
      await page.clock.setFixedTime(next)
      await page.goto(address)
      await page.waitForFunction(() => window.assent?.sync)
      // As long as the first layer would take.
      await page.waitForTimeout(500)
    },
  }
}

const anyHost = () => Object.values(theatre.hosts)[0]!
const plainPage = (): string => {
  const host = anyHost()
  return host.page(`${host.stub}<title>Page</title><p>text`, HARSH)
}

test.each(['accept', 'reject'] as const)(
  'W5 W6 “%s” holds to its last second, for months and nobody is asked; a second later the banner is back and all is denied',
  async answer => {
    const { page, at } = await visitAt(NOON, plainPage())
    await press(page, answer)
    await eventually(() => ours(page, 'accept').count()).toBe(0)
    expect(DAYS).toBeGreaterThanOrEqual(MONTHS)
    for (const days of [1, 30, MONTHS - 1])
      // oxlint-disable-next-line no-await-in-loop
      await at(NOON + days * DAY).then(async () => expect(await ours(page, 'accept').count()).toBe(0))
    await at(NOON + DAYS * DAY - 1_000)
    expect(await ours(page, 'accept').count()).toBe(0)
    expect((await lastWords(page))['ad_storage']).toBe(answer === 'accept' ? 'granted' : 'denied')
    await at(NOON + DAYS * DAY + 1_000)
    await ours(page, 'accept').waitFor()
    const words = await lastWords(page)
    delete words['security_storage']
    expect(
      Object.entries(words).filter(([name, word]) => name.endsWith('_storage') && word !== 'denied'),
    ).toEqual([])
    expect(await page.evaluate(() => window.assent!.granted('marketing'))).toBe(false)
  },
)

test('W5 W6 a refusal and a grant are kept for the same time, which is what is configured and less than browsers allow', async () => {
  const lives = []
  for (const answer of ['accept', 'reject'] as const) {
    const visitor = await newVisitor(theatre.browser)
    onTestFinished(visitor.leave)
    // oxlint-disable no-await-in-loop
    await visitor.page.goto(plainPage())
    await press(visitor.page, answer)
    const cookies = async () => (await visitor.context.cookies()).filter(({ name }) => name === 'assent_loom')
    await eventually(async () => (await cookies()).length).toBe(1)
    lives.push(Math.round((await cookies())[0]!.expires / 86_400 - Date.now() / DAY))
    // oxlint-enable no-await-in-loop
  }
  expect(lives).toEqual([DAYS, DAYS])
  expect(DAYS).toBeLessThanOrEqual(LONGEST)
})

test('W7 a mended word asks nobody again; a new purpose is asked about, and what was answered stays as it was', async () => {
  const [layout] = Object.keys(LAYOUTS)
  const site = inLayout(layout!)
  const mended = await startFixture({
    ...site,
    banner: { ...site.banner, title: { ...site.banner.title, en: 'You decide, about cookies' } },
  })
  const maps = {
    ...SITE.purposes.find(({ id }) => id === 'preferences')!,
    id: 'maps',
    name: { ...SITE.name, en: 'Maps' },
  }
  const wider = await startFixture({ ...site, purposes: [...site.purposes, maps] })
  onTestFinished(() => {
    mended.close()
    wider.close()
  })
  const visitor = await newVisitor(theatre.browser)
  onTestFinished(visitor.leave)
  const { page } = visitor
  await page.goto(plainPage())
  await page.waitForFunction(() => window.assent?.sync)
  await page.evaluate(() => window.assent!.decide({ preferences: false, analytics: true, marketing: false }))
  await eventually(() => page.evaluate(() => document.cookie)).toContain('analytics:1')
  // Cookies know no ports: the same visitor, after the next publication.
  await page.goto(mended.page(`${mended.stub}<p>text`, HARSH))
  await page.waitForFunction(() => window.assent?.sync)
  await page.waitForTimeout(500)
  expect(await ours(page, 'accept').count()).toBe(0)
  await page.goto(wider.page(`${wider.stub}<p>text`, HARSH))
  await ours(page, 'accept').waitFor()
  expect(
    await page.evaluate(() =>
      ['preferences', 'analytics', 'marketing', 'maps'].filter(id => window.assent!.granted(id)),
    ),
  ).toEqual(['analytics'])
})
