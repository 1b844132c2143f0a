import { fits } from '../../shared/domain/kept-name.ts'
import type { LargeStorage } from '../../shared/domain/site.ts'

export type LargeKind = LargeStorage

interface Kind {
  /**
   * Of what fits the patterns, what is there. `left`: after an attempt, for browsers that cannot list: there every declared
   * name is tried, and those count as left whose removal has to wait.
   */
  names(patterns: readonly string[], when?: 'left'): Promise<readonly string[]>
  remove(name: string): Promise<unknown>
}

const fitting = (names: readonly string[], declared: readonly string[]): string[] =>
  names.filter(name => declared.some(each => fits(name, each)))

/** What cannot be asked, in an opaque origin, without a secure context or with storage blocked, keeps nothing. */
const listed =
  (list: () => Promise<readonly string[]> | undefined): Kind['names'] =>
  async patterns => {
    try {
      return patterns.length > 0 ? fitting((await list()) ?? [], patterns) : []
    } catch {
      return []
    }
  }

/** Databases whose removal waits until pages that hold them open let go: asked for once more, it would wait behind itself. */
const waiting = new Set<string>()

const databases: Kind = {
  names: (patterns, when) =>
    listed(async () => {
      const all = await window.indexedDB?.databases?.()
      if (all) return all.flatMap(({ name }) => name ?? [])
      return when ? [...waiting] : patterns.filter(name => window.indexedDB && !name.endsWith('*'))
    })(patterns),
  remove: name =>
    new Promise<void>((done, fail) => {
      if (waiting.has(name)) return done()
      const request = indexedDB.deleteDatabase(name)
      request.addEventListener('blocked', () => {
        waiting.add(name)
        done()
      })
      request.addEventListener('success', () => {
        waiting.delete(name)
        done()
      })
      request.addEventListener('error', () => fail(request.error))
    }),
}

/** A worker goes by the path of its script: several services share the scope of a whole site. */
const pathOf = ({ active, waiting, installing }: ServiceWorkerRegistration): string =>
  new URL((active ?? waiting ?? installing)!.scriptURL).pathname

const registrations = async (): Promise<readonly ServiceWorkerRegistration[]> =>
  (await navigator.serviceWorker?.getRegistrations()) ?? []

export const LARGE: Readonly<Record<LargeKind, Kind>> = {
  database: databases,
  cache: {
    names: listed(() => window.caches?.keys()),
    remove: name => caches.delete(name),
  },
  'service-worker': {
    names: listed(async () => (await registrations()).map(pathOf)),
    remove: async path =>
      Promise.all(
        (await registrations()).filter(each => pathOf(each) === path).map(each => each.unregister()),
      ),
  },
}
