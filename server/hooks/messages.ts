import { actOf, isOfSubject, type SubjectEntry } from '../../shared/domain/entry.ts'
import {
  changesAt,
  concerns,
  isConsent,
  mayConcern,
  type Change,
  type HookEvent,
} from '../../shared/domain/hook.ts'
import { UNDATED_YES } from '../../shared/domain/marketing.ts'
import type { Channel, Program } from '../../shared/domain/site.ts'
import { holdOf } from '../../shared/domain/standing.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { hashLeaf } from '../ledger/merkle.ts'
import type { StoredEntry } from '../ledger/store.ts'
import { timeText, type Message } from './message.ts'
import {
  addressIn,
  hasHeard,
  isBeforeErasure,
  isSharedWith,
  lastYesTo,
  type Past,
  type Pasts,
} from './past.ts'
import type { Hook } from './store.ts'

export type ToldOf = Pick<Hook, 'site' | 'recipient' | 'role' | 'purposes' | 'programs' | 'channels'>

interface Draft extends Pick<Message, 'event' | 'data' | 'address'> {
  /** What of the entry it tells, where that may be several things. */
  readonly part?: string
}

/** What a message is made of. */
interface Telling {
  readonly ledger: Ledger
  readonly hook: ToldOf
  readonly entry: SubjectEntry
  readonly past: Past
  /** Of the site, as it is published now. */
  readonly programs: readonly Program[]
}

/**
 * What one entry tells a hook: what it moved, by the rule of standing, so that nobody is told of a yes that permits nothing.
 * An entry without a subject tells nothing: it is nobody's that a recipient could know. Each has an id that is the same
 * whenever it is made.
 */
export async function messagesOf(
  { ledger, pasts }: { readonly ledger: Ledger; readonly pasts: Pasts },
  hook: ToldOf,
  { index, text, entry }: StoredEntry,
  programs: readonly Program[],
): Promise<Message[]> {
  if (!isOfSubject(entry) || entry.subject === undefined || !mayConcern(hook, entry)) return []
  const { id, subject, receivedAt } = entry
  const past = await pasts.upTo(subject, { entry, index })
  const about = { subject, receivedAt: timeText(receivedAt), entry: { id, index } }
  // After a restore another entry may stand at this index: so its hash, or the receiver would take one for the other.
  const place = `${hook.site}:${index}:${Buffer.from(hashLeaf(text)).toString('hex', 0, 4)}`
  return draftsOf({ ledger, hook, entry, past, programs }).map(({ part, ...draft }) => ({
    ...draft,
    id: part === undefined ? place : `${place}:${part}`,
    index,
    receivedAt,
    data: { ...about, ...draft.data },
  }))
}

/** What of the entry concerns the hook, in an order that is always the same. */
function draftsOf(telling: Telling): Draft[] {
  const { entry, past, hook, programs } = telling
  if (entry.type === 'erasure')
    return hasHeard(past, hook, programs)
      ? [{ event: 'consent.erased', data: {}, address: () => undefined }]
      : []
  // That somebody read it changes nothing.
  if (entry.type === 'evidence-read') return []
  const act = actOf(entry)
  if (act.type === 'hold') return ofHold(telling, 'held', act.channel)
  if (act.type === 'hold-release')
    return holdOf(past.standing, act.channel) ? [] : ofHold(telling, 'released', act.channel)
  return changesAt(past.standing, past.index).flatMap(change => ofChange(telling, change))
}

/** Of what nobody kept the time of, none is told. */
function decidedAt({ entry }: Telling): { decidedAt?: string } {
  const at = countsAt(entry)
  return at === UNDATED_YES ? {} : { decidedAt: timeText(at) }
}

const countsAt = (entry: Telling['entry']): number =>
  entry.type === 'erasure' || entry.type === 'evidence-read' ? entry.receivedAt : actOf(entry).decidedAt

function ofHold(telling: Telling, decision: 'held' | 'released', channel: Channel): Draft[] {
  if (!hasHeard(telling.past, telling.hook, telling.programs, channel)) return []
  return [
    {
      event: `consent.${decision}`,
      part: `${channel}:${decision}`,
      data: { channel, decision, ...decidedAt(telling) },
      address: addressFor(telling, { channel }),
    },
  ]
}

function ofChange(telling: Telling, change: Change): Draft[] {
  const { past, programs, entry } = telling
  const { channel, event, state } = change
  const program = programs.find(({ id }) => id === change.program)
  const purpose = change.purpose ?? lastYesTo(past, change)?.purpose ?? program?.purpose
  if (!isMeant(telling, change, [purpose, program?.purpose])) return []
  if (isYes(event) && channel && !permits(telling, change, program)) return []
  const text = change.to?.text ?? ('text' in entry ? entry.text : undefined)
  const draft: Draft = {
    event,
    part: channel ? `${channel}:${change.program ?? '*'}` : purpose!,
    data: {
      decision: state,
      ...decidedAt(telling),
      ...(channel && { channel }),
      ...(change.program !== undefined && { program: change.program }),
      ...(purpose !== undefined && { purpose }),
      ...(text !== undefined && { text }),
    },
    address: channel ? addressFor(telling, change) : () => undefined,
  }
  // A hold from before the hook heard of this person still stands: said last, so that it is what counts.
  const isHeld = isYes(event) && channel && holdOf(past.standing, channel)
  return isHeld ? [draft, ...ofHold(telling, 'held', channel)] : [draft]
}

const isYes = (event: HookEvent): boolean => event === 'consent.granted' || event === 'consent.requested'

const permits = ({ ledger, entry }: Telling, change: Change, program: Program | undefined): boolean =>
  isConsent(change, program) && !isBeforeErasure(ledger, entry, change.since)

/** Whoever heard of the yes hears of the no, whatever the program is for by now. */
function isMeant(
  { past, hook, programs }: Telling,
  change: Change,
  purposes: readonly (string | undefined)[],
): boolean {
  const { channel, program } = change
  const isOfChannel = channel !== undefined && program === undefined
  if (isOfChannel && !hasHeard(past, hook, programs, channel)) return false
  return purposes.some(purpose =>
    concerns(hook, { ...change, ...(purpose !== undefined && { purpose }) }, programs),
  )
}

/** An address goes to whoever acts for the controller, or whom the yes named. */
const addressFor =
  ({ ledger, past, hook: { role, recipient } }: Telling, change: Pick<Change, 'channel' | 'program'>) =>
  (): string | undefined =>
    role === 'processor' || isSharedWith(past, recipient, change) ? addressIn(ledger, past) : undefined
