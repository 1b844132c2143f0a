import type { Database } from 'better-sqlite3'
import type { LedgerStore } from '../../ledger/store.ts'
import { TIMES_EVERY } from './projections/log-time.ts'

/** Keeps the latest time of the first `size` entries; the last of them is in the table already. */
export function saveLogTime(database: Database): (site: string, size: number) => void {
  const save = database.prepare<unknown[]>(
    `INSERT INTO log_times (site, size, latest)
     SELECT @site, @size, max(
       coalesce((SELECT latest FROM log_times WHERE site = @site AND size = @size - ${TIMES_EVERY}), 0),
       max(CASE WHEN json_valid(entry) THEN CAST(entry ->> 'receivedAt' AS INTEGER) ELSE 0 END)
     ) FROM entries WHERE site = @site AND idx >= @size - ${TIMES_EVERY} AND idx < @size`,
  )
  return (site, size) => void save.run({ site, size })
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
