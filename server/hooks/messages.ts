import { actOf, isOfSubject, type SubjectEntry } from '../../shared/domain/entry.ts'
import {
  answeredIn,
  changesAt,
  concerns,
  type Change,
  type HookScope,
  type Named,
} from '../../shared/domain/hook.ts'
import type { Channel, Program } from '../../shared/domain/site.ts'
import { applyEntry, type Standing } from '../../shared/domain/standing.ts'
import { chainOf } from '../ledger/chain.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { hashLeaf } from '../ledger/merkle.ts'
import { openedPart } from '../ledger/receipt.ts'
import type { StoredEntry } from '../ledger/store.ts'
import { timeText, type Message } from './message.ts'

/**
 * What one entry tells a hook: what it moved, by the rule of standing, so that nobody is told of a yes that permits nothing.
 * An entry without a subject tells nothing: it is nobody's that a recipient could know.
 */
export function messagesOf(
  ledger: Ledger,
  site: string,
  { index, text, entry }: StoredEntry,
  scope: HookScope,
  programs: readonly Program[],
): Message[] {
  if (!isOfSubject(entry) || entry.subject === undefined) return []
  const id = `${site}:${index}:${Buffer.from(hashLeaf(text)).toString('hex', 0, 4)}`
  const { subject, receivedAt } = entry
  const about = { subject, receivedAt: timeText(receivedAt), entry: { id: entry.id, index } }
  if (entry.type === 'erasure') {
    if (!hasHeard(ledger, site, subject, index, scope, programs)) return []
    return [{ id, event: 'consent.erased', index, receivedAt, data: about, address: () => undefined }]
  }
  const act = actOf(entry)
  return changesAt(standingAfter(ledger, site, subject, index), index).flatMap((change, n) => {
    if (!isSaid(ledger, site, subject, change)) return []
    const agreedTo = change.purpose ?? purposeAgreedTo(ledger, site, subject, index, change)
    const ours = programs.find(({ id }) => id === change.program)?.purpose
    const purpose = agreedTo ?? ours
    // Whoever heard of the yes hears of the no, whatever the program is for by now.
    if (![purpose, ours].some(of => concerns(scope, { ...change, ...(of && { purpose: of }) }, programs)))
      return []
    const { event, state, channel, program } = change
    const isOfChannel = channel !== undefined && program === undefined
    if (isOfChannel && !hasHeard(ledger, site, subject, index, scope, programs, channel)) return []
    return {
      id: n === 0 ? id : `${id}:${n}`,
      event,
      index,
      receivedAt,
      data: {
        ...about,
        decision: state,
        decidedAt: timeText(act.decidedAt),
        ...(channel && { channel }),
        ...(program !== undefined && { program }),
        ...(purpose !== undefined && { purpose }),
        ...('text' in act && { text: act.text }),
      },
      address: () => (channel ? addressOf(ledger, site, subject, index) : undefined),
    }
  })
}

/** Where a subject stood once this entry was recorded. */
function standingAfter({ store }: Ledger, site: string, subject: string, index: number): Standing {
  const now = store.subject(site, subject)
  // Nearly always: what is told is what came last.
  if (now?.lastIndex === index) return now.standing
  return [...chainOf(store, site, subject, index)]
    .toReversed()
    .reduce<Standing>((standing, at) => applyEntry(standing, at.entry, at.index), {})
}

/** A yes from before its address was erased permits nothing, whoever brings it, and is not told. */
function isSaid(
  { store }: Ledger,
  site: string,
  subject: string,
  { event, channel, since }: Change,
): boolean {
  if (channel === undefined || (event !== 'consent.granted' && event !== 'consent.requested')) return true
  const blind = store.addressOfSubject(site, subject)
  const suppressedAt = blind && store.suppressedAt(site, blind)
  return suppressedAt === undefined || since > suppressedAt
}

/** A no does not say what for: the last yes to the same does. */
function purposeAgreedTo(
  { store }: Ledger,
  site: string,
  subject: string,
  index: number,
  { channel, program }: Change,
): string | undefined {
  if (program === undefined) return undefined
  for (const { entry } of chainOf(store, site, subject, index)) {
    const act = optInIn(entry)
    if (act?.channel === channel && act?.program === program) return act?.purpose
  }
  return undefined
}

function optInIn(entry: SubjectEntry) {
  if (entry.type === 'erasure') return undefined
  const act = actOf(entry)
  return act.type === 'opt-in' ? act : undefined
}

/**
 * Whether a hook has been told anything of this subject, on this channel if one is given. Whoever was, is told of its
 * erasure (GDPR Art. 19) and of a no to everything; nobody else learns that there is such a person.
 */
function hasHeard(
  ledger: Ledger,
  site: string,
  subject: string,
  index: number,
  scope: HookScope,
  programs: readonly Program[],
  channel?: Channel,
): boolean {
  const isMeant = (answered: Named): boolean =>
    (channel === undefined || answered.channel === channel) && concerns(scope, answered, programs)
  if (answeredIn(standingAfter(ledger, site, subject, index)).some(isMeant)) return true
  for (const { entry } of chainOf(ledger.store, site, subject, index)) {
    const act = optInIn(entry)
    // By the purpose of then: it may be another by now.
    if (act && isMeant(act)) return true
  }
  return false
}

/** From the newest entry up to this one that still has it sealed beside it: none from before an erasure does. */
function addressOf(ledger: Ledger, site: string, subject: string, index: number): string | undefined {
  for (const { index: at, entry } of chainOf(ledger.store, site, subject, index)) {
    const address = openedPart(ledger, entry, at)?.fields['address']
    if (typeof address === 'string') return address
  }
  return undefined
}
