import { describe, expect, test } from 'vitest'
import { eventually } from '../support/page.ts'
import { coreSuite } from './core-suite.ts'
import { launchFirefox } from './firefox.ts'
import { nothingKeptHolds } from './nothing-kept.ts'
import { useStage } from './stage.ts'
import { acknowledged, aMoment, FIRST, ran } from './visit.ts'

describe('Firefox', () => {
  coreSuite(launchFirefox)
})

describe('what Firefox does by itself', () => {
  const stage = useStage(launchFirefox)

  test('asks for addresses in a template while it reads the page; an address that waits there is left alone', async () => {
    const page = (inside: string): string =>
      stage.pageOf(`<!doctype html><title>Templates</title>${stage.world.snippet}<body><p>text</p>
        <template data-consent="analytics"><p>text</p>${inside}</template>`)
    await stage.tab.go(page('<script src="/sample/a.js"></script><img src="/sample/a.svg" alt="">'))
    // Once Firefox has mended this, README has a warning too many.
    await eventually(() => stage.network.askedFor('/sample/').toSorted()).toEqual([
      'www.loom.test/sample/a.js',
      'www.loom.test/sample/a.svg',
    ])
    expect(await ran(stage.tab)).toEqual([])
    const waits = 'data-consent="analytics"'
    await stage.tab.go(
      page(`<script type="text/plain" ${waits} src="/sample/b.js"></script>
        <img ${waits} data-src="/sample/b.svg" alt="">`),
    )
    await stage.tab.shows(FIRST.accept)
    await aMoment(stage.tab)
    expect(stage.network.askedFor('/sample/b.')).toEqual([])
  })
})

describe('Firefox whose owner has switched on Global Privacy Control', () => {
  const stage = useStage(network => launchFirefox(network, { privacyControl: true }))

  test('denies advertising without a click, also when all is accepted, and the entry says so', async () => {
    await stage.openShop()
    // It is the browser's own doing, in both ways that the specification names.
    expect(await stage.tab.evaluate(() => navigator.globalPrivacyControl)).toBe(true)
    const page = stage.network.asked.find(({ address }) => address === 'www.loom.test/shop/')
    expect(page?.headers).toMatchObject({ 'sec-gpc': '1' })
    await stage.tab.click(FIRST.accept)
    await acknowledged(stage.tab, stage.network, 1)
    await eventually(() => ran(stage.tab)).toContain('tempo page')
    await aMoment(stage.tab)
    expect(await ran(stage.tab)).not.toContain('adrift')
    expect(stage.vendors()).toEqual(['www.loom.test/vendor/tempo.js'])
    const entry = await stage.entry(0)
    expect(entry).toMatchObject({ gpc: true, choices: { preferences: true, analytics: true } })
    expect(entry['choices']).not.toHaveProperty('marketing')
  })
})

describe('Firefox whose owner lets no site keep anything', () => {
  nothingKeptHolds(launchFirefox)
})
