import { describe, expect, test } from 'vitest'
import { eventually } from '../support/page.ts'
import type { Stage } from './stage.ts'
import { acknowledged, aMoment, FIRST, keptBy, postedIn, ran } from './visit.ts'

const OWN_HOSTS = ['consent.test', 'www.loom.test']

/** From the first layer to the ledger, and back. */
export function choicesHold(stage: Stage): void {
  describe('first layer', () => {
    test('shows itself, asks no other host for anything, and nothing is kept', async () => {
      await stage.openShop()
      await aMoment(stage.tab)
      expect(stage.hosts()).toEqual(OWN_HOSTS)
      expect(stage.vendors()).toEqual([])
      expect(await ran(stage.tab)).toEqual([])
      expect(await keptBy(stage.tab)).toBe('')
      expect(postedIn(stage.network)).toEqual([])
    })

    test('can be answered with the keyboard alone', async () => {
      await stage.openShop()
      const focused = (): Promise<string | undefined> =>
        stage.tab.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset['assent'])
      for (let presses = 0; presses < 40 && (await focused()) !== 'reject'; presses++)
        // oxlint-disable-next-line no-await-in-loop -- as a person does
        await stage.tab.press('Tab')
      expect(await focused()).toBe('reject')
      await stage.tab.press('Enter')
      await acknowledged(stage.tab, stage.network, 1)
      expect(await stage.tab.count(FIRST.reject)).toBe(0)
    })
  })

  describe('a choice', () => {
    test('to accept runs what waited once each, is one entry, and is remembered', async () => {
      await stage.openShop()
      await stage.tab.click(FIRST.accept)
      await eventually(() => ran(stage.tab)).toHaveLength(4)
      await acknowledged(stage.tab, stage.network, 1)
      const asked = ['adrift.js', 'tempo.js', 'vista.css', 'vista.html']
      await eventually(stage.vendors).toHaveLength(asked.length)
      await aMoment(stage.tab)
      expect((await ran(stage.tab)).toSorted()).toEqual(['adrift', 'pica', 'tempo', 'tempo page'])
      expect(stage.vendors()).toEqual(asked.map(name => `www.loom.test/vendor/${name}`))
      expect(await stage.entry(0)).toMatchObject({
        type: 'decision',
        method: 'banner',
        choices: { preferences: true, analytics: true, marketing: true },
      })
      await stage.tab.reload()
      await eventually(() => ran(stage.tab)).toHaveLength(4)
      await aMoment(stage.tab)
      expect(await stage.tab.count(FIRST.accept)).toBe(0)
      expect(postedIn(stage.network)).toHaveLength(1)
    })

    test('to reject keeps everything away, is one entry, and is remembered', async () => {
      await stage.openShop()
      await stage.tab.click(FIRST.reject)
      await acknowledged(stage.tab, stage.network, 1)
      await stage.tab.reload()
      await stage.tab.shows('[data-assent=open]')
      await aMoment(stage.tab)
      expect(await stage.tab.count(FIRST.accept)).toBe(0)
      expect(await ran(stage.tab)).toEqual([])
      expect(stage.vendors()).toEqual([])
      expect(stage.hosts()).toEqual(OWN_HOSTS)
      expect(await keptBy(stage.tab)).toBe('assent_loom')
      expect(await stage.entry(0)).toMatchObject({
        type: 'decision',
        method: 'banner',
        choices: { preferences: false, analytics: false, marketing: false },
      })
      expect(await stage.entry(0)).not.toHaveProperty('subject')
    })

    test('of statistics alone in the settings runs these alone, is one entry, and is remembered', async () => {
      await stage.openShop()
      await stage.tab.click(FIRST.settings)
      await stage.tab.click('#assent-switch-analytics')
      await stage.tab.click('dialog [data-assent=save]')
      await acknowledged(stage.tab, stage.network, 1)
      await eventually(() => ran(stage.tab)).toEqual(['tempo', 'tempo page'])
      await stage.tab.reload()
      await eventually(() => ran(stage.tab)).toEqual(['tempo', 'tempo page'])
      await aMoment(stage.tab)
      expect(stage.vendors().filter(address => !address.endsWith('/tempo.js'))).toEqual([])
      expect(await stage.entry(0)).toMatchObject({
        method: 'settings',
        choices: { preferences: false, analytics: true, marketing: false },
      })
    })

    test('that is taken back clears what the scripts kept, starts the page anew, and is one entry more', async () => {
      await stage.openShop()
      await stage.tab.click(FIRST.accept)
      await eventually(() => keptBy(stage.tab)).toContain('_adrift')
      await acknowledged(stage.tab, stage.network, 1)
      expect(await keptBy(stage.tab)).toMatch(/_tempo .*adrift\.seen.*loom_theme/)
      await stage.tab.evaluate(() => void ((globalThis as { same?: true }).same = true))
      await eventually(stage.vendors).toHaveLength(4)
      await stage.tab.click('[data-assent=open]')
      await stage.tab.click('dialog [data-assent=withdraw]')
      await eventually(() => stage.tab.evaluate(() => 'same' in globalThis)).toBe(false)
      await stage.tab.shows('[data-assent=open]')
      await acknowledged(stage.tab, stage.network, 2)
      await aMoment(stage.tab)
      expect(await keptBy(stage.tab)).toBe('assent_loom')
      expect(await ran(stage.tab)).toEqual([])
      expect(stage.vendors()).toHaveLength(4)
      expect(await stage.entry(1)).toMatchObject({
        type: 'withdrawal',
        choices: { analytics: false, marketing: false },
      })
    })
  })
}
