import { describe, expect, test } from 'vitest'
import type { Launch } from '../engine.ts'
import { exitsOf } from '../exits.ts'
import { ALL_MOODS, hostAwayHolds } from '../host-away.ts'
import { useGating, waitsUntilGranted, WAYS_IN } from '../matrix.ts'
import { useStage } from '../stage.ts'
import { aMoment, FIRST, ran } from '../visit.ts'

/** The product that the core suite takes at a stroke: every kind alone in its page, by every way, for every choice. */
export function wholeSuite(launch: Launch): void {
  const stage = useStage(launch)
  describe('alone in its page', () => {
    useGating(stage)
    // oxlint-disable vitest/expect-expect -- each counts what was asked for
    test.each(exitsOf(WAYS_IN).map(exit => [`${exit.kind.name}, ${exit.way}`, exit] as const))(
      '%s: waits through every choice but its own, and runs once',
      (_, exit) => waitsUntilGranted(stage, [exit]),
    )
    // oxlint-enable vitest/expect-expect
  })

  hostAwayHolds(stage, ALL_MOODS)

  test('a script whose host hangs holds those after it for eight seconds, and then they run in their order', async () => {
    const script = (at: string): string =>
      `<script type="text/plain" data-consent="analytics" src="${at}"></script>`
    const inline = `<script type="text/plain" data-consent="analytics">(window.ran??=[]).push('inline')</script>`
    stage.network.treat('hung.example', 'hangs')
    await stage.tab.go(
      stage.pageOf(`<!doctype html><title>Hung</title>${stage.world.snippet}<body>
        ${script('http://hung.example/sample/hung.js')}${inline}${script('/sample/slow-900')}${script('/sample/last-0')}`),
    )
    await stage.tab.click(FIRST.accept)
    await aMoment(stage.tab)
    expect(await ran(stage.tab)).toEqual([])
    await expect.poll(() => ran(stage.tab), { timeout: 30_000 }).toEqual(['inline', 'slow-900', 'last-0'])
  })
}
