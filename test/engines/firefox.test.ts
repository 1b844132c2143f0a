import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../support/page.ts'
import { startWorld, type World } from '../support/world.ts'
import { coreSuite } from './core.ts'
import type { Engine } from './engine.ts'
import { launchFirefox } from './firefox.ts'
import { startNetwork, type Network } from './network.ts'
import { acknowledged, aMoment, FIRST, postedIn, ran } from './visit.ts'

describe('Firefox', () => coreSuite(launchFirefox))

describe('Firefox whose owner has switched on Global Privacy Control', () => {
  let world: World
  let network: Network
  let engine: Engine

  beforeAll(async () => {
    network = await startNetwork()
    ;[world, engine] = await Promise.all([startWorld(), launchFirefox(network, { privacyControl: true })])
  })
  afterAll(async () => {
    await engine?.close()
    await world?.stop()
    network?.close()
  })

  test('denies advertising without a click, also when all is accepted, and the entry says so', async () => {
    const tab = await engine.visitor()
    await tab.go(`${world.loom}/shop/`)
    await tab.shows(FIRST.accept)
    // It is the browser's own doing, in both ways that the specification names.
    expect(await tab.evaluate(() => navigator.globalPrivacyControl)).toBe(true)
    expect(network.asked.find(({ address }) => address === 'www.loom.test/shop/')?.headers).toMatchObject({
      'sec-gpc': '1',
    })
    await tab.click(FIRST.accept)
    await acknowledged(tab, network, 1)
    await eventually(() => ran(tab)).toContain('tempo page')
    await aMoment(tab)
    expect(await ran(tab)).not.toContain('adrift')
    expect(network.askedFor('/vendor/')).toEqual(['www.loom.test/vendor/tempo.js'])
    const { id, secret } = postedIn(network)[0]!
    const entry = await world.entry(id, secret)
    expect(entry).toMatchObject({ gpc: true, choices: { preferences: true, analytics: true } })
    expect(entry['choices']).not.toHaveProperty('marketing')
    await tab.close()
  })
})
