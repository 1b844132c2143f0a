import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { HARSH } from '../browser/consent-host.ts'
import { eventually, newVisitor, ours, press, ran, type Visitor } from '../support/page.ts'
import { LAYOUTS } from './factors.ts'
import { openTheatre, type Theatre } from './stage.ts'

const LAYOUT = Object.keys(LAYOUTS)[0]!
let theatre: Theatre
beforeAll(async () => {
  theatre = await openTheatre([LAYOUT])
})
afterAll(() => theatre?.close())

/** `value` is what the browser says; absent, it has no such property. */
async function open(value?: unknown, more = ''): Promise<Visitor> {
  const visitor = await newVisitor(theatre.browser)
  onTestFinished(visitor.leave)
  await say(visitor, value)
  const host = theatre.hosts[LAYOUT]!
  await visitor.page.goto(host.page(`${host.stub}${more}<title>Page</title><body>${TAGS}<p>text`, HARSH))
  return visitor
}

const TAGS = ['analytics', 'marketing']
  .map(
    id => `<script type="text/plain" nonce="n" data-consent="${id}">(window.ran??=[]).push('${id}')</script>`,
  )
  .join('')

const say = (visitor: Visitor, value: unknown): Promise<unknown> =>
  value === undefined
    ? Promise.resolve()
    : visitor.context.addInitScript(
        said => Object.defineProperty(navigator, 'globalPrivacyControl', { value: said }),
        value,
      )
const granted = (page: Page, id: string): Promise<boolean> =>
  page.evaluate(purpose => window.assent!.granted(purpose), id)

test.each([
  [true, true],
  [false, false],
  [undefined, false],
])(
  'G1 G2 G5 the browser says %j: accepting everything leaves advertising off %j',
  async (value, keepsOff) => {
    const { page, posted } = await open(value)
    await press(page, 'accept')
    await eventually(() => ran(page)).toContain('analytics')
    expect(await granted(page, 'marketing')).toBe(!keepsOff)
    expect((await ran(page)).includes('marketing')).toBe(!keepsOff)
    await eventually(() => posted.length).toBe(1)
    // G5: on record exactly when it was on.
    expect(posted[0]!.gpc ?? false).toBe(keepsOff)
  },
)

test('G2 the signal alone is no consent and no refusal: nothing is kept, sent or run, and the question stands', async () => {
  const visitor = await open(true)
  await ours(visitor.page, 'accept').waitFor()
  expect(await visitor.context.cookies()).toEqual([])
  expect(visitor.posted).toEqual([])
  expect(await ran(visitor.page)).toEqual([])
  for (const id of ['preferences', 'analytics', 'marketing'])
    expect(await granted(visitor.page, id)).toBe(false)
})

test('G3 G5 a later yes by name, moved in the settings, holds against the signal and is recorded with it', async () => {
  const { page, posted } = await open(true)
  await press(page, 'settings')
  await page.getByRole('dialog').locator('#assent-switch-marketing').check()
  await page.getByRole('dialog').locator('[data-assent=save]').click()
  await eventually(() => ran(page)).toEqual(['marketing'])
  await eventually(() => posted.length).toBe(1)
  expect(posted[0]).toMatchObject({ gpc: true, choices: { marketing: true } })
})

test('G7 a grant from before the signal is masked from the first line of the page on, before anything of ours has come', async () => {
  const visitor = await open()
  await press(visitor.page, 'accept')
  await eventually(() => ran(visitor.page)).toEqual(['analytics', 'marketing'])
  await say(visitor, true)
  // Nothing of ours comes at all: what the page knows then, it knows from the snippet.
  await visitor.context.route(/assent\.js|\.mjs/, route => route.abort())
  const host = theatre.hosts[LAYOUT]!
  const probe = `<script nonce="n">window.early = [assent.granted('marketing'), dataLayer[0][2].ad_storage]</script>`
  await visitor.page.goto(host.page(`${host.stub}${probe}<body>${TAGS}`, HARSH))
  expect(await visitor.page.evaluate('early')).toEqual([false, 'denied'])
  expect(await ran(visitor.page)).toEqual([])
})

test('G8 the banner and the settings say that the opt-out is honoured', async () => {
  const { page } = await open(true)
  expect(await page.locator('#assent').textContent()).toContain('Global Privacy Control), and we honour it')
  await press(page, 'settings')
  await eventually(() => page.locator('.assent-settings').textContent()).toContain('and we honour it')
})
