import { offeredOf } from './check-decision.ts'
import { isApproved } from './gating.ts'
import type { SiteConfiguration } from './site.ts'

/**
 * What the guard of automatic mode knows, by host: the purposes that must all be granted, with blanks between, `NEVER`, or ''
 * for a host that goes through although one above it waits.
 */
export type GuardTable = Readonly<Record<string, string>>
/** The id of no purpose, so nobody grants it. */
const NEVER = '-'

/** Goes up when the guard's own code does something else than before, so that pasted ones are renewed. */
const CODE = 1

/**
 * The guard sees hosts and not services. A host that several share waits for all of them; one that something necessary needs
 * never waits, for a page must not break.
 */
export function guardTable({
  purposes,
  services,
}: Pick<SiteConfiguration, 'purposes' | 'services'>): GuardTable {
  const asked = new Map(offeredOf(purposes).map(({ id, required }) => [id, !required]))
  const needs = new Map<string, Set<string>>()
  const free = new Set<string>()
  for (const service of services)
    for (const host of service.hosts) {
      const purpose = isApproved(service) ? service.purpose : NEVER
      if (purpose !== NEVER && asked.get(purpose) !== true) free.add(host)
      else needs.set(host, (needs.get(host) ?? new Set()).add(purpose))
    }
  const held = [...needs].filter(([host]) => !free.has(host))
  const isBelowHeld = (host: string): boolean => held.some(([above]) => host.endsWith(`.${above}`))
  return Object.fromEntries(
    [
      ...held.map(([host, of]) => [host, of.has(NEVER) ? NEVER : [...of].toSorted().join(' ')] as const),
      ...[...free].filter(isBelowHeld).map(host => [host, ''] as const),
    ].toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** Hosts that something waits for and something necessary needs: nothing of them is held. */
export function sharedHosts({
  purposes,
  services,
}: Pick<SiteConfiguration, 'purposes' | 'services'>): string[] {
  const table = guardTable({ purposes, services })
  const waits = services.filter(
    service => !isApproved(service) || offeredOf(purposes).some(p => p.id === service.purpose && !p.required),
  )
  return [...new Set(waits.flatMap(({ hosts }) => hosts))].filter(host => !table[host])
}

/** Tells one guard from another: FNV-1a, for nothing secret hangs on it. */
export function guardId(table: GuardTable): string {
  let hash = 0x811c9dc5
  for (const character of JSON.stringify(table))
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193)
  return `${CODE}-${(hash >>> 0).toString(16).padStart(8, '0')}`
}
