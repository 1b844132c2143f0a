import { isKnown, standingIn, type EntryAt, type InTime, type View } from '../../shared/domain/as-of.ts'
import { chainOf } from './chain.ts'
import type { Ledger } from './ledger.ts'
import type { Publication, SubjectState } from './store.ts'

/** What a question about the past sees, and what its answer says about that. */
export interface PastView extends View {
  /** Moment the answer is about. */
  readonly asOf: number
  /** Only where it was asked what was known. */
  readonly knownAsOf?: number
  readonly most?: number
}

/** A subject has more entries than the question may look through: whoever made them would otherwise hold up everybody. */
export class TooLongHistory extends Error {}

/** `undefined` for a question about now, which needs none of this. */
export function viewOf(
  { store, now }: Pick<Ledger, 'store' | 'now'>,
  site: string,
  { asOf, knownAsOf, most }: InTime,
): PastView | undefined {
  if (asOf === undefined && knownAsOf === undefined) return undefined
  const present = now()
  const isPast = (moment: number | undefined): moment is number => moment !== undefined && moment < present
  return {
    // What was known at a moment is asked as it would have been then.
    asOf: Math.min(asOf ?? knownAsOf ?? present, present),
    counted: isPast(asOf) ? asOf : Infinity,
    known: isPast(knownAsOf) ? store.recordedBy(site, knownAsOf) : store.size(site),
    ...(knownAsOf !== undefined && { knownAsOf: Math.min(knownAsOf, present) }),
    ...(most !== undefined && { most }),
  }
}

/** A subject as it was then: its entries that were known, newest first, and where they had brought it. */
export interface PastSubject extends SubjectState {
  readonly chain: readonly EntryAt[]
}

/** `undefined` while nothing of the subject was known. */
export function subjectThen(
  { store }: Pick<Ledger, 'store'>,
  site: string,
  subject: string,
  { lastIndex }: SubjectState,
  view: PastView,
): PastSubject | undefined {
  const { most = Infinity } = view
  const chain: EntryAt[] = []
  let seen = 0
  for (const at of chainOf(store, site, subject, lastIndex)) {
    if (++seen > most) throw new TooLongHistory(`subject ${subject} of ${site} has more than ${most} entries`)
    if (isKnown(view, at)) chain.push(at)
  }
  if (chain.length === 0) return undefined
  return { lastIndex: chain[0]!.index, standing: standingIn(view, chain.toReversed()), chain }
}

/**
 * The publication in force then, of those that were known: publishing counts from when it is recorded. At a moment before
 * the first one, that one; `undefined` while none was known.
 */
export function publicationThen(
  { store }: Pick<Ledger, 'store'>,
  site: string,
  { counted, known }: View,
): Publication | undefined {
  const size = counted === Infinity ? known : Math.min(known, store.recordedBy(site, counted))
  const inForce = store.publicationBefore(site, size)
  if (inForce) return inForce
  const [first] = store.publications(site)
  return first && first.index < known ? first : undefined
}
