import type { DecisionEntry } from './entry.ts'

/** Consent states of the W3C Data Privacy Vocabulary (ISO/IEC TS 27560) that recording can lead to. */
export type ConsentState = 'given' | 'renewed' | 'refused' | 'withdrawn' | 'invalidated'

export interface PurposeStanding {
  readonly state: ConsentState
  /** When the last yes or no counts from, epoch milliseconds. */
  readonly since: number
  /** Latest moment a no counts from; a yes decided before it revives nothing. */
  readonly lastNo?: number
  /** Entry that decides. */
  readonly index: number
}

/** Purpose id → where the subject stands. */
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

/**
 * The one rule of standing: a no counts as soon as it is recorded; a yes counts only if it was decided after every no
 * recorded so far, at a time that can be true. So a late yes revives nothing, and a wrong clock fails closed.
 */
export function applyDecision(before: Standing, entry: DecisionEntry, index: number): Standing {
  const plausible = isPlausible(entry.decidedAt, entry.receivedAt)
  const at = plausible ? Math.min(entry.decidedAt, entry.receivedAt) : entry.receivedAt
  const after: Record<string, PurposeStanding> = { ...before }
  for (const [purpose, granted] of Object.entries(entry.choices)) {
    const was = Object.hasOwn(before, purpose) ? before[purpose] : undefined
    after[purpose] = granted ? yes(was, at, index, plausible) : no(was, at, index)
  }
  return after
}

function no(was: PurposeStanding | undefined, at: number, index: number): PurposeStanding {
  const state = isGranted(was) || was?.state === 'withdrawn' ? 'withdrawn' : 'refused'
  return { state, since: at, lastNo: Math.max(at, was?.lastNo ?? 0), index }
}

function yes(
  was: PurposeStanding | undefined,
  at: number,
  index: number,
  plausible: boolean,
): PurposeStanding {
  const late = was?.lastNo !== undefined && at <= was.lastNo
  if (late) return was
  const kept = was?.lastNo === undefined ? {} : { lastNo: was.lastNo }
  if (!plausible) return isGranted(was) ? was! : { state: 'invalidated', since: at, ...kept, index }
  return { state: isGranted(was) ? 'renewed' : 'given', since: at, ...kept, index }
}
