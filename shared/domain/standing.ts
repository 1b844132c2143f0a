import {
  actOf,
  contentOf,
  type ConfirmationEntry,
  type OptInEntry,
  type OptOutEntry,
  type RecordedConsentEntry,
  type SubjectEntry,
} from './entry.ts'
import {
  EVIDENCE_LEVELS,
  type EvidenceLevel,
  type HoldCause,
  type MessageBasis,
  type OptOutCause,
} from './marketing.ts'
import type { Channel } from './site.ts'
import { isUndatedChoice } from './take-over.ts'

/** Consent states of the W3C Data Privacy Vocabulary (ISO/IEC TS 27560) that recording can lead to. */
export const CONSENT_STATES = [
  'given',
  'renewed',
  'requested',
  'refused',
  'withdrawn',
  'invalidated',
] as const
export type ConsentState = (typeof CONSENT_STATES)[number]

export interface PurposeStanding {
  readonly state: ConsentState
  /** When the last yes or no counts from, epoch milliseconds. */
  readonly since: number
  /** Latest moment a no counts from; a yes decided before it revives nothing. */
  readonly lastNo?: number
  /** Entry that decides. */
  readonly index: number
  /** Of a program: what is asked of that entry before every message, so that it need not be read. */
  readonly act?: DecidingAct
  /** Beside a yes to a program, which goes on counting: a newer one that its address has still to confirm. */
  readonly pending?: Waiting
}

/** A yes that counts once its address has confirmed it. */
export interface Waiting {
  readonly since: number
  readonly index: number
  readonly act: DecidingAct & { readonly to: AgreedTo }
}

export interface DecidingAct {
  /** Id of the entry. */
  readonly id: string
  /** What a yes agreed to. */
  readonly to?: AgreedTo
  /** Of a no nobody said, or of a hold: why. */
  readonly cause?: OptOutCause | HoldCause
  /** Of a no that was said to one of the owner's numbers: which. */
  readonly sender?: string
}

export interface AgreedTo {
  readonly purpose: string
  readonly configuration: string
  /** Hash of the words; absent where this log never published them. */
  readonly text?: string
  /** The address answered for itself (double opt-in). */
  readonly confirmed?: true
  /** Of what was recorded from elsewhere; absent of what was agreed to here, which is consent with all its evidence. */
  readonly recorded?: { readonly basis: MessageBasis; readonly evidence: EvidenceLevel }
  readonly sharesWith?: string
}

/** Purpose id, or channel and program → where the subject stands. */
export type Standing = Readonly<Record<string, PurposeStanding>>

/** A browser clock may run ahead by this much before its yes is not believed. */
const CLOCK_AHEAD = 10 * 60_000
/** A decision waits in a browser at most as long as browsers keep a cookie (400 days, RFC 6265bis). */
const CLOCK_BEHIND = 400 * 86_400_000

/** The claimed time lies where it can be true, given when the server received it. */
export function isPlausible(decidedAt: number, receivedAt: number): boolean {
  return decidedAt <= receivedAt + CLOCK_AHEAD && decidedAt >= receivedAt - CLOCK_BEHIND
}

export const isGranted = (standing: PurposeStanding | undefined): boolean =>
  standing?.state === 'given' || standing?.state === 'renewed'

/** Where a program of a channel stands is kept under this key; purposes of the page are kept under their own ids. */
export const programKey = (channel: Channel, program: string): string => `${channel}:${program}`
/** A no to everything there is, after an erasure: also to what was not known yet. */
const EVERYTHING = '*'
/** A hold on a channel: no answer of anybody, and kept beside the answers. No program has such an id. */
const holdKey = (channel: Channel): string => `${channel}:!`
const isHold = (key: string): boolean => key.endsWith(':!')

/** Where an answer stands, as it is told to whoever may see it. */
export interface Answered extends Pick<PurposeStanding, 'state' | 'since' | 'lastNo' | 'index'> {
  /** A newer yes beside it waits to be confirmed. */
  readonly pending?: Pick<Waiting, 'since' | 'index'>
}

/** What was answered, without what only this rule and the marketer's question need to know. */
export function answersIn(standing: Standing): Readonly<Record<string, Answered>> {
  const answers = Object.entries(standing).filter(([key]) => key !== EVERYTHING && !isHold(key))
  return Object.fromEntries(
    answers.map(([key, { act: _act, pending, ...answer }]) => [
      key,
      { ...answer, ...(pending && { pending: { since: pending.since, index: pending.index } }) },
    ]),
  )
}

