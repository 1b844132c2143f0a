import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { acknowledged, launchBrowser, newVisitor, press } from '../support/page.ts'
import { startWorld, type World } from '../support/world.ts'
import { LOOM } from './site.ts'

let world: World
let browser: Browser

beforeAll(async () => {
  ;[world, browser] = await Promise.all([startWorld(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})

const OPTIONAL = LOOM.purposes
  .filter(({ kind }) => kind !== 'necessary' && kind !== 'messages')
  .map(({ id }) => id)
type Switches = Readonly<Record<string, boolean>>

/** A chance that is the same each time (mulberry32). */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Sets of switches, one after the other, as one person might save them. */
function walkOf(seed: number, steps: number): Switches[] {
  const next = chance(seed)
  return Array.from({ length: steps }, () => Object.fromEntries(OPTIONAL.map(id => [id, next() < 0.5])))
}

/** What each signal of Consent Mode hangs on. */
const SIGNALS = Object.entries(LOOM.signals.googleConsentMode)

test.each([11, 23])(
  'L10 W4 what is saved is what is shown, kept, signalled and recorded, whatever the switches (walk %i)',
  async seed => {
    const visitor = await newVisitor(browser)
    onTestFinished(visitor.leave)
    const { page } = visitor
    await page.goto(`${world.loom}/shop/`)
    let before: Switches = Object.fromEntries(OPTIONAL.map(id => [id, false]))
    for (const [step, switches] of walkOf(seed, 5).entries()) {
      // oxlint-disable no-await-in-loop -- each after the one before
      await press(page, step === 0 ? 'settings' : 'open')
      const settings = page.getByRole('dialog')
      const boxOf = (id: string) => settings.locator(`#assent-switch-${id}`)
      await settings.waitFor()
      // W4: it opens with what is kept.
      for (const id of OPTIONAL) expect([id, await boxOf(id).isChecked()]).toEqual([id, before[id]])
      for (const id of OPTIONAL) await boxOf(id).setChecked(switches[id]!)
      const reloads = OPTIONAL.some(id => before[id] && !switches[id])
      const left = reloads ? page.waitForEvent('load') : undefined
      await settings.locator('[data-assent=save]').click()
      await left
      await acknowledged(visitor, step + 1)
      await page.waitForFunction(() => window.assent?.sync)
      const cookie = (await visitor.context.cookies()).find(({ name }) => name === 'assent_loom')!.value
      const kept = Object.fromEntries(
        cookie
          .split('.')[3]!
          .split(',')
          .map(item => [item.slice(0, -2), item.endsWith('1')]),
      )
      expect(kept).toEqual(switches)
      expect(
        await page.evaluate(
          ids => Object.fromEntries(ids.map(id => [id, window.assent!.granted(id)])),
          OPTIONAL,
        ),
      ).toEqual(switches)
      const { id, secret } = visitor.posted.at(-1)!
      expect((await world.entry(id, secret))['choices']).toEqual(switches)
      const words = await page.evaluate(
        () =>
          Object.assign(
            {},
            ...(window.dataLayer ?? [])
              .map(call => Array.from(call as ArrayLike<unknown>))
              .filter(([command]) => command === 'consent')
              .map(([, , said]) => said as object),
          ) as Record<string, unknown>,
      )
      for (const [signal, purpose] of SIGNALS)
        expect([signal, words[signal]]).toEqual([signal, (switches[purpose] ?? true) ? 'granted' : 'denied'])
      before = switches
      // oxlint-enable no-await-in-loop
    }
  },
)
