import type { Database } from 'better-sqlite3'
import type { LedgerStore, SavedCheckpoint } from '../../ledger/store.ts'
import { frontierOf } from './frontier.ts'
import { momentOf } from './moment.ts'

export function sqliteCheckpoints(database: Database): Pick<LedgerStore, 'checkpoint' | 'saveCheckpoint'> {
  const log = database.prepare<[string], { size: number; frontier: Buffer }>(
    'SELECT size, frontier FROM logs WHERE site = ?',
  )
  const last = database.prepare<[string], SavedCheckpoint>(
    'SELECT size, note FROM checkpoints WHERE site = ? ORDER BY size DESC LIMIT 1',
  )
  const insert = database.prepare<[string, number, string]>(
    'INSERT INTO checkpoints (site, size, note) VALUES (?, ?, ?)',
  )

  const save = database.transaction(
    (site: string, sign: Parameters<LedgerStore['saveCheckpoint']>[1]): SavedCheckpoint => {
      const now = frontierOf(log.get(site))
      const note = sign(now)
      const saved = last.get(site)
      if (saved?.size === now.size) return saved
      insert.run(site, now.size, note)
      return { size: now.size, note }
    },
  )

  // A transaction only for its lock: of two processes, the one that comes later keeps the newer note.
  const keepNewest = database.transaction((site: string, keep: (note: string) => void) =>
    keep(last.get(site)!.note),
  )

  return {
    checkpoint: site => last.get(site),
    saveCheckpoint: (site, sign, keep) => {
      momentOf(database).end()
      const saved = save.immediate(site, sign)
      keepNewest.immediate(site, keep)
      return saved
    },
  }
}