/** What an address waits for on a channel: who looks at it may release it, a no ends it, and nothing else does. */
export const holdOf = (standing: Standing, channel: Channel): PurposeStanding | undefined =>
  of(standing, holdKey(channel))

/** What was said to everything on a channel. */
export const channelStanding = (standing: Standing, channel: Channel): PurposeStanding | undefined =>
  of(standing, everyProgram(channel))

/** A no to everything on a channel, the programs included that come later. */
const everyProgram = (channel: Channel): string => `${channel}:*`

const of = (standing: Standing, key: string): PurposeStanding | undefined =>
  Object.hasOwn(standing, key) ? standing[key] : undefined

/** Where an address stands with one program; a no to the whole channel speaks for programs it never named. */
export const programStanding = (
  standing: Standing,
  channel: Channel,
  program: string,
): PurposeStanding | undefined =>
  of(standing, programKey(channel, program)) ?? of(standing, everyProgram(channel))

/** What an address has still to confirm of a program: all that stands of it, or beside an older yes. */
export function waitingOf(stands: PurposeStanding | undefined): Waiting | undefined {
  if (stands?.state !== 'requested') return stands?.pending
  const { since, index, act } = stands
  return act?.to && { since, index, act: { ...act, to: act.to } }
}

/** A yes that waits for its confirmation, by its program. */
export interface Pending {
  readonly program: string
  /** Id of the opt-in. */
  readonly request: string
  readonly since: number
}

/** What an address was asked for on a channel and has not confirmed, the newest first. */
export function pendingOn(standing: Standing, channel: Channel): Pending[] {
  const pending = Object.entries(standing).flatMap(([key, stands]) => {
    const waiting = key.startsWith(`${channel}:`) && !isHold(key) ? waitingOf(stands) : undefined
    return waiting
      ? [{ program: key.slice(channel.length + 1), request: waiting.act.id, since: waiting.since }]
      : []
  })
  return pending.sort((a, b) => b.since - a.since)
}

/** What an address has agreed to on a channel, program by program. */
export const agreedOn = (standing: Standing, channel: Channel): AgreedTo[] =>
  Object.entries(standing).flatMap(([key, stands]) =>
    key.startsWith(`${channel}:`) && isGranted(stands) && stands.act?.to ? [stands.act.to] : [],
  )

/** The moment an entry's answers count from: the claimed one where it can be true, never later than the server's. */
export function countsFrom(entry: SubjectEntry): number {
  if (entry.type === 'erasure' || entry.type === 'evidence-read') return entry.receivedAt
  const act = actOf(entry)
  const { decidedAt, receivedAt } = act
  // Of an act that was imported, when it was first received is the other log's word: no later than it came here.
  const received = Math.min(receivedAt, entry.receivedAt)
  return canBe(act) ? Math.min(decidedAt, received) : received
}

/** A time somebody claims, and what says how far back it may lie. */
interface Claim {
  readonly type: string
  readonly method?: string
  readonly decidedAt: number
  readonly receivedAt: number
}

/** The claimed time can be true. What somebody recorded for a person may have been said long before. */
export const canBe = (act: Claim): boolean =>
  act.type === 'consent-recorded' || isToldByOthers(act) || isUndatedChoice(act)
    ? isBehind(act.decidedAt, act.receivedAt)
    : isPlausible(act.decidedAt, act.receivedAt)

const TOLD = ['staff', 'import', 'provider']
const isToldByOthers = (act: { readonly type: string; readonly method?: string }): boolean =>
  act.type === 'opt-out' && act.method !== undefined && TOLD.includes(act.method)

/**
 * When what is recorded counts from, whoever claims it: the day of a purchase may lie years back, and only one to come
 * cannot be true.
 */
const isBehind = (decidedAt: number, receivedAt: number): boolean => decidedAt <= receivedAt + CLOCK_AHEAD

/**
 * The one rule of standing: a no counts as soon as it is recorded; a yes counts only if it was decided after every no
 * recorded so far, at a time that can be true. So a late yes revives nothing, and a wrong clock fails closed. What was
 * imported counts by the same rule, only that its yes renews none that stands here with its own evidence.
 */
