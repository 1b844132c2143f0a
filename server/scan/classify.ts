import { fits } from '../../shared/domain/kept-name.ts'
import { KNOWN_SERVICES, type KnownService } from '../../shared/rules/known-services.ts'
import type { DatabaseCookie } from './cookie-database.ts'
import { hostOf, type Seen } from './seen.ts'

/** What something is known to be, and by which table. */
export interface Classified {
  readonly kind: KnownService['kind']
  /** Name of the service or platform. */
  readonly name: string
  readonly source: string
  readonly known?: KnownService
  readonly cookie?: DatabaseCookie
  /** The name it is known by, `*` at the end for the rest. */
  readonly pattern?: string
}

export type Classify = (seen: Pick<Seen, 'kind' | 'name' | 'by'>) => Classified | undefined

/** The exact name before one that ends in `*`, and a longer such one before a shorter. */
const closeness = (pattern: string): number => (pattern.endsWith('*') ? pattern.length - 1 : 10_000)

export const isBelow = (host: string, parent: string): boolean =>
  host === parent || host.endsWith(`.${parent}`)

/** The owner's own file is asked before the table that comes with Assent. */
export function classifier(database: readonly DatabaseCookie[] = []): Classify {
  const patterns: { readonly pattern: string; readonly classified: Classified }[] = [
    ...database.map(cookie => ({
      pattern: cookie.name,
      classified: { kind: cookie.kind, name: cookie.platform, source: 'cookie database', cookie },
    })),
    ...KNOWN_SERVICES.flatMap(known =>
      known.cookies.map(pattern => ({ pattern, classified: ofTable(known) })),
    ),
  ]
  return ({ kind, name, by }) => {
    if (kind === 'request' || kind === 'connection' || kind === 'worker' || kind === 'service-worker')
      return byHost(kind === 'request' || kind === 'connection' ? name : hostOf(name))
    const [closest] = patterns
      .filter(({ pattern }) => fits(name, pattern))
      .toSorted((a, b) => closeness(b.pattern) - closeness(a.pattern))
    if (closest) {
      const known = KNOWN_SERVICES.find(each => each.cookies.some(pattern => fits(name, pattern)))
      return { ...(known && { known }), ...closest.classified, pattern: closest.pattern }
    }
    return by.map(culprit => byHost(hostOf(culprit))).find(found => found !== undefined)
  }
}

function byHost(host: string): Classified | undefined {
  const bare = host.replace(/:\d+$/, '')
  const known = KNOWN_SERVICES.find(({ hosts }) => hosts.some(parent => isBelow(bare, parent)))
  return known && ofTable(known)
}

const ofTable = (known: KnownService): Classified => ({
  kind: known.kind,
  name: known.name,
  source: 'built-in table',
  known,
})
