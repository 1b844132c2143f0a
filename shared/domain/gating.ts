import type { Service } from './site.ts'

/** Where an attribute of another tool leads: what must be granted, and the service it is, where the owner named that. */
export type AliasTarget = readonly [purpose: string, service?: string]

/** What a gate must know to stay closed, whatever was granted. */
export interface ServiceLists {
  /** Ids of the approved services, and `''` for what names none. */
  readonly approved: readonly string[]
  /** Hosts of services that are not approved. */
  readonly unapproved: readonly string[]
}

/** Names the owner gave: by the id of a service, which is narrower, or of a purpose. */
export function aliasTarget(
  target: string,
  services: readonly Pick<Service, 'id' | 'purpose'>[],
): AliasTarget {
  const service = services.find(({ id }) => id === target)
  return service ? [service.purpose, service.id] : [target]
}

export const isApproved = ({ approval }: Pick<Service, 'approval'>): boolean => approval.state === 'approved'

export const serviceLists = (services: readonly Service[]): ServiceLists => ({
  approved: ['', ...services.filter(isApproved).map(({ id }) => id)],
  unapproved: services.filter(service => !isApproved(service)).flatMap(({ hosts }) => hosts),
})
