import type { Database } from 'better-sqlite3'
import type { Cosigned, WitnessStore } from '../../witness/store.ts'

export function sqliteWitness(database: Database): WitnessStore {
  const origins = database.prepare<[], { origin: string }>('SELECT origin FROM cosigned ORDER BY origin')
  const last = database.prepare<[string], Cosigned>('SELECT size, note FROM cosigned WHERE origin = ?')
  const replace = database.prepare<[string, number, string]>(
    `INSERT INTO cosigned (origin, size, note) VALUES (?, ?, ?)
     ON CONFLICT (origin) DO UPDATE SET size = excluded.size, note = excluded.note`,
  )
  const advance = database.transaction((origin: string, decide: Parameters<WitnessStore['advance']>[1]) => {
    const next = decide(last.get(origin))
    if (next) replace.run(origin, next.size, next.note)
  })
  return {
    origins: () => origins.all().map(row => row.origin),
    last: origin => last.get(origin),
    // Immediate: the lock is taken before anything is read.
    advance: (origin, decide) => advance.immediate(origin, decide),
  }
}
