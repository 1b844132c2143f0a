import type { Entry } from '../../shared/domain/entry.ts'
import type { LedgerAudit } from './audit.ts'
import { differs, finding, type VerifyStep } from './finding.ts'
import { CLOCK_TOLERANCE } from './steady-clock.ts'

/**
 * The order of the log is the order of recording, so that no entry was received much before an earlier one. Which of the
 * two times is the false one, the log cannot say; nor can it tell a clock that was set back from somebody who did it.
 */
export function receivedInOrder(site: string) {
  let latest = { index: 0, time: -Infinity }
  return {
    *check({ receivedAt: time }: Entry, index: number): Generator<VerifyStep, void> {
      if (!isTime(time)) {
        yield finding(site, 'entries.entry', 'receivedAt is no time', index)
        return
      }
      if (latest.time - time > CLOCK_TOLERANCE) {
        const seconds = Math.round((latest.time - time) / 1_000)
        yield finding(
          site,
          'entries.entry',
          `receivedAt is ${new Date(time).toISOString()}, ${seconds} s before that of entry ${latest.index}: the clock was set back, or one of the two times is false`,
          index,
        )
        // Compared with this one from here on: one step back is one finding.
      } else if (time < latest.time) return
      latest = { index, time }
    },
  }
}

/** Which times the log had reached at which size: what tells how much was known at a moment. */
export function keptTimes(audit: LedgerAudit, site: string) {
  let latest = 0
  let rows = 0
  return {
    /** How many rows there have to be. */
    rows: () => rows,
    /** Called with every entry, `undefined` for one that cannot be read. */
    *check(entry: Entry | undefined, index: number): Generator<VerifyStep, void> {
      if (entry && Number.isSafeInteger(entry.receivedAt)) latest = Math.max(latest, entry.receivedAt)
      const size = index + 1
      if (size % audit.timesEvery !== 0) return
      rows++
      if (audit.logTime(site, size) !== latest)
        yield differs(
          site,
          'log_times.latest',
          `the latest time of the first ${size} entries is not kept as it is`,
          index,
        )
    },
  }
}

const isTime = (time: unknown): time is number =>
  Number.isSafeInteger(time) && Math.abs(time as number) <= 8.64e15
