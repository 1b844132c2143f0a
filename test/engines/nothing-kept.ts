import { expect, test } from 'vitest'
import type { Launch } from './engine.ts'
import { useStage } from './stage.ts'
import { aMoment, FIRST, postedIn, ran } from './visit.ts'

/** The person's own settings let no page keep anything. */
export function nothingKeptHolds(launch: Launch): void {
  const stage = useStage(network => launch(network, { cookies: 'never' }))

  test('asks nobody in vain: no banner, no loop, nothing optional', async () => {
    await stage.tab.go(`${stage.world.loom}/shop/`)
    await stage.tab.shows('[data-assent=open]')
    await aMoment(stage.tab)
    expect(await stage.tab.evaluate(() => ((document.cookie = 'tried=1'), document.cookie))).toBe('')
    expect(await stage.tab.count(FIRST.accept)).toBe(0)
    expect([await ran(stage.tab), stage.vendors(), postedIn(stage.network)]).toEqual([[], [], []])
    expect(stage.network.asked.length).toBeLessThan(15)
    expect(await stage.tab.evaluate(() => window.assent!.granted('analytics'))).toBe(false)
    expect(await stage.tab.cookies()).toEqual([])
  })
}
