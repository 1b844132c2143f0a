import type { Database } from 'better-sqlite3'
import type { Standing } from '../../../shared/domain/standing.ts'
import type {
  AuditedCosignature,
  AuditedEntry,
  AuditedSubject,
  AuditedTable,
  LedgerAudit,
} from '../../ledger/audit.ts'
import type { AddressRow, SuppressionRow } from '../../subjects/identify.ts'
import { sqliteAddresses } from './addresses.ts'
import { schemaFaults } from './migrate.ts'
import { frontierOf } from './frontier.ts'
import { TIMES_EVERY } from './log-times.ts'
import { BLOCK_WIDTH } from './node-blocks.ts'
import { packStanding, unpackStanding } from './projections/standing-row.ts'
import { ELSEWHERE } from './subject-rows.ts'

const PAGE = 1_000

const TABLES: Readonly<Record<AuditedTable, true>> = {
  logs: true,
  entries: true,
  entry_ids: true,
  private_parts: true,
  node_blocks: true,
  texts: true,
  checkpoints: true,
  cosignatures: true,
  subjects: true,
  publications: true,
  addresses: true,
  log_keys: true,
  suppressions: true,
  log_times: true,
  list_checks: true,
}

/** On a connection of its own: its snapshot must not hold up who appends. */
export function sqliteAudit(database: Database): LedgerAudit {
  const sql = statements(database)
  return {
    snapshot: body => snapshot(database, body),
    integrity: () => integrity(database),
    sites: () => [...new Set(Object.keys(TABLES).flatMap(table => sitesOf(database, table)))].sort(),
    count: (site, table) =>
      database
        .prepare<[string], { n: number }>(`SELECT count(*) AS n FROM ${table} WHERE site = ?`)
        .get(site)!.n,
    log: site => {
      const row = sql.log.get(site)
      return row && frontierOf(row)
    },
    entries: site =>
      pages<AuditedEntry, number>(
        after => sql.entries.all(site, after ?? -1),
        row => row.index,
      ),
    entry: (site, index) => sql.entry.get(site, index),
    indexOf: (site, id) => sql.indexOf.get(site, id)?.idx,
    blockWidth: BLOCK_WIDTH,
    nodeBlock: (site, level, n) => sql.nodeBlock.get(site, level, n)?.hashes,
    privatePart: (site, index) => sql.privatePart.get(site, index),
    text: (site, hash) => {
      const row = sql.text.get(site, hash)
      return (
        row && { kind: row.kind, ...(row.language !== null && { language: row.language }), body: row.body }
      )
    },
    publication: (site, index) => sql.publication.get(site, index)?.configuration,
    timesEvery: TIMES_EVERY,
    logTime: (site, size) => sql.logTime.get(site, size)?.latest,
    checkpoints: site =>
      pages<{ size: number; note: string }, number>(
        after => sql.checkpoints.all(site, after ?? -1),
        row => row.size,
      ),
    checkpointNote: (site, size) => sql.checkpointNote.get(site, size)?.note,
    cosignatures: site =>
      pages<AuditedCosignature, AuditedCosignature>(
        after => sql.cosignatures.all(site, after?.size ?? -1, after?.witness ?? ''),
        row => row,
      ),
    lastCosignatures: site => sql.lastCosignatures.all(site, site),
    subjects: site => subjects(sql, site),
    hasSubject: (site, subject) => sql.hasSubject.get(site, subject) !== undefined,
    isKeyEntry: (site, index) => sql.isKeyEntry.get(site, index) !== undefined,
    isListCheck: (site, index) => sql.isListCheck.get(site, index) !== undefined,
    addresses: site =>
      pages<AddressRow, Uint8Array>(
        after => sql.addresses.all(site, after ?? Buffer.alloc(0)),
        row => row.blind,
      ),
    addressOfSubject: (site, subject) => sql.addressOfSubject.get(site, subject)?.address ?? undefined,
    subjectOfAddress: sqliteAddresses(database).subjectOfAddress,
    suppressions: site =>
      pages<SuppressionRow, Uint8Array>(
        after => sql.suppressions.all(site, after ?? Buffer.alloc(0)),
        row => row.blind,
      ),
  }
}

function* snapshot<T>(database: Database, body: () => Generator<T, void>): Generator<T, void> {
  if (database.inTransaction) return yield* body()
  database.exec('BEGIN')
  try {
    yield* body()
  } finally {
    database.exec('ROLLBACK')
  }
}

/** A trigger that is gone lets rows be edited; one that was added may refuse withdrawals or copy what is erased. */
function integrity(database: Database): string[] {
  const rows = database.pragma('integrity_check') as { integrity_check: string }[]
  const orphans = database.pragma('foreign_key_check') as { table: string; parent: string }[]
  return [
    ...rows.map(row => row.integrity_check).filter(line => line !== 'ok'),
    ...orphans.map(row => `${row.table} has a row that belongs to no row of ${row.parent}`),
    ...schemaFaults(database, 'ledger'),
  ]
}

/** One seek per site, where DISTINCT would read every row. */
function sitesOf(database: Database, table: string): string[] {
  const next = database.prepare<[string], { site: string | null }>(
    `SELECT min(site) AS site FROM ${table} WHERE site > ?`,
  )
  const sites: string[] = []
  const nameless = database.prepare(`SELECT 1 FROM ${table} WHERE site = '' LIMIT 1`).get()
  if (nameless !== undefined) sites.push('')
  for (let site = next.get('')!.site; site !== null; site = next.get(site)!.site) sites.push(site)
  return sites
}

