import { actOf, type OptInEntry, type RecordedConsentEntry } from '../../shared/domain/entry.ts'
import { answeredIn, concerns, type HookScope, type Named } from '../../shared/domain/hook.ts'
import type { Channel, Program } from '../../shared/domain/site.ts'
import { applyEntry, type Standing } from '../../shared/domain/standing.ts'
import { chainOf } from '../ledger/chain.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { openedPart } from '../ledger/receipt.ts'

/** A subject up to one of its entries, which is included. */
export interface Past {
  readonly ledger: Ledger
  readonly site: string
  readonly subject: string
  readonly index: number
}

/** Newest first. */
const entriesOf = ({ ledger, site, subject, index }: Past) => chainOf(ledger.store, site, subject, index)

export function standingAfter(past: Past): Standing {
  const now = past.ledger.store.subject(past.site, past.subject)
  // Nearly always: what is told is what came last.
  if (now?.lastIndex === past.index) return now.standing
  return [...entriesOf(past)]
    .toReversed()
    .reduce<Standing>((standing, { entry, index }) => applyEntry(standing, entry, index), {})
}

type Yes = OptInEntry | RecordedConsentEntry

function* yesesOf(past: Past): Generator<Yes, void> {
  for (const { entry } of entriesOf(past)) {
    if (entry.type === 'erasure') continue
    const act = actOf(entry)
    if (act.type === 'opt-in' || act.type === 'consent-recorded') yield act
  }
}

/** The last yes to the same program, or to any of the channel: a no does not say what for, or shared with whom, and it does. */
export function lastYesTo(past: Past, { channel, program }: Named): Yes | undefined {
  for (const yes of yesesOf(past))
    if (yes.channel === channel && (program === undefined || yes.program === program)) return yes
  return undefined
}

/**
 * Whether a hook has been told anything of this subject, on this channel if one is given. Whoever was, is told of its
 * erasure (GDPR Art. 19), of holds and of a no to everything; nobody else learns that there is such a person.
 */
export function hasHeard(
  past: Past,
  scope: HookScope,
  programs: readonly Program[],
  channel?: Channel,
): boolean {
  const isMeant = (answered: Named): boolean =>
    (channel === undefined || answered.channel === channel) && concerns(scope, answered, programs)
  if (answeredIn(standingAfter(past)).some(isMeant)) return true
  // By the purpose of then: it may be another by now.
  for (const yes of yesesOf(past)) if (isMeant(yes)) return true
  return false
}

/** A yes from before its address was erased permits nothing, whoever brings it. */
export function isBeforeErasure({ ledger: { store }, site, subject }: Past, since: number): boolean {
  const blind = store.addressOfSubject(site, subject)
  const suppressedAt = blind && store.suppressedAt(site, blind)
  return suppressedAt !== undefined && since <= suppressedAt
}

/** From the newest entry that still has it sealed beside it: none from before an erasure does. */
export function addressIn(past: Past): string | undefined {
  for (const { entry, index } of entriesOf(past)) {
    const address = openedPart(past.ledger, entry, index)?.fields['address']
    if (typeof address === 'string') return address
  }
  return undefined
}
