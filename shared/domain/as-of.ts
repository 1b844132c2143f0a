import type { SubjectEntry } from './entry.ts'
import { applyEntry, countsFrom, type Standing } from './standing.ts'

/**
 * Two times, two questions. `asOf`: what was true at a moment, by all that is recorded by now, so that what arrived late
 * counts from when it was decided. `knownAsOf`: what was recorded by a moment, so that what arrived later is not seen.
 * Together: what was held to be true of one moment at another. Epoch milliseconds; absent, or still to come: now.
 */
export interface InTime {
  readonly asOf?: number
  readonly knownAsOf?: number
  /** So many entries of one subject are looked through at most; all of them when left out. */
  readonly most?: number
}

/** What an answer about the past is made of. */
export interface View {
  /** What counts from a later moment is not seen; epoch milliseconds. */
  readonly counted: number
  /** Only so many entries from the beginning of the log are seen. */
  readonly known: number
}

export interface EntryAt<E extends SubjectEntry = SubjectEntry> {
  readonly index: number
  readonly entry: E
}

export const isKnown = ({ known }: View, { index }: EntryAt): boolean => index < known

export const isSeen = (view: View, at: EntryAt): boolean =>
  isKnown(view, at) && countsFrom(at.entry) <= view.counted

/** Where a subject stood, by its entries in the order of the log. */
export const standingIn = (view: View, chain: readonly EntryAt[]): Standing =>
  chain
    .filter(at => isSeen(view, at))
    .reduce<Standing>((now, { entry, index }) => applyEntry(now, entry, index), {})
