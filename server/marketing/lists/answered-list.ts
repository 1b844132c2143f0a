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

/** What is done with rows: what can be ahead of time, and the rest in their order. */
export interface Turns<T, R> {
  readonly ahead: (batch: readonly T[]) => Promise<R>
  readonly write: (batch: readonly T[], read: R) => string
}

/**
 * Writes all rows, so many at once, beginning with those that were read already; meanwhile the next are read, two times so
 * many: where the rows of one piece end, whoever reads would wait for the next.
 */
export async function* inTurns<T, R>(
  first: readonly T[],
  rows: Rows<T>,
  { ahead, write }: Turns<T, R>,
): AsyncGenerator<string> {
  const read = async (batch: readonly T[]) => ({ batch, read: await ahead(batch) })
  let taken: Promise<readonly T[]> = Promise.resolve(first)
  const coming = [taken.then(read)]
  function readNext(): void {
    taken = taken.then(() => rows.take(AT_ONCE))
    const next = taken.then(read)
    // A fault is met where it is waited for, which whoever left does not.
    next.catch(() => {})
    coming.push(next)
  }

  try {
    readNext()
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- in the order of the list
      const next = await coming.shift()!
      if (next.batch.length === 0) return
      readNext()
      yield write(next.batch, next.read)
      // oxlint-disable-next-line no-await-in-loop -- in the order of the list
      await nextTurn()
    }
  } finally {
    // Whoever asked may have gone.
    rows.leave()
  }
}
