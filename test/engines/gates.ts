import { describe, expect, test } from 'vitest'
import { eventually } from '../support/page.ts'
import { samplePage, SAMPLES, type Sample } from './samples.ts'
import type { Stage } from './stage.ts'
import { acknowledged, aMoment, FIRST, ran } from './visit.ts'

/** Kind of exit x way into the page x choice. */
export function gatesHold(stage: Stage): void {
  describe('everything that can wait', () => {
    const open = async (): Promise<void> => {
      await stage.tab.go(stage.pageOf(samplePage(stage.world.snippet)))
      await eventually(() => stage.tab.evaluate(() => 'late' in document.documentElement.dataset)).toBe(true)
      await stage.tab.shows(FIRST.accept)
    }
    /** By name, each as often as it ran or was asked for. */
    const left = async (): Promise<string[]> => {
      const asked = stage.network.askedFor('/sample/').map(address => address.split('/').at(-1)!)
      return [
        ...(await ran(stage.tab)).map(name => `ran ${name}`),
        ...asked.map(name => `asked ${name}`),
      ].toSorted()
    }
    const expected = ({ id, kind: { says, file } }: Sample): string[] => [
      ...(says ? [`ran ${id}${file ?? ''}`] : []),
      ...(file ? [`asked ${id}${file}`] : []),
    ]

    test.each([
      ['no choice', []],
      ['a rejection', [FIRST.reject]],
      [
        'a grant of something else',
        [FIRST.settings, '#assent-switch-preferences', 'dialog [data-assent=save]'],
      ],
    ])('stays where it is after %s', async (_, clicks) => {
      await open()
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      for (const each of clicks) await stage.tab.click(each)
      if (clicks.length > 0) await acknowledged(stage.tab, stage.network, 1)
      await aMoment(stage.tab)
      expect(await left()).toEqual([])
    })

    test('runs exactly once after consent, however it came into the page', async () => {
      await open()
      await stage.tab.click(FIRST.accept)
      const all = SAMPLES.flatMap(expected).toSorted()
      await eventually(left).toEqual(all)
      await aMoment(stage.tab)
      expect(await left()).toEqual(all)
    })

    test('keeps the order of the page, however long each takes to come, were it six seconds', async () => {
      const script = (name: string): string =>
        `<script type="text/plain" data-consent="analytics" src="/sample/${name}"></script>`
      const inline = (name: string, attributes = 'type="text/plain" data-consent="analytics"'): string =>
        `<script ${attributes}>(window.ran??=[]).push('${name}')</script>`
      await stage.tab.go(
        stage.pageOf(`<!doctype html><title>Order</title>${stage.world.snippet}<body>${script('slow-5600')}${inline('after slow')}
          <template data-consent="analytics"><script src="/sample/inner-100"></script>${inline('after inner', '')}</template>
          ${script('missing.html')}${script('last-0')}`),
      )
      await stage.tab.click(FIRST.accept)
      await eventually(() => ran(stage.tab)).toEqual([
        'slow-5600',
        'after slow',
        'inner-100',
        'after inner',
        'last-0',
      ])
    })
  })
}
