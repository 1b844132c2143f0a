import type { Database } from 'better-sqlite3'
import type { Cosignature, LedgerStore, SavedCheckpoint } from '../../ledger/store.ts'
import { momentOf } from './moment.ts'

export function sqliteCosignatures(
  database: Database,
): Pick<LedgerStore, 'cosignatures' | 'cosignedCheckpoint' | 'saveCosignature'> {
  const of = database.prepare<[string, number], Cosignature>(
    'SELECT witness, line FROM cosignatures WHERE site = ? AND size = ? ORDER BY witness',
  )
  const newest = 'SELECT size FROM cosignatures WHERE site = :site'
  const checkpoint = (size: string) =>
    `SELECT size, note FROM checkpoints WHERE site = :site AND size = (${size} ORDER BY size DESC LIMIT 1)`
  const byAny = database.prepare<{ site: string }, SavedCheckpoint>(checkpoint(newest))
  const byOne = database.prepare<{ site: string; witness: string }, SavedCheckpoint>(
    checkpoint(`${newest} AND witness = :witness`),
  )
  // Two servers on one database may both have asked: the first answer stays.
  const insert = database.prepare<Cosignature & { site: string; size: number }>(
    `INSERT INTO cosignatures (site, size, witness, line) SELECT :site, :size, :witness, :line
     WHERE NOT EXISTS (
       SELECT 1 FROM cosignatures WHERE site = :site AND size = :size AND witness = :witness
     )`,
  )
  return {
    cosignatures: (site, size) => of.all(site, size),
    cosignedCheckpoint: (site, witness) =>
      witness === undefined ? byAny.get({ site }) : byOne.get({ site, witness }),
    saveCosignature: (site, size, { witness, line }) => {
      momentOf(database).end()
      insert.run({ site, size, witness, line })
    },
  }
}
