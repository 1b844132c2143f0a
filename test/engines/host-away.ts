import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { eventually } from '../support/page.ts'
import type { Mood } from './moods.ts'
import { samplePage, SAMPLES } from './samples.ts'
import type { Stage } from './stage.ts'
import { acknowledged, aMoment, FIRST, keptBy, postedIn, ran } from './visit.ts'

/** `answers with a page` and `breaks off` are much like the others; the whole product has them too. */
const FEW = ['hangs', 'answers 500', 'answers nonsense'] as const satisfies readonly Mood[]
export const ALL_MOODS = [...FEW, 'breaks off', 'answers with a page'] as const satisfies readonly Mood[]

/** Hears everything that goes wrong on a page, from its first line on. */
export const LISTENS = `<script nonce="n">
  faults = []
  for (const event of ['error', 'unhandledrejection']) addEventListener(event, ({ message, reason }) => faults.push(String(message ?? reason)))
  for (const event of ['DOMContentLoaded', 'load']) addEventListener(event, () => (heard ??= []).push(event))
  heard = []
</script>`

const sha256 = (snippet: string): string =>
  createHash('sha256')
    .update(/<script>(.*)<\/script>/s.exec(snippet)![1]!)
    .digest('base64')

/** The consent host is away: the page is as it would be without us, and nobody has agreed to anything. */
export function hostAwayHolds(stage: Stage, moods: readonly Mood[] = FEW): void {
  const open = (snippet: string, headers = {}): Promise<void> =>
    stage.tab.go(
      stage.pageOf(samplePage(LISTENS + snippet).replaceAll('<script>\n', '<script nonce="n">\n'), headers),
    )
  /** What a visitor and the site's own scripts find. */
  const found = async () => {
    const told = await stage.tab.evaluate(() => {
      const { faults, heard } = globalThis as unknown as { faults: string[]; heard: string[] }
      const [first] = window.dataLayer as [IArguments]
      const [consent, command, signals] = first as unknown as [string, string, Record<string, string>]
      return {
        faults,
        heard,
        isArguments: Object.prototype.toString.call(first),
        call: [consent, command],
        signals: Object.entries(signals).flatMap(([name, is]) => (name.endsWith('_storage') ? [is] : [])),
        granted: ['preferences', 'analytics', 'marketing'].filter(id => window.assent!.granted(id)),
      }
    })
    return { ...told, ran: await ran(stage.tab), asked: stage.network.askedFor('/sample/') }
  }
  const AS_WITHOUT_US = {
    faults: [],
    heard: ['DOMContentLoaded', 'load'],
    isArguments: '[object Arguments]',
    call: ['consent', 'default'],
    signals: Array.from({ length: 5 }, () => 'denied'),
    granted: [],
    ran: [],
    asked: [],
  }

  describe('a consent host that', () => {
    test.each(moods)('%s holds nothing up, grants nothing and breaks nothing', async mood => {
      stage.network.treat('consent.test', mood)
      await open(stage.world.snippet)
      await eventually(() => stage.network.askedFor('/assent.js').length).toBeGreaterThan(
        mood === 'hangs' ? -1 : 0,
      )
      await aMoment(stage.tab)
      expect(stage.network.askedFor('consent.test')).not.toEqual([])
      expect(await found()).toEqual(AS_WITHOUT_US)
      expect(await stage.tab.count('#assent')).toBe(0)
    })

    test.each([
      ['refuses connections', 'http://127.0.0.9:9'],
      ['has no address', 'http://nowhere.invalid'],
    ])('%s holds nothing up, grants nothing and breaks nothing', async (_, host) => {
      await open(stage.world.snippet.replaceAll(stage.world.host, host))
      await aMoment(stage.tab)
      expect(stage.network.askedFor('consent.test')).toEqual([])
      expect(await found()).toEqual(AS_WITHOUT_US)
      expect(await stage.tab.count('#assent')).toBe(0)
    })

    test('the page’s own policy forbids holds nothing up, grants nothing and breaks nothing', async () => {
      const policy = `script-src 'nonce-n' 'sha256-${sha256(stage.world.snippet)}'; connect-src 'self'`
      await open(stage.world.snippet, { 'content-security-policy': policy })
      await aMoment(stage.tab)
      expect(stage.network.askedFor('consent.test')).toEqual([])
      expect(await found()).toEqual(AS_WITHOUT_US)
    })

    test('takes three seconds is waited for by nobody, and then asks as ever', async () => {
      stage.network.treat('consent.test', 'takes three seconds')
      await open(stage.world.snippet)
      expect(await found()).toEqual(AS_WITHOUT_US)
      expect(await stage.tab.count('#assent')).toBe(0)
      await stage.tab.shows(FIRST.accept)
      stage.network.treat('consent.test')
      await stage.tab.click(FIRST.accept)
      await eventually(async () => (await ran(stage.tab)).length).toBe(
        SAMPLES.filter(({ kind }) => kind.says).length,
      )
    })

    test.each(moods)('%s while somebody decides is told later, once', async mood => {
      await stage.tab.go(stage.pageOf(samplePage(stage.world.snippet)))
      await stage.tab.shows(FIRST.accept)
      const before = stage.world.size()
      stage.network.treat('consent.test', mood)
      await stage.tab.click(FIRST.reject)
      await eventually(() => postedIn(stage.network).length).toBe(1)
      await aMoment(stage.tab)
      expect(await keptBy(stage.tab)).toMatch(/^assent_loom assent_loom_out_/)
      expect(stage.world.size()).toBe(before)
      stage.network.treat('consent.test')
      await stage.tab.go(stage.pageOf(samplePage(stage.world.snippet)))
      await acknowledged(stage.tab, stage.network, 1)
      expect(stage.world.size()).toBe(before + 1)
      expect(await stage.entry(0)).toMatchObject({ method: 'banner', choices: { marketing: false } })
    })
  })
}
