import type { ProjectionTransaction } from './transaction.ts'

/** Entries between two kept times; rows of the table `log_times` stand at multiples of it. */
export const TIMES_EVERY = 32

/** Clocks step back, so that `receivedAt` does not only grow: what is kept is the latest so far, which does. */
export function projectLogTime(tx: ProjectionTransaction, site: string, index: number): void {
  const size = index + 1
  if (size % TIMES_EVERY === 0) tx.saveLogTime(site, size)
}
