import { actOf, isOfSubject, type SubjectEntry } from '../../shared/domain/entry.ts'
import { changesAt, concerns, isConsent, type Change, type HookEvent } from '../../shared/domain/hook.ts'
import type { Channel, Program } from '../../shared/domain/site.ts'
import { holdOf } from '../../shared/domain/standing.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { hashLeaf } from '../ledger/merkle.ts'
import type { StoredEntry } from '../ledger/store.ts'
import { timeText, type Message } from './message.ts'
import { addressIn, hasHeard, isBeforeErasure, lastYesTo, standingAfter, type Past } from './past.ts'
import type { Hook } from './store.ts'

export type ToldOf = Pick<Hook, 'site' | 'recipient' | 'role' | 'purposes' | 'programs' | 'channels'>

interface Draft extends Pick<Message, 'event' | 'data' | 'address'> {
  /** What of the entry it tells, where that may be several things. */
  readonly part?: string
}

/**
 * What one entry tells a hook: what it moved, by the rule of standing, so that nobody is told of a yes that permits nothing.
 * An entry without a subject tells nothing: it is nobody's that a recipient could know. Each has an id that is the same
 * whenever it is made.
 */
export function messagesOf(
  ledger: Ledger,
  hook: ToldOf,
  { index, text, entry }: StoredEntry,
  programs: readonly Program[],
): Message[] {
  if (!isOfSubject(entry) || entry.subject === undefined) return []
  const { id, subject, receivedAt } = entry
  const past = { ledger, site: hook.site, subject, index }
  const about = { subject, receivedAt: timeText(receivedAt), entry: { id, index } }
  // After a restore another entry may stand at this index: so its hash, or the receiver would take one for the other.
  const place = `${hook.site}:${index}:${Buffer.from(hashLeaf(text)).toString('hex', 0, 4)}`
  return draftsOf(past, entry, hook, programs).map(({ part, ...draft }) => ({
    ...draft,
    id: part === undefined ? place : `${place}:${part}`,
    index,
    receivedAt,
    data: { ...about, ...draft.data },
  }))
}

/** What of the entry concerns the hook, in an order that is always the same. */
function draftsOf(past: Past, entry: SubjectEntry, hook: ToldOf, programs: readonly Program[]): Draft[] {
  if (entry.type === 'erasure')
    return hasHeard(past, hook, programs)
      ? [{ event: 'consent.erased', data: {}, address: () => undefined }]
      : []
  const act = actOf(entry)
  const decidedAt = timeText(act.decidedAt)
  const standing = standingAfter(past)
  const ofHold = (decision: 'held' | 'released', channel: Channel): Draft[] =>
    hasHeard(past, hook, programs, channel)
      ? [
          {
            event: `consent.${decision}`,
            part: `${channel}:${decision}`,
            data: { channel, decision, decidedAt },
            address: addressFor(past, hook, { channel }),
          },
        ]
      : []
  if (act.type === 'hold') return ofHold('held', act.channel)
  if (act.type === 'hold-release') return holdOf(standing, act.channel) ? [] : ofHold('released', act.channel)
  return changesAt(standing, past.index).flatMap(change => {
    const program = programs.find(({ id }) => id === change.program)
    const purpose = change.purpose ?? lastPurpose(past, change) ?? program?.purpose
    const { channel, event } = change
    if (!isMeant(past, hook, change, [purpose, program?.purpose], programs)) return []
    if (isYes(event) && channel && !permits(past, change, program)) return []
    const text = change.to?.text ?? ('text' in act ? act.text : undefined)
    const draft: Draft = {
      event,
      part: channel ? `${channel}:${change.program ?? '*'}` : purpose!,
      data: {
        decision: change.state,
        decidedAt,
        ...(channel && { channel }),
        ...(change.program !== undefined && { program: change.program }),
        ...(purpose !== undefined && { purpose }),
        ...(text !== undefined && { text }),
      },
      address: channel ? addressFor(past, hook, change) : () => undefined,
    }
    // A hold from before the hook heard of this person still stands: said last, so that it is what counts.
    const isHeld = isYes(event) && channel && holdOf(standing, channel)
    return isHeld ? [draft, ...ofHold('held', channel)] : [draft]
  })
}

const isYes = (event: HookEvent): boolean => event === 'consent.granted' || event === 'consent.requested'

const permits = (past: Past, change: Change, program: Program | undefined): boolean =>
  isConsent(change, program) && !isBeforeErasure(past, change.since)

const lastPurpose = (past: Past, change: Change): string | undefined =>
  change.program === undefined ? undefined : lastYesTo(past, change)?.purpose

/** Whoever heard of the yes hears of the no, whatever the program is for by now. */
function isMeant(
  past: Past,
  hook: ToldOf,
  change: Change,
  purposes: readonly (string | undefined)[],
  programs: readonly Program[],
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
  (past: Past, { role, recipient }: ToldOf, change: Pick<Change, 'channel' | 'program'>) =>
  (): string | undefined =>
    role === 'processor' || lastYesTo(past, change)?.sharesWith === recipient ? addressIn(past) : undefined
