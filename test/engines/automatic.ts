import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { guardFor } from '../../server/cli/snippet.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { UNMARKED, UNMARKED_WAYS } from '../browser/gates/automatic-kinds.ts'
import { eventually } from '../support/page.ts'
import type { Stage } from './stage.ts'
import { aMoment, FIRST, ran } from './visit.ts'

const DEMO = join(import.meta.dirname, '../../demo/loom/site.json')
const AT = 'http://tempo.example/sample/'

const { 'another page in its place': inItsPlace, ...LASTING } = UNMARKED_WAYS
/** Puts every kind into the page, in each of these ways. */
const insert = (ways: Readonly<Record<string, unknown>>): string =>
  Object.values(ways)
    .map((way, i) => {
      const markup = UNMARKED.map((kind, j) => kind.markup(`${AT}w${i}k${j}`)).join('\n')
      return `(${String(way)})(${JSON.stringify(markup)});`
    })
    .join('\n')

/** Automatic mode: what the hosts of services are asked for without anybody having marked it. */
export function automaticModeHolds(stage: Stage): void {
  describe('automatic mode', () => {
    const guard = (): string => guardFor(JSON.parse(readFileSync(DEMO, 'utf8')) as SiteConfiguration)
    const pageWith = (head: string, body = '<p>text</p>'): string =>
      stage.pageOf(
        `<!doctype html><html lang="en"><head><title>Automatic</title>${head}</head><body>${body}</body></html>`,
      )
    const asked = (): string[] =>
      stage.network
        .askedFor('/sample/')
        .map(address => address.split('/').at(-1)!)
        .toSorted()

    /** What is so once nothing more has come for a while, however slow the machine is. */
    const lasting = async (look: () => string[]): Promise<string[]> => {
      let [seen, quiet] = [look(), 0]
      while (quiet < 4) {
        // oxlint-disable-next-line no-await-in-loop -- time is what it waits for
        await aMoment(stage.tab)
        quiet = look().length === seen.length ? quiet + 1 : 0
        seen = look()
      }
      return seen
    }

    test.each([
      ['in any way that leaves the page as it is', insert(LASTING), 90],
      ['by putting another page in its place', insert({ inItsPlace }), 8],
    ])(
      'what a script brings %s asks nothing before a grant, and then exactly what it would have asked',
      async (_, script, least) => {
        // Players ask for a sound when and as often as they like; WebKit makes up for no hint whose address comes late.
        const hint = `k${UNMARKED.findIndex(({ name }) => name === 'preload')}.`
        const seen = (): string[] => asked().filter(name => !name.endsWith('.wav') && !name.includes(hint))
        const each = (): string[] => [...new Set(seen())]
        await stage.tab.go(pageWith(''))
        await stage.tab.evaluate(script)
        const natural = await lasting(seen)
        expect(natural.length).toBeGreaterThan(least)
        // Gone before counting begins anew: players ask late.
        await stage.tab.go('about:blank')
        stage.network.reset()
        await stage.tab.go(pageWith(guard() + stage.world.snippet))
        await stage.tab.shows(FIRST.accept)
        await stage.tab.evaluate(script)
        await aMoment(stage.tab)
        expect(asked()).toEqual([])
        await stage.tab.evaluate(() => window.assent!.decide({ analytics: true }))
        await eventually(each).toEqual([...new Set(natural)])
        // Some engines ask twice for what is given its address in place: never more often than without a guard.
        expect((await lasting(seen)).length).toBeLessThanOrEqual(natural.length)
      },
    )

    test('calls wait for a yes, and fail after a no as to a host that is away', async () => {
      await stage.tab.go(pageWith(guard() + stage.world.snippet))
      await stage.tab.shows(FIRST.accept)
      await stage.tab.evaluate(`window.heard = []
        const note = name => () => heard.push(name)
        const ask = (name) => {
          fetch('${AT}' + name + '-fetch.js', { mode: 'no-cors' }).then(note(name + ' fetched'), e => heard.push(name + ' ' + e.name))
          const x = new XMLHttpRequest(); x.onerror = x.onload = () => heard.push(name + ' asked ' + x.readyState); x.open('GET', '${AT}' + name + '-xhr.js'); x.send()
          new Image().src = '${AT}' + name + '-image.svg'
        }
        ask('waiting')
        heard.push('beacon ' + navigator.sendBeacon('${AT}beacon.js'))
        const s = new WebSocket('ws://tempo.example/socket'); s.onclose = e => heard.push('socket ' + e.code + (s instanceof WebSocket))
        const e = new EventSource('${AT}stream.js'); e.onerror = () => heard.push('stream ' + e.readyState + (e instanceof EventSource))
        window.ask = ask`)
      const heard = (): Promise<string[]> =>
        stage.tab.evaluate(() => (globalThis as unknown as { heard: string[] }).heard)
      await eventually(heard).toHaveLength(3)
      await aMoment(stage.tab)
      expect((await heard()).toSorted()).toEqual(['beacon false', 'socket 1006true', 'stream 2true'])
      expect(asked()).toEqual([])
      await stage.tab.evaluate(() => window.assent!.decide({ analytics: false }))
      await eventually(heard).toHaveLength(5)
      expect((await heard()).slice(3).toSorted()).toEqual(['waiting TypeError', 'waiting asked 4'])
      expect(asked()).toEqual([])
      await stage.tab.evaluate(() => window.assent!.decide({ analytics: true }))
      await stage.tab.evaluate(`ask('granted')`)
      await eventually(asked).toEqual([
        'granted-fetch.js',
        'granted-image.svg',
        'granted-xhr.js',
        'waiting-image.svg',
      ])
    })

    test('a script in the page’s own HTML may be asked for early, and never runs before a grant; then once, in order', async () => {
      const script = (name: string, attributes = ''): string =>
        `<script ${attributes} src="${AT}${name}.js"></script>`
      const body = `${script('slow-200')}${script('second')}${script('deferred', 'defer')}${script('loose', 'async')}<p>text</p>`
      await stage.tab.go(pageWith(guard() + stage.world.snippet, body))
      await stage.tab.shows(FIRST.accept)
      await aMoment(stage.tab)
      expect(await ran(stage.tab)).toEqual([])
      await stage.tab.click(FIRST.accept)
      await eventually(() => ran(stage.tab)).toHaveLength(4)
      await aMoment(stage.tab)
      const order = (await ran(stage.tab)).filter(name => name !== 'loose.js')
      expect(order).toEqual(['slow-200.js', 'second.js', 'deferred.js'])
    })

    test('a worker of another host is refused by the engine itself: nothing of it is asked for', async () => {
      await stage.tab.go(pageWith(''))
      await stage.tab.evaluate(`
        try { new Worker('${AT}worker.js') } catch {}
        try { new SharedWorker('${AT}shared.js') } catch {}
        try { void navigator.serviceWorker?.register('${AT}service.js').catch(() => {}) } catch {}`)
      await aMoment(stage.tab)
      expect(asked()).toEqual([])
    })
  })
}
