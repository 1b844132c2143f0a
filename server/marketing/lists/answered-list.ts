import { setImmediate as nextTurn } from 'node:timers/promises'
import type { CheckSummary } from '../../../shared/domain/check.ts'

/** A list that is being answered. */
export interface CheckedList {
  /** The rows that come back, in UTF-8. */
  readonly text: AsyncIterable<string>
  /** Records the check once `text` has ended, and says what the list came to. */
  finish(): Promise<CheckSummary>
}

/** Rows answered before others are heard: some ten milliseconds. */
export const AT_ONCE = 500

/** Rows as they come. */
export interface Rows<T> {
  /** So many, or those that are left. */
  take(most: number): Promise<T[]>
  /** Nothing of them is read any further. */
  leave(): void
}

/** What is read row by row from a generator. */
export const rowsFrom = <T>(rows: AsyncGenerator<T>): Rows<T> => ({
  async take(most) {
    const taken: T[] = []
    while (taken.length < most) {
      // oxlint-disable-next-line no-await-in-loop -- one row after the other
      const { done, value } = await rows.next()
      if (done) break
      taken.push(value)
    }
    return taken
  },
  leave: () => void rows.return(undefined),
})

/** Writes all rows, so many at once, beginning with those that were read already. */
export async function* inTurns<T>(
  first: T[],
  rows: Rows<T>,
  write: (batch: readonly T[]) => string,
): AsyncGenerator<string> {
  let batch = first
  try {
    while (batch.length > 0) {
      yield write(batch)
      // oxlint-disable-next-line no-await-in-loop -- in the order of the list
      await nextTurn()
      // oxlint-disable-next-line no-await-in-loop -- in the order of the list
      batch = await rows.take(AT_ONCE)
    }
  } finally {
    // Whoever asked may have gone.
    rows.leave()
  }
}
