import { offeredOf } from './check-decision.ts'
import { isApproved } from './gating.ts'
import type { SiteConfiguration, StorageKind } from './site.ts'

/** What the debug view knows of a site: nothing that its notice does not say. */
export interface DebugSite {
  readonly site: string
  /** SHA-256 of the configuration that is published now. */
  readonly configuration: string
  readonly purposes: readonly { readonly id: string; readonly required: boolean }[]
  readonly services: readonly DebugService[]
  /** Hosts of the site itself. */
  readonly own: readonly string[]
}

export interface DebugService {
  readonly id: string
  readonly purpose: string
  readonly approved: boolean
  readonly hosts: readonly string[]
  readonly keeps: readonly { readonly name: string; readonly storage: StorageKind }[]
}

export const debugSite = (
  { site, purposes, services, origins }: SiteConfiguration,
  configuration: string,
): DebugSite => ({
  site,
  configuration,
  own: origins.map(origin => new URL(origin).host),
  purposes: offeredOf(purposes).map(({ id, required }) => ({ id, required })),
  services: services.map(service => ({
    id: service.id,
    purpose: service.purpose,
    approved: isApproved(service),
    hosts: service.hosts,
    keeps: service.cookies.map(({ name, storage }) => ({ name, storage })),
  })),
})
