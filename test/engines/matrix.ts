import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../support/page.ts'
import { countsOf, exitsOf, openWith, type Exit, type Way } from './exits.ts'
import type { Stage } from './stage.ts'
import { acknowledged, aMoment, ran } from './visit.ts'

/** Ways that can share a page; where the page itself is replaced, nothing else stays. */
const PAGES: readonly (readonly Way[])[] = [
  ['parsed', 'appended', 'innerHTML', 'a clone of a template'],
  ['a page put in its place'],
]

export const WAYS_IN: readonly Way[] = PAGES.flat()

/** Scripts come one after the other, dozens of them. */
const ONE_BY_ONE = { timeout: 20_000 }

const ALL = { preferences: true, analytics: true, marketing: true }
const NONE = { preferences: false, analytics: false, marketing: false }

/** Kind of exit x way into the page x choice: all kinds of a page at once. */
export function matrixHolds(stage: Stage): void {
  describe('every kind of exit', () => {
    useGating(stage)
    for (const ways of PAGES)
      describe(`by ${ways.join(', ')}`, () => {
        // oxlint-disable vitest/expect-expect -- each counts what was asked for
        test('nothing leaks without a choice, after a refusal or after a yes to something else; what is granted runs exactly once', () =>
          waitsUntilGranted(stage, exitsOf(ways)))
        test('what was granted before runs exactly once, and nothing of it after it was taken back', () =>
          runsWhileGranted(stage, exitsOf(ways)))
        // oxlint-enable vitest/expect-expect
      })
  })
}

/** The site also asks for kinds of gates that few pages have, and understands other tools' names. */
export function useGating(stage: Stage): void {
  const aliases = { ads: 'marketing', statistics: 'analytics', pixel: 'marketing', drifter: 'nimbus' }
  beforeAll(() => stage.world.publish('loom', as => ({ ...as, gating: { more: true, aliases } })))
  afterAll(() => stage.world.publish('loom'))
}

const decide = (stage: Stage, choices: Record<string, boolean>): Promise<unknown> =>
  stage.tab.evaluate(given => window.assent!.decide(given), choices)

export async function waitsUntilGranted(stage: Stage, exits: readonly Exit[]): Promise<void> {
  const { asked, never, once } = countsOf(stage, exits)
  await openWith(stage, exits)
  expect(asked()).toEqual(never())
  await decide(stage, NONE)
  await acknowledged(stage.tab, stage.network, 1)
  await aMoment(stage.tab)
  expect(asked()).toEqual(never())
  await decide(stage, { ...NONE, analytics: true })
  await aMoment(stage.tab)
  expect(asked()).toEqual(never())
  await decide(stage, ALL)
  await expect.poll(asked, ONE_BY_ONE).toEqual(once())
  await decide(stage, ALL)
  await aMoment(stage.tab)
  expect(asked()).toEqual(once())
  // A script that came has run.
  const came = stage.network.askedFor('/exit/').filter(address => address.endsWith('.js'))
  const names = came.map(address => address.split('/').at(-1)!.slice(0, -3))
  expect((await ran(stage.tab)).toSorted()).toEqual([...new Set(names)].toSorted())
}

export async function runsWhileGranted(stage: Stage, exits: readonly Exit[]): Promise<void> {
  const { asked, once } = countsOf(stage, exits)
  await stage.tab.go(stage.pageOf(`<!doctype html><title>Before</title>${stage.world.snippet}`))
  await decide(stage, ALL)
  await acknowledged(stage.tab, stage.network, 1)
  await openWith(stage, exits)
  await expect.poll(asked, ONE_BY_ONE).toEqual(once())
  await aMoment(stage.tab)
  expect(asked()).toEqual(once())
  await stage.tab.evaluate(() => void Object.assign(globalThis, { isTheSame: true }))
  await stage.tab.evaluate(() => window.assent!.withdraw())
  await eventually(() => stage.tab.evaluate(() => 'isTheSame' in globalThis)).toBe(false)
  await stage.tab.shows('[data-assent=open]')
  await aMoment(stage.tab)
  expect(asked()).toEqual(once())
}
