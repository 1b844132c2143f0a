import { describe, expect, test } from 'vitest'
import { eventually } from '../support/page.ts'
import type { Stage } from './stage.ts'
import { acknowledged, aMoment, FIRST, ran } from './visit.ts'

const marked = (name: string): string => `<h1>${name}</h1>
  <script type="text/plain" data-consent="analytics" src="/sample/${name}.js"></script>
  <script type="text/plain" data-consent="analytics">(window.ran??=[]).push('${name} inline')</script>
  <img data-consent="analytics" data-src="/sample/${name}.svg" alt="">`

/** A page that lives on while a choice is made elsewhere. */
export function pageLifeHolds(stage: Stage): void {
  /** Each name has an address of its own. */
  const page = (name: string): string => {
    const { plain, snippet } = stage.world
    plain.serve(
      `www.loom.test/${name}`,
      `<!doctype html><title>${name}</title>${snippet}<body>${marked(name)}`,
    )
    return `${plain.origin('www.loom.test')}/${name}`
  }
  const asked = (name: string): string[] => stage.network.askedFor(`/sample/${name}.`).toSorted()
  const all = (name: string): string[] => ['js', 'svg'].map(kind => `www.loom.test/sample/${name}.${kind}`)

  describe('a choice in another tab', () => {
    test('opens everything here at once, and what is taken back there is gone here', async () => {
      await stage.tab.go(page('here'))
      await stage.tab.shows(FIRST.accept)
      const there = await stage.tab.another()
      await there.go(page('there'))
      await there.shows(FIRST.accept)
      // WebKit takes no real input in a tab that was opened from outside.
      await there.evaluate(button => document.querySelector<HTMLElement>(button)!.click(), FIRST.accept)
      // By the log alone: whoever looked into the tab would bring it to the front.
      await eventually(() => asked('here')).toEqual(all('here'))
      await eventually(() => asked('there')).toEqual(all('there'))
      await acknowledged(there, stage.network, 1)
      expect(await ran(stage.tab)).toEqual(['here.js', 'here inline'])
      expect(await stage.tab.count(FIRST.accept)).toBe(0)
      await there.evaluate(() => window.assent!.withdraw())
      await eventually(() => ran(stage.tab)).toEqual([])
      await aMoment(stage.tab)
      expect([asked('here'), asked('there')]).toEqual([all('here'), all('there')])
      await there.close()
    })
  })

  describe('a page that is come back to', () => {
    test('applies what was decided meanwhile, once', async () => {
      await stage.tab.go(page('first'))
      await stage.tab.shows(FIRST.accept)
      await stage.tab.evaluate(() => void Object.assign(globalThis, { isTheSame: true }))
      await stage.tab.go(page('second'))
      await stage.tab.click(FIRST.accept)
      await acknowledged(stage.tab, stage.network, 1)
      expect(asked('first')).toEqual([])
      await stage.tab.back()
      await eventually(() => ran(stage.tab)).toEqual(['first.js', 'first inline'])
      expect(await stage.tab.evaluate(() => 'isTheSame' in globalThis)).toBe(true)
      expect(await stage.tab.count(FIRST.accept)).toBe(0)
      await aMoment(stage.tab)
      expect(asked('first')).toEqual(all('first'))
    })

    test('is a fresh one, and nothing of it runs, when what ran was taken back meanwhile', async () => {
      await stage.tab.go(page('first'))
      await stage.tab.click(FIRST.accept)
      await eventually(() => ran(stage.tab)).toEqual(['first.js', 'first inline'])
      await acknowledged(stage.tab, stage.network, 1)
      await stage.tab.go(page('second'))
      await eventually(() => ran(stage.tab)).toEqual(['second.js', 'second inline'])
      await stage.tab.evaluate(() => window.assent!.withdraw())
      await acknowledged(stage.tab, stage.network, 2)
      await stage.tab.shows('[data-assent=open]')
      await stage.tab.back()
      await eventually(() => stage.tab.evaluate(() => document.title)).toBe('first')
      await eventually(() => ran(stage.tab)).toEqual([])
      await aMoment(stage.tab)
      expect(asked('first')).toEqual(all('first'))
    })
  })
}
