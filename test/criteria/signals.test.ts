import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { HARSH } from '../browser/consent-host.ts'
import { GOOGLE } from '../browser/receivers.ts'
import { eventually, lookAtSettings, newVisitor, ours, press, type Visitor } from '../support/page.ts'
import { LAYOUTS } from './factors.ts'
import { openTheatre, type Theatre } from './stage.ts'

const LAYOUT = Object.keys(LAYOUTS)[0]!
let theatre: Theatre
beforeAll(async () => {
  theatre = await openTheatre([LAYOUT])
})
afterAll(() => theatre?.close())

const SEVEN = [
  'ad_storage',
  'ad_user_data',
  'ad_personalization',
  'analytics_storage',
  'functionality_storage',
  'personalization_storage',
  'security_storage',
]
const inline = (text: string): string => `<script nonce="n">${text}</script>`
/** What a script sees that stands directly behind ours. */
const PROBE = inline(
  `window.probe = (window.dataLayer || []).map(each => [Object.prototype.toString.call(each), ...Array.from(each)])`,
)
const TAG = inline(
  `window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)};gtag('js',new Date());gtag('config','G-1')`,
)
const REST = `${TAG}${inline(GOOGLE)}<title>Page</title><p>text`
/** How late everything of ours comes. */
const LATENESS = [0, 3_000]

async function visitor(lateness = 0): Promise<Visitor> {
  const made = await newVisitor(theatre.browser)
  onTestFinished(made.leave)
  if (lateness > 0)
    await made.context.route(/consent\.test.*\.mjs|assent\.js/, async route => {
      await new Promise(done => setTimeout(done, lateness))
      // The page may be gone by then.
      await route.continue().catch(() => {})
    })
  return made
}

async function open({ page }: Visitor, before = ''): Promise<Page> {
  const host = theatre.hosts[LAYOUT]!
  await page.goto(host.page(`${before}${host.stub}${PROBE}${REST}`, HARSH))
  return page
}

type Word = 'granted' | 'denied'
/** Words of Consent Mode as they came: command, and signal by signal. */
const words = (page: Page): Promise<[command: string, said: Record<string, Word>][]> =>
  page.evaluate(() =>
    (window.dataLayer ?? [])
      .filter(each => Object.prototype.toString.call(each) === '[object Arguments]')
      .map(each => Array.from(each as ArrayLike<unknown>))
      .filter(([command]) => command === 'consent')
      .map(([, command, said]) => [command as string, said as Record<string, Word>]),
  )
const commands = (page: Page) => async () => (await words(page)).map(([command]) => command)
const probed = (page: Page): Promise<unknown[][]> => page.evaluate('probe')
/** What a tag would be told now, through the stand-in for Google's own script: 1 granted, 2 denied. */
const states = (page: Page): Promise<Record<string, number>> =>
  page.evaluate(
    signals =>
      Object.fromEntries(
        signals.map(signal => [
          signal,
          (
            window as never as { google_tag_data: { ics: { getConsentState(of: string): number } } }
          ).google_tag_data.ics.getConsentState(signal),
        ]),
      ),
    SEVEN,
  )

test.each(LATENESS)(
  'C1 C2 the script after ours finds the default, all seven denied, as an arguments object (ours %i ms late)',
  async lateness => {
    const page = await open(await visitor(lateness))
    const [first, ...more] = await probed(page)
    expect(more).toEqual([])
    expect(first!.slice(0, 3)).toEqual(['[object Arguments]', 'consent', 'default'])
    const { wait_for_update: _, ...said } = first![3] as Record<string, unknown>
    expect(Object.keys(said).toSorted()).toEqual(SEVEN.toSorted())
    expect(new Set(Object.values(said))).toEqual(new Set(['denied']))
    await ours(page, 'accept').waitFor()
    // Nor do late files bring another.
    expect((await commands(page)()).filter(command => command === 'default')).toHaveLength(1)
  },
)

test.each(LATENESS)(
  'C3 C6 C7 one default, one update for each change, none for looking; a withdrawal is denied (ours %i ms late)',
  async lateness => {
    const page = await open(await visitor(lateness))
    await ours(page, 'accept').waitFor()
    await lookAtSettings(page)
    expect((await commands(page)()).filter(command => command === 'update')).toEqual([])
    await press(page, 'accept')
    await eventually(commands(page)).toEqual(['default', 'update'])
    const [, granted] = (await words(page))[1]!
    expect(Object.keys(granted).toSorted()).toEqual(SEVEN.toSorted())
    expect(await states(page)).toEqual(Object.fromEntries(SEVEN.map(signal => [signal, 1])))
    await page.evaluate(() => window.assent!.withdraw())
    await eventually(commands(page)).toEqual(['default', 'update', 'update'])
    expect(await states(page)).toMatchObject({
      ad_storage: 2,
      ad_user_data: 2,
      ad_personalization: 2,
      analytics_storage: 2,
    })
  },
)

test('C4 a returning visitor’s choice is there before the next script, with or without our files', async () => {
  const returning = await visitor()
  let page = await open(returning)
  await press(page, 'accept')
  await eventually(() => page.evaluate(() => document.cookie)).toContain('marketing:1')
  await returning.context.route(/assent\.js/, () => {})
  page = await open(returning)
  expect((await probed(page))[0]![3]).toMatchObject({ ad_storage: 'granted', analytics_storage: 'granted' })
})

test('C8 the data layer of another tool stays the same array with the same words, and hears ours', async () => {
  const other = inline(
    `window.theirs = window.dataLayer = [{ event: 'theirs' }]; (function () { dataLayer.push(arguments) })('consent', 'default', { ad_storage: 'denied' })`,
  )
  const page = await open(await visitor(), other)
  await press(page, 'accept')
  await eventually(async () => (await commands(page)()).at(-1)).toBe('update')
  expect(
    await page.evaluate(() => {
      const { theirs } = window as never as { theirs: { event?: string }[] }
      return [theirs === (window.dataLayer as unknown), theirs[0]!.event]
    }),
  ).toEqual([true, 'theirs'])
  expect(await states(page)).toMatchObject({ ad_storage: 1 })
})
