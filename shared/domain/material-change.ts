import { isAskedAbout } from './check-decision.ts'
import { isApproved } from './gating.ts'
import type { Purpose, Service, SiteConfiguration } from './site.ts'

/** What a purpose became that a yes to what it was does not cover. */
export const MATERIAL_CHANGES = [
  'purpose',
  'kind',
  'basis',
  'recipient',
  'use',
  'country',
  'declared',
] as const
export type MaterialChange = (typeof MATERIAL_CHANGES)[number]

/** One thing about one purpose that is another than before. */
export interface Changed {
  readonly purpose: string
  readonly change: MaterialChange | 'wording'
  /** What it is about: a service, a country, a word. */
  readonly what: string
}

/** Kept by hash with the publication that it was found for: when each purpose last became another, and why that was. */
export interface AsksAgain {
  readonly purposes: Readonly<
    Record<string, { readonly since: number; readonly because: readonly Omit<Changed, 'purpose'>[] }>
  >
  /** Changes that the owner declared to be none in substance, at this publication. */
  readonly notMaterial?: readonly Changed[]
}

type Compared = Pick<SiteConfiguration, 'purposes' | 'services'>

/** Purposes that people are asked about. */
const asked = ({ purposes }: Compared): readonly Purpose[] => purposes.filter(isAskedAbout)

/**
 * What is another about the purposes people are asked about. Words may be corrected: they are told apart from what the purpose
 * is for, who gets the data, what they do with it, and where.
 */
export function changedPurposes(before: Compared, after: Compared): Changed[] {
  return asked(after).flatMap(purpose => {
    const { id, name } = purpose
    const old = asked(before).find(one => one.id === id)
    if (!old) return [{ purpose: id, change: 'purpose', what: Object.values(name)[0] ?? id }]
    return [
      ...(old.kind === purpose.kind ? [] : [{ purpose: id, change: 'kind', what: purpose.kind } as const]),
      ...(old.basis === purpose.basis
        ? []
        : [{ purpose: id, change: 'basis', what: purpose.basis } as const]),
      ...ofServices(id, before, after),
      ...(['name', 'description'] as const)
        .filter(key => JSON.stringify(old[key]) !== JSON.stringify(purpose[key]))
        .map(what => ({ purpose: id, change: 'wording', what }) as const),
    ]
  })
}

/** Only an approved service ever loads, so only then somebody is a recipient. */
const loadedFor = (purpose: string, { services }: Compared): readonly Service[] =>
  services.filter(service => service.purpose === purpose && isApproved(service))

function ofServices(purpose: string, before: Compared, after: Compared): Changed[] {
  const old = loadedFor(purpose, before)
  return loadedFor(purpose, after).flatMap(service => {
    const known = old.find(({ id }) => id === service.id)
    const about = (change: MaterialChange, what: string): Changed => ({ purpose, change, what })
    // The same provider by another product gets no less than it got; what it does with it is looked at below.
    if (!known || known.provider !== service.provider)
      return [about('recipient', `${service.name} (${service.provider})`)]
    return [
      ...(known.use === service.use ? [] : [about('use', `${service.name}: ${service.use}`)]),
      ...(known.country === service.country ? [] : [about('country', `${service.name}: ${service.country}`)]),
    ]
  })
}

/** What the owner says of changes: of these purposes they are material after all, or are not. */
export interface Declared {
  readonly material?: readonly string[]
  readonly notMaterial?: readonly string[]
}

/**
 * What is to be asked again from this publication on, on top of what was before it: the latest change of each purpose counts,
 * for whoever decided before it has not been asked about it. `undefined` where nothing ever was.
 */
export function asksAgain(
  found: readonly Changed[],
  { material = [], notMaterial = [] }: Declared,
  earlier: AsksAgain | undefined,
  now: number,
): AsksAgain | undefined {
  // The very same once more is no other publication.
  if (found.length === 0 && material.length === 0) return earlier
  const counts = ({ purpose, change }: Changed): boolean =>
    !notMaterial.includes(purpose) && (change !== 'wording' || material.includes(purpose))
  const because = [
    ...found.filter(counts),
    ...material
      .filter(purpose => !found.some(one => one.purpose === purpose && counts(one)))
      .map(purpose => ({ purpose, change: 'declared', what: 'declared by the owner' }) as const),
  ]
  const purposes = { ...earlier?.purposes }
  for (const id of new Set(because.map(({ purpose }) => purpose)))
    purposes[id] = {
      since: now,
      because: because.filter(one => one.purpose === id).map(({ change, what }) => ({ change, what })),
    }
  const declined = found.filter(one => notMaterial.includes(one.purpose) && one.change !== 'wording')
  if (Object.keys(purposes).length === 0 && declined.length === 0) return undefined
  return { purposes, ...(declined.length > 0 && { notMaterial: declined }) }
}
