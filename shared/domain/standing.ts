import { actOf, contentOf, type OptInEntry, type OptOutEntry, type SubjectEntry } from './entry.ts'
import type { Channel } from './site.ts'

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
}

export interface DecidingAct {
  /** Id of the entry. */
  readonly id: string
  /** What a yes agreed to. */
  readonly to?: Pick<OptInEntry, 'purpose' | 'text' | 'configuration'>
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

/** What was answered, without what only this rule and the marketer's question need to know. */
export function answersIn(standing: Standing): Standing {
  const { [EVERYTHING]: _, ...answers } = standing
  return Object.fromEntries(Object.entries(answers).map(([key, { act: _act, ...answer }]) => [key, answer]))
}

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

/** The moment an entry's answers count from: the claimed one where it can be true, never later than the server's. */
export function countsFrom(entry: SubjectEntry): number {
  if (entry.type === 'erasure') return entry.receivedAt
  const { decidedAt, receivedAt } = actOf(entry)
  // Of an act that was imported, when it was first received is the other log's word: no later than it came here.
  const received = Math.min(receivedAt, entry.receivedAt)
  return isPlausible(decidedAt, receivedAt) ? Math.min(decidedAt, received) : received
}

/**
 * The one rule of standing: a no counts as soon as it is recorded; a yes counts only if it was decided after every no
 * recorded so far, at a time that can be true. So a late yes revives nothing, and a wrong clock fails closed. What was
 * imported counts by the same rule, only that its yes renews none that stands here with its own evidence.
 */
export function applyEntry(before: Standing, entry: SubjectEntry, index: number): Standing {
  const act = contentOf(entry)
  const counting: Counting = {
    at: countsFrom(entry),
    index,
    plausible: act.type === 'erasure' || isPlausible(act.decidedAt, act.receivedAt),
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
    case 'opt-out':
      return optOut(after, act, { ...counting, act: { id: entry.id } })
    case 'erasure':
      // What cannot be shown any more permits nothing, and no yes from before it comes back.
      for (const [key, was] of Object.entries(before))
        after[key] = no(was, was.act ? { ...counting, act: { id: entry.id } } : counting)
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

const agreedTo = ({ purpose, text, configuration }: OptInEntry) => ({ purpose, text, configuration })

function optIn(
  standing: Record<string, PurposeStanding>,
  { channel, program, confirmation }: OptInEntry,
  counting: Counting,
): Standing {
  const key = programKey(channel, program)
  const was = of(standing, key)
  const lastNo = latest(was, of(standing, everyProgram(channel)), of(standing, EVERYTHING))
  const now = yes(was, counting, lastNo, confirmation === 'double')
  if (now) standing[key] = now
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
  toConfirm = false,
): PurposeStanding | undefined {
  if (lastNo !== undefined && at <= lastNo) return was
  if (isGranted(was) && (!plausible || toConfirm || !renews)) return was
  const state = !plausible ? 'invalidated' : toConfirm ? 'requested' : isGranted(was) ? 'renewed' : 'given'
  return { state, since: at, ...(lastNo !== undefined && { lastNo }), index, ...(act && { act }) }
}
