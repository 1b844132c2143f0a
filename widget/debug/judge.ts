import type { DebugService, DebugSite } from '../../shared/domain/debug.ts'
import { fits } from '../../shared/domain/kept-name.ts'
import type { StorageKind } from '../../shared/domain/site.ts'

/** What a grant is needed for, seen from the published configuration. */
export interface Judge {
  /** The services of a host; it may be below one that is listed. */
  byHost(host: string): readonly DebugService[]
  byName(storage: StorageKind, name: string): readonly DebugService[]
  /** Why something of these services must not be; undefined when it may. */
  against(services: readonly DebugService[]): string | undefined
  /** Why an element that names this purpose and service stays closed; undefined when it opens. */
  againstElement(purpose: string, service: string | undefined): string | undefined
}

export function judgeOf({ purposes, services }: DebugSite): Judge {
  const required = new Set(purposes.filter(p => p.required).map(({ id }) => id))
  const known = new Set(purposes.map(({ id }) => id))
  const granted = (purpose: string): boolean => required.has(purpose) || !!window.assent?.granted(purpose)
  const isFine = ({ approved, purpose }: DebugService): boolean => approved && granted(purpose)
  const againstService = ({ id, approved, purpose }: DebugService): string =>
    approved ? `${purpose} is not granted` : `service ${id} is not approved`
  return {
    byHost(host) {
      const bare = host.replace(/:\d+$/, '')
      for (let name = bare; name; name = name.replace(/^[^.]*\.?/, '')) {
        const found = services.filter(
          ({ hosts }) => hosts.includes(name) || (name === bare && hosts.includes(host)),
        )
        if (found.length > 0) return found
      }
      return []
    },
    byName: (storage, name) =>
      services.filter(({ keeps }) => keeps.some(keep => keep.storage === storage && fits(name, keep.name))),
    against: list => (list.length === 0 || list.some(isFine) ? undefined : againstService(list[0]!)),
    againstElement(purpose, named) {
      if (!known.has(purpose)) return `the configuration has no purpose "${purpose}"`
      const service = services.find(({ id }) => id === named)
      if (named !== undefined && !service) return `the configuration has no service "${named}"`
      if (service && !service.approved) return `service ${service.id} is not approved`
      return granted(purpose) ? undefined : `${purpose} is not granted`
    },
  }
}
