import type { Database } from 'better-sqlite3'
import { momentOf } from './moment.ts'

/**
 * Folds the log of changes into the file, where what was deleted is overwritten (`secure_delete`), and empties it: it
 * still held the older pages. `false` while another connection reads them; waiting for it here would hold up everybody.
 */
export function settle(database: Database): boolean {
  momentOf(database).end()
  const patience = database.pragma('busy_timeout', { simple: true }) as number
  database.pragma('busy_timeout = 0')
  try {
    const [row] = database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
    return row?.busy === 0
  } finally {
    database.pragma(`busy_timeout = ${patience}`)
  }
}
