import type { Database } from 'better-sqlite3'
import type { Entry, LogKeyEntry } from '../../../shared/domain/entry.ts'
import type { AuditedEntry } from '../../ledger/audit.ts'
import type { LedgerRepair } from '../../ledger/rebuild.ts'
import type { LogFormat } from '../../ledger/store.ts'
import { sqliteAudit } from './audit.ts'
import { derivedTables } from './derived.ts'
import { project } from './projections/project.ts'
import { leadAddresses } from './subject-rows.ts'

/** As many entries share what has been read; then it is forgotten, so that a log of any size fits in memory. */
const TOGETHER = 1_000

/** What follows from entries. The row in `logs` stays, for checkpoints hang on it, and is written over. */
const PROJECTED = [
  'entry_ids',
  'node_blocks',
  'subjects',
  'publications',
  'log_keys',
  'log_times',
  'list_checks',
]

/** On a connection that nobody else's can write beside. */
export function sqliteRepair(database: Database, { integrate }: LogFormat): LedgerRepair {
  const audit = sqliteAudit(database)
  const begin = derivedTables(database, integrate)
  const restart = database.prepare<[string]>(
    `INSERT INTO logs (site, size, frontier) VALUES (?, 0, x'')
     ON CONFLICT (site) DO UPDATE SET size = 0, frontier = x''`,
  )

  const keyEntries = database.prepare<[string], { idx: number; text: string }>(
    "SELECT idx, entry AS text FROM entries WHERE site = ? AND json_valid(entry) AND entry ->> 'type' LIKE 'log-%' ORDER BY idx",
  )

  /** A site that no entry names. */
  const forget = database.prepare<[string, string]>(
    'DELETE FROM logs WHERE site = ? AND NOT EXISTS (SELECT 1 FROM checkpoints WHERE site = ?)',
  )

  function* rebuild(site: string, check: Parameters<LedgerRepair['rebuild']>[1]): Generator<number, number> {
    for (const table of PROJECTED) database.prepare(`DELETE FROM ${table} WHERE site = ?`).run(site)
    restart.run(site)
    let size = 0
    for (const rows of together(audit.entries(site))) {
      const derived = begin()
      for (const row of rows) {
        check.entry(row, size)
        const entry = JSON.parse(Buffer.from(row.bytes).toString()) as Entry
        if (!derived.claimId(site, entry.id, size)) check.repeated(size)
        project(derived.projections, entry, size)
        derived.grow(site, [row.leaf])
        size++
        check.tree(derived.log(site))
      }
      derived.save()
      yield size
    }
    leadAddresses(database, site)
    check.end(size)
    if (size === 0) forget.run(site, site)
    return size
  }

  return {
    sites: audit.sites,
    keyEntries: site => keyEntries.all(site).map(keyEntry),
    *rebuild(site, check) {
      database.exec('BEGIN IMMEDIATE')
      try {
        const size = yield* rebuild(site, check)
        database.exec('COMMIT')
        return size
      } finally {
        if (database.inTransaction) database.exec('ROLLBACK')
      }
    },
  }
}

const keyEntry = ({ idx, text }: { idx: number; text: string }) => ({
  index: idx,
  entry: JSON.parse(text) as LogKeyEntry,
})

function* together(entries: Iterable<AuditedEntry>): Generator<AuditedEntry[], void> {
  let rows: AuditedEntry[] = []
  for (const row of entries) {
    if (rows.push(row) < TOGETHER) continue
    yield rows
    rows = []
  }
  if (rows.length > 0) yield rows
}
