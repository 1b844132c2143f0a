import type { Database } from 'better-sqlite3'
import type { LedgerStore } from '../../ledger/store.ts'
import { momentOf } from './moment.ts'

/** Finds a subject's private parts by its own chain of entries, so that appending them needs no second index. */
export function sqliteErasure(database: Database): LedgerStore['erasePrivateParts'] {
  const last = database.prepare<[string, string], { idx: number }>(
    'SELECT last_index AS idx FROM subjects WHERE site = ? AND subject = ?',
  )
  const previous = database.prepare<[string, number], { idx: number | null }>(
    "SELECT entry ->> 'previous' AS idx FROM entries WHERE site = ? AND idx = ?",
  )
  const erase = database.prepare<[string, number, string]>(
    'DELETE FROM private_parts WHERE site = ? AND idx = ? AND subject = ?',
  )

  const eraseAll = database.transaction((site: string, subject: string): number => {
    let erased = 0
    for (let row: { idx: number | null } | undefined = last.get(site, subject); row && row.idx !== null;) {
      erased += erase.run(site, row.idx, subject).changes
      row = previous.get(site, row.idx)
    }
    return erased
  })

  return (site, subject) => {
    momentOf(database).end()
    // What is erased is overwritten, not merely unlinked. Not always on: it would make every append dearer.
    database.pragma('secure_delete = ON')
    const erased = eraseAll.immediate(site, subject)
    database.pragma('secure_delete = OFF')
    // The log of changes still holds the rows: fold it into the file, and empty it.
    if (erased > 0) database.pragma('wal_checkpoint(TRUNCATE)')
    return erased
  }
}
