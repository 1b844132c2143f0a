import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { startWorld, type World } from '../support/world.ts'
import type { Engine, EngineName, Launch, Tab } from './engine.ts'
import { startNetwork, type Network } from './network.ts'
import { FIRST, postedIn } from './visit.ts'

/** One engine with a real server behind it; in each test a visitor who was never here before. */
export interface Stage {
  readonly engine: EngineName
  readonly world: World
  readonly network: Network
  readonly tab: Tab
  /** The demo shop, until its first layer can be answered. */
  openShop(): Promise<void>
  /** Address of a page of the site that only this test has. */
  pageOf(html: string, headers?: Readonly<Record<string, string>>): string
  /** The entry that the ledger has of the decision posted as this one, counted from 0. */
  entry(nth: number): Promise<Record<string, unknown>>
  /** Hosts that were asked for anything. */
  hosts(): string[]
  /** Files of services that were asked for. */
  vendors(): string[]
}

export function useStage(launch: Launch): Stage {
  let world: World
  let network: Network
  let engine: Engine
  let tab: Tab

  beforeAll(async () => {
    network = await startNetwork()
    ;[world, engine] = await Promise.all([startWorld(), launch(network)])
  })
  afterAll(async () => {
    await engine?.close()
    await world?.stop()
    network?.close()
  })
  beforeEach(async () => {
    network.reset()
    tab = await engine.visitor()
  })
  afterEach(() => tab.close())

  return {
    get engine() {
      return engine.name
    },
    get world() {
      return world
    },
    get network() {
      return network
    },
    get tab() {
      return tab
    },
    async openShop() {
      await tab.go(`${world.loom}/shop/`)
      await tab.shows(FIRST.accept)
    },
    pageOf(html, headers = {}) {
      world.plain.serve('www.loom.test/page', html, headers)
      return `${world.plain.origin('www.loom.test')}/page`
    },
    entry(nth) {
      const posted = postedIn(network)
      const { id, secret } = posted[nth]!
      return world.entry(id, secret ?? posted.find(each => each.secret)?.secret)
    },
    hosts: () => [...new Set(network.asked.map(({ address }) => address.split('/')[0]!))].toSorted(),
    vendors: () => network.askedFor('/vendor/').toSorted(),
  }
}
