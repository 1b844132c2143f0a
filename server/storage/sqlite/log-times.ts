import type { Database } from 'better-sqlite3'
import type { LedgerStore } from '../../ledger/store.ts'
import type { ProjectionTransaction } from './projections/transaction.ts'

/** Entries between two kept times; the rows of `log_times` stand at multiples of it. */
export const TIMES_EVERY = 32

/**
 * Begins, for one transaction, to keep the latest time so far at every such size. Clocks step back, so that `receivedAt`
 * does not only grow; the latest so far does.
 */
export function keptTimes(database: Database): () => ProjectionTransaction['saveTime'] {
  const save = database.prepare<unknown[]>(
    'INSERT INTO log_times (site, size, latest) VALUES (@site, @size, @latest)',
  )
  const kept = database
    .prepare<[string, number], number>('SELECT latest FROM log_times WHERE site = ? AND size = ?')
    .pluck()
  const earlier = database
    .prepare<[string, number, number], number | null>(
      `SELECT max(CASE WHEN json_valid(entry) THEN CAST(entry ->> 'receivedAt' AS INTEGER) END) FROM entries
       WHERE site = ? AND idx >= ? AND idx < ?`,
    )
    .pluck()

  return () => {
    /** What this transaction has seen since the last kept time: reading that again would cost more than all the rest. */
    const seen = new Map<string, { from: number; latest: number }>()
    return (site, index, receivedAt) => {
      const since = seen.get(site) ?? { from: index, latest: 0 }
      if (Number.isSafeInteger(receivedAt) && receivedAt > since.latest) since.latest = receivedAt
      seen.set(site, since)
      const size = index + 1
      if (size % TIMES_EVERY !== 0) return
      const begin = size - TIMES_EVERY
      const before = since.from > begin ? (earlier.get(site, begin, since.from) ?? 0) : 0
      save.run({ site, size, latest: Math.max(kept.get(site, begin) ?? 0, before, since.latest) })
      seen.delete(site)
    }
  }
}

export function sqliteLogTimes(database: Database): Pick<LedgerStore, 'recordedBy'> {
  const size = database.prepare<[string], number>('SELECT size FROM logs WHERE site = ?').pluck()
  const latest = database
    .prepare<[string, number], number>('SELECT latest FROM log_times WHERE site = ? AND size = ?')
    .pluck()
  const firstLater = database
    .prepare<[string, number, number], number>(
      `SELECT idx FROM entries WHERE site = ? AND idx >= ? AND entry ->> 'receivedAt' > ? ORDER BY idx LIMIT 1`,
    )
    .pluck()

  function latestOf(site: string, blocks: number): number {
    const time = latest.get(site, blocks * TIMES_EVERY)
    if (time === undefined)
      throw new Error(
        `the times of ${site} lack those of ${blocks * TIMES_EVERY} entries: run assent rebuild`,
      )
    return time
  }

  return {
    recordedBy(site, moment) {
      const entries = size.get(site) ?? 0
      let [known, unknown] = [0, Math.floor(entries / TIMES_EVERY)]
      while (known < unknown) {
        const middle = Math.floor((known + unknown) / 2)
        if (latestOf(site, middle + 1) <= moment) known = middle + 1
        else unknown = middle
      }
      return firstLater.get(site, known * TIMES_EVERY, moment) ?? entries
    },
  }
}
