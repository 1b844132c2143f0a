import type { Standing } from '../../../shared/domain/standing.ts'
import { contentOf, type OptInEntry } from '../../../shared/domain/entry.ts'
import type { Channel } from '../../../shared/domain/site.ts'
import { chainOf } from '../../ledger/chain.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { inAnyHome } from '../any-home.ts'
import type { InboundSite } from './inbox.ts'

/** Whoever is behind an address that wrote. */
export interface Person {
  readonly subject: string
  readonly standing: Standing
}

export function personAt(
  { store, blindIndex }: Ledger,
  { key, configuration }: InboundSite,
  { channel, address }: { readonly channel: Channel; readonly address: string },
): Person | undefined {
  const found = inAnyHome(channel, address, configuration.programs)
  if ('detail' in found) return undefined
  const blind = blindIndex.blindOf(key, channel, found.address)
  const known = store.snapshot(() => store.standingOfAddress(key, blind))
  return known?.subject === undefined ? undefined : { subject: known.subject, standing: known.standing }
}

/** The last form a person filled in, confirmed or not; not one of another log, which is not here. */
export function lastOptIn({ store }: Ledger, site: string, { subject }: Person): OptInEntry | undefined {
  for (const { entry } of chainOf(store, site, subject)) {
    if (contentOf(entry).type === 'erasure') return undefined
    if (entry.type === 'opt-in') return entry
  }
  return undefined
}

/** The words of a program that an address last agreed to: not those of a request it never confirmed, which may be anybody's. */
export function lastAgreed(
  { store }: Ledger,
  site: string,
  { subject }: Person,
  program: string,
): OptInEntry | undefined {
  const confirmed = new Set<string>()
  for (const { entry } of chainOf(store, site, subject)) {
    const act = contentOf(entry)
    if (act.type === 'erasure') return undefined
    if (act.type === 'confirmation') confirmed.add(act.confirms)
    if (entry.type !== 'opt-in' || entry.program !== program) continue
    if (entry.confirmation === 'single' || confirmed.has(entry.id)) return entry
  }
  return undefined
}