export function applyEntry(before: Standing, entry: SubjectEntry, index: number): Standing {
  const act = contentOf(entry)
  if (act.type === 'evidence-read') return before
  const counting: Counting = {
    at: countsFrom(entry),
    index,
    plausible: act.type === 'erasure' || canBe(act),
    renews: act === entry,
  }
  const after: Record<string, PurposeStanding> = { ...before }
  switch (act.type) {
    case 'decision':
    case 'withdrawal':
      for (const [purpose, granted] of Object.entries(act.choices)) {
        const was = of(before, purpose)
        const now = granted ? yes(was, counting, latest(was, of(before, EVERYTHING))) : no(was, counting)
        if (now) after[purpose] = now
      }
      return after
    case 'opt-in':
      return optIn(after, act, { ...counting, act: { id: entry.id, to: agreedTo(act) } })
    case 'consent-recorded':
      return recorded(after, act, { ...counting, act: { id: entry.id, to: recordedTo(act) } })
    case 'confirmation':
      return confirmed(after, act, counting, entry.id)
    case 'opt-out': {
      const { cause, sender } = act
      const said = { id: entry.id, ...(cause && { cause }), ...(sender !== undefined && { sender }) }
      return optOut(after, act, { ...counting, act: said })
    }
    case 'hold':
      // The newest one, so that the release of an earlier one releases nothing that nobody has looked at; what staff restricted
      // no message replaces.
      if (holdOf(before, act.channel)?.act?.cause === 'restricted') return after
      after[holdKey(act.channel)] = {
        state: 'requested',
        since: counting.at,
        index,
        act: { id: entry.id, cause: act.cause },
      }
      return after
    case 'hold-release':
      if (holdOf(before, act.channel)?.act?.id === act.releases) delete after[holdKey(act.channel)]
      return after
    case 'erasure':
      // What cannot be shown any more permits nothing, and no yes from before it comes back.
      for (const [key, was] of Object.entries(before))
        if (isHold(key)) delete after[key]
        else after[key] = no(was, was.act ? { ...counting, act: { id: entry.id } } : counting)
      after[EVERYTHING] = no(of(before, EVERYTHING), counting)
      return after
  }
}

/** How an entry's answers count. */
interface Counting {
  readonly at: number
  readonly index: number
  readonly plausible: boolean
  readonly renews: boolean
  /** Of a program. */
  readonly act?: DecidingAct
}
interface CountingOptIn extends Counting {
  readonly act: Waiting['act']
}

const agreedTo = ({ purpose, text, configuration, sharesWith }: OptInEntry): AgreedTo => ({
  purpose,
  text,
  configuration,
  ...(sharesWith !== undefined && { sharesWith }),
})

const recordedTo = ({
  purpose,
  text,
  configuration,
  basis,
  evidence,
  sharesWith,
}: RecordedConsentEntry): AgreedTo => ({
  purpose,
  configuration,
  ...(text !== undefined && { text }),
  recorded: { basis, evidence },
  ...(sharesWith !== undefined && { sharesWith }),
})

function optIn(
  standing: Record<string, PurposeStanding>,
  { channel, program, confirmation }: OptInEntry,
  counting: CountingOptIn,
): Standing {
  const key = programKey(channel, program)
  const was = of(standing, key)
  const lastNo = latest(was, of(standing, everyProgram(channel)), of(standing, EVERYTHING))
  const now = confirmation === 'double' ? request(was, counting, lastNo) : yes(was, counting, lastNo)
  if (now) standing[key] = now
  return standing
}

/**
 * A yes that its address has still to confirm takes nothing from one that stands: it waits beside it, or whoever types an
 * address into a form could take its person's messages away.
 */
function request(
  was: PurposeStanding | undefined,
  counting: CountingOptIn,
  lastNo: number | undefined,
): PurposeStanding | undefined {
  const { at, index, plausible, renews, act } = counting
  // A yes of which nothing is kept permits nothing that could be taken away.
  if (!was?.act?.to || !isGranted(was)) {
    const now = yes(was, counting, lastNo)
    return now && now !== was && isGranted(now) ? { ...now, state: 'requested' } : now
  }
  if ((lastNo !== undefined && at <= lastNo) || !plausible || !renews) return was
  return isSameYes(was.act.to, act.to) ? was : { ...was, pending: { since: at, index, act } }
}