function* pages<Row, Key>(read: (after: Key | undefined) => Row[], keyOf: (row: Row) => Key): Generator<Row> {
  for (let rows = read(undefined); rows.length > 0; rows = read(keyOf(rows.at(-1)!))) yield* rows
}

function* subjects(sql: Statements, site: string): Generator<AuditedSubject> {
  const rows = pages<SubjectRow, string>(
    after => sql.subjects.all(site, after ?? ''),
    row => row.subject,
  )
  for (const { subject, lastIndex, own, address, beside } of rows)
    if (address === null)
      yield { subject, lastIndex, standing: readStanding(own), column: 'subjects.standing' }
    else if (own !== ELSEWHERE) yield { subject, lastIndex, standing: undefined, column: 'subjects.standing' }
    else yield { subject, lastIndex, standing: readStanding(beside), column: 'addresses.standing' }
}

function readStanding(text: string | null): Standing | undefined {
  if (text === null) return undefined
  try {
    const standing = unpackStanding(text)
    return packStanding(standing) === text ? standing : undefined
  } catch {
    // A row that does not parse is what verify is looking for: it says so itself.
    return undefined
  }
}

interface SubjectRow {
  readonly subject: string
  readonly lastIndex: number
  readonly own: string
  readonly address: Buffer | null
  readonly beside: string | null
}

type Statements = ReturnType<typeof statements>

function statements(database: Database) {
  const entry = 'SELECT idx AS "index", CAST(entry AS BLOB) AS bytes, leaf FROM entries WHERE site = ?'
  return {
    log: database.prepare<[string], { size: number; frontier: Buffer }>(
      'SELECT size, frontier FROM logs WHERE site = ?',
    ),
    entries: database.prepare<[string, number], AuditedEntry>(
      `${entry} AND idx > ? ORDER BY idx LIMIT ${PAGE}`,
    ),
    entry: database.prepare<[string, number], AuditedEntry>(`${entry} AND idx = ?`),
    indexOf: database.prepare<[string, string], { idx: number }>(
      'SELECT idx FROM entry_ids WHERE site = ? AND id = ?',
    ),
    nodeBlock: database.prepare<[string, number, number], { hashes: Buffer }>(
      'SELECT hashes FROM node_blocks WHERE site = ? AND level = ? AND n = ?',
    ),
    privatePart: database.prepare<[string, number], { subject: string; salt: Buffer; sealed: Buffer }>(
      'SELECT subject, salt, sealed FROM private_parts WHERE site = ? AND idx = ?',
    ),
    text: database.prepare<[string, string], { kind: string; language: string | null; body: Buffer }>(
      'SELECT kind, language, body FROM texts WHERE site = ? AND hash = ?',
    ),
    publication: database.prepare<[string, number], { configuration: string }>(
      'SELECT configuration FROM publications WHERE site = ? AND idx = ?',
    ),
    logTime: database.prepare<[string, number], { latest: number }>(
      'SELECT latest FROM log_times WHERE site = ? AND size = ?',
    ),
    checkpoints: database.prepare<[string, number], { size: number; note: string }>(
      `SELECT size, note FROM checkpoints WHERE site = ? AND size > ? ORDER BY size LIMIT ${PAGE}`,
    ),
    checkpointNote: database.prepare<[string, number], { note: string }>(
      'SELECT note FROM checkpoints WHERE site = ? AND size = ?',
    ),
    cosignatures: database.prepare<[string, number, string], AuditedCosignature>(
      `SELECT size, witness, line FROM cosignatures WHERE site = ? AND (size, witness) > (?, ?)
       ORDER BY size, witness LIMIT ${PAGE}`,
    ),
    lastCosignatures: database.prepare<[string, string], AuditedCosignature>(
      `SELECT c.size, c.witness, c.line FROM cosignatures c JOIN (
         SELECT witness, max(size) AS size FROM cosignatures WHERE site = ? GROUP BY witness
       ) last ON c.witness = last.witness AND c.size = last.size WHERE c.site = ? ORDER BY c.witness`,
    ),
    subjects: database.prepare<[string, string], SubjectRow>(
      `SELECT subject, last_index AS lastIndex, standing AS own, address, (
         SELECT a.standing FROM addresses a WHERE a.site = s.site AND a.blind = s.address AND a.subject = s.subject
       ) AS beside
       FROM subjects s WHERE site = ? AND subject > ? ORDER BY subject LIMIT ${PAGE}`,
    ),
    addressOfSubject: database.prepare<[string, string], { address: Buffer | null }>(
      'SELECT address FROM subjects WHERE site = ? AND subject = ?',
    ),
    addresses: database.prepare<[string, Uint8Array], AddressRow>(
      `SELECT blind, subject, tie FROM addresses WHERE site = ? AND blind > ? ORDER BY blind LIMIT ${PAGE}`,
    ),
    isKeyEntry: database.prepare<[string, number], unknown>(
      'SELECT 1 FROM log_keys WHERE site = ? AND idx = ?',
    ),
    isListCheck: database.prepare<[string, number], unknown>(
      `SELECT 1 FROM list_checks c JOIN entries e ON e.site = c.site AND e.idx = c.idx
       WHERE c.site = ? AND c.idx = ? AND c.list = e.entry ->> 'list' AND c.at = e.entry ->> 'receivedAt'`,
    ),
    suppressions: database.prepare<[string, Uint8Array], SuppressionRow>(
      `SELECT blind, at, tie FROM suppressions WHERE site = ? AND blind > ? ORDER BY blind LIMIT ${PAGE}`,
    ),
    hasSubject: database.prepare<[string, string], unknown>(
      'SELECT 1 FROM subjects WHERE site = ? AND subject = ?',
    ),
  }
}