/** Given here, to the same words and purpose: there is nothing to ask its person again. */
const isSameYes = (stands: AgreedTo, asked: AgreedTo): boolean =>
  !stands.recorded &&
  stands.purpose === asked.purpose &&
  stands.text === asked.text &&
  stands.sharesWith === asked.sharesWith

/** What was agreed to here outweighs whatever is recorded from elsewhere, and better evidence the weaker. */
function recorded(
  standing: Record<string, PurposeStanding>,
  { channel, program }: RecordedConsentEntry,
  counting: Counting,
): Standing {
  const key = programKey(channel, program)
  const was = of(standing, key)
  const lastNo = latest(was, of(standing, everyProgram(channel)), of(standing, EVERYTHING))
  if (was && isGranted(was) && !outweighs(counting, was)) return standing
  const now = yes(was, counting, lastNo)
  if (!now) return standing
  // What somebody else recorded answers nothing for the address: what it was asked, it may still confirm.
  const pending = now !== was && isGranted(now) ? waitingOf(was) : undefined
  standing[key] = pending ? { ...now, pending } : now
  return standing
}

function outweighs({ at, act }: Counting, was: PurposeStanding): boolean {
  const before = was.act?.to?.recorded
  const now = act?.to?.recorded
  if (!before || !now) return false
  const more = rank(now) - rank(before)
  return more > 0 || (more === 0 && at > was.since)
}

const rank = ({ basis, evidence }: NonNullable<AgreedTo['recorded']>): number =>
  2 * (EVIDENCE_LEVELS.length - EVIDENCE_LEVELS.indexOf(evidence)) + (basis === 'consent' ? 1 : 0)

/** Turns the request it names into a yes; one that was taken back, replaced or never made it turns into nothing. */
function confirmed(
  standing: Record<string, PurposeStanding>,
  { channel, program, confirms }: ConfirmationEntry,
  { at, index, plausible }: Counting,
  id: string,
): Standing {
  const key = programKey(channel, program)
  const was = of(standing, key)
  const waiting = waitingOf(was)
  if (!was || waiting?.act.id !== confirms || !plausible) return standing
  const { lastNo } = was
  if (lastNo !== undefined && at <= lastNo) return standing
  // What others recorded of somebody was not given here before.
  const isAgain = isGranted(was) && was.act?.to?.recorded === undefined
  standing[key] = {
    state: isAgain ? 'renewed' : 'given',
    since: at,
    ...(lastNo !== undefined && { lastNo }),
    index,
    act: { id, to: { ...waiting.act.to, confirmed: true } },
  }
  return standing
}

function optOut(
  standing: Record<string, PurposeStanding>,
  { channel, program }: OptOutEntry,
  counting: Counting,
): Standing {
  if (program !== undefined) {
    standing[programKey(channel, program)] = no(programStanding(standing, channel, program), counting)
    return standing
  }
  const all = everyProgram(channel)
  delete standing[holdKey(channel)]
  const known = Object.keys(standing).filter(key => key.startsWith(`${channel}:`))
  for (const key of known) standing[key] = no(standing[key], counting)
  const took = known.some(key => standing[key]!.state === 'withdrawn')
  standing[all] = { ...no(of(standing, all), counting), state: took ? 'withdrawn' : 'refused' }
  return standing
}

const latest = (...standings: readonly (PurposeStanding | undefined)[]): number | undefined => {
  const noes = standings.flatMap(s => s?.lastNo ?? [])
  return noes.length === 0 ? undefined : Math.max(...noes)
}

function no(was: PurposeStanding | undefined, { at, index, act }: Counting): PurposeStanding {
  const state = isGranted(was) || was?.state === 'withdrawn' ? 'withdrawn' : 'refused'
  return { state, since: at, lastNo: Math.max(at, was?.lastNo ?? 0), index, ...(act && { act }) }
}

/** `undefined` when a late yes finds nothing it could leave as it was. */
function yes(
  was: PurposeStanding | undefined,
  { at, index, plausible, renews, act }: Counting,
  lastNo: number | undefined,
): PurposeStanding | undefined {
  if (lastNo !== undefined && at <= lastNo) return was
  if (isGranted(was) && (!plausible || !renews)) return was
  const state = !plausible ? 'invalidated' : isGranted(was) ? 'renewed' : 'given'
  return { state, since: at, ...(lastNo !== undefined && { lastNo }), index, ...(act && { act }) }
}
