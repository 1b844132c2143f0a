import type { Database } from 'better-sqlite3'
import { offeredOf, type PublishedConfiguration } from '../../../shared/domain/check-decision.ts'
import type { ConfigurationPublishedEntry, Entry } from '../../../shared/domain/entry.ts'
import type { TextKind } from '../../../shared/domain/publication.ts'
import type { SiteConfiguration } from '../../../shared/domain/site.ts'
import type { Standing } from '../../../shared/domain/standing.ts'
import type { LedgerStore, StoredEntry, StoredText } from '../../ledger/store.ts'
import { appendBatches } from './append.ts'
import { sqliteCheckpoints } from './checkpoints.ts'
import { frontierOf } from './frontier.ts'
import { groupCommit } from './group-commit.ts'

export interface SqliteLedgerStore extends LedgerStore {
  /** Commits what is waiting; appends after it are refused. */
  finish(): void
}

export function sqliteLedgerStore(database: Database): SqliteLedgerStore {
  const sql = statements(database)
  const appends = groupCommit(database, appendBatches(database), 'append entries')
  const published = publishedConfigurations(sql)

  return {
    append: (site, entries, integrate) => appends.submit({ site, entries, integrate }),
    finish: appends.finish,
    sites: () => sql.sites.all().map(row => row.site),
    log: site => frontierOf(sql.log.get(site)),
    entry: (site, index) => storedEntry(sql.entry.get(site, index)),
    entryById: (site, id) => storedEntry(sql.entryById.get(site, id)),
    nodes: (site, level, n, count) =>
      (level === 0 ? sql.leaves.all(site, n, n + count) : sql.nodes.all(site, level, n, n + count)).map(
        row => row.hash,
      ),
    current: site => {
      const row = sql.current.get(site)
      if (!row) return undefined
      const { configuration, files } = JSON.parse(row.text) as ConfigurationPublishedEntry
      return { configuration, files, index: row.idx }
    },
    publication: published,
    text: (site, hash) => storedText(sql.text.get(site, hash)),
    subject: (site, subject) => {
      const row = sql.subject.get(site, subject)
      return row && { lastIndex: row.last_index, standing: JSON.parse(row.standing) as Standing }
    },
    privatePart: (site, subject, index) => sql.privatePart.get(site, subject, index),
    erasePrivateParts: (site, subject) => {
      const { changes } = sql.erase.run(site, subject)
      // The log of changes would still hold the rows: fold it into the file, where they are overwritten.
      if (changes > 0) database.pragma('wal_checkpoint(TRUNCATE)')
      return changes
    },
    ...sqliteCheckpoints(database),
    ping: () => void sql.ping.get(),
  }
}

type Statements = ReturnType<typeof statements>

/** What was published of a configuration changes only with a publication, so the newest one's index guards what is cached. */
function publishedConfigurations(sql: Statements): LedgerStore['publication'] {
  const cache = new Map<string, { readonly newest: number; readonly published: PublishedConfiguration }>()
  return (site, configuration) => {
    const newest = sql.newest.get(site)?.idx
    if (newest === undefined) return undefined
    const key = `${site}\n${configuration}`
    const known = cache.get(key)
    if (known?.newest === newest) return known.published
    const published = readPublished(sql, site, configuration)
    if (published) cache.set(key, { newest, published })
    return published
  }
}

function readPublished(
  sql: Statements,
  site: string,
  configuration: string,
): PublishedConfiguration | undefined {
  const publications = sql.publicationsOf.all(site, configuration)
  const text = publications.length > 0 ? sql.text.get(site, configuration) : undefined
  if (!text) return undefined
  const { purposes } = JSON.parse(text.body.toString()) as SiteConfiguration
  const texts = new Set<string>()
  for (const publication of publications)
    for (const [name, hash] of Object.entries(
      (JSON.parse(publication.text) as ConfigurationPublishedEntry).files,
    ))
      texts.add(`${name}:${hash}`)
  return { purposes: offeredOf(purposes), texts }
}

interface EntryRow {
  readonly idx: number
  readonly text: string
}

interface TextRow {
  readonly hash: string
  readonly kind: TextKind
  readonly language: string | null
  readonly body: Buffer
}

const storedEntry = (row: EntryRow | undefined): StoredEntry | undefined =>
  row && { index: row.idx, text: row.text, entry: JSON.parse(row.text) as Entry }

const storedText = (row: TextRow | undefined): StoredText | undefined =>
  row && {
    hash: row.hash,
    kind: row.kind,
    ...(row.language !== null && { language: row.language }),
    body: row.body,
  }

function statements(database: Database) {
  return {
    sites: database.prepare<[], { site: string }>('SELECT DISTINCT site FROM publications ORDER BY site'),
    log: database.prepare<[string], { size: number; frontier: Buffer }>(
      'SELECT size, frontier FROM logs WHERE site = ?',
    ),
    entry: database.prepare<[string, number], EntryRow>(
      'SELECT idx, entry AS text FROM entries WHERE site = ? AND idx = ?',
    ),
    entryById: database.prepare<[string, string], EntryRow>(
      `SELECT e.idx, e.entry AS text FROM entry_ids i JOIN entries e ON e.site = i.site AND e.idx = i.idx
       WHERE i.site = ? AND i.id = ?`,
    ),
    leaves: database.prepare<[string, number, number], { hash: Buffer }>(
      'SELECT leaf AS hash FROM entries WHERE site = ? AND idx >= ? AND idx < ? ORDER BY idx',
    ),
    nodes: database.prepare<[string, number, number, number], { hash: Buffer }>(
      'SELECT hash FROM nodes WHERE site = ? AND level = ? AND n >= ? AND n < ? ORDER BY n',
    ),
    newest: database.prepare<[string], { idx: number }>(
      'SELECT idx FROM publications WHERE site = ? ORDER BY idx DESC LIMIT 1',
    ),
    current: database.prepare<[string], EntryRow>(
      `SELECT e.idx, e.entry AS text FROM publications p JOIN entries e ON e.site = p.site AND e.idx = p.idx
       WHERE p.site = ? ORDER BY p.idx DESC LIMIT 1`,
    ),
    publicationsOf: database.prepare<[string, string], EntryRow>(
      `SELECT e.idx, e.entry AS text FROM publications p JOIN entries e ON e.site = p.site AND e.idx = p.idx
       WHERE p.site = ? AND p.configuration = ? ORDER BY p.idx`,
    ),
    text: database.prepare<[string, string], TextRow>(
      'SELECT hash, kind, language, body FROM texts WHERE site = ? AND hash = ?',
    ),
    subject: database.prepare<[string, string], { last_index: number; standing: string }>(
      'SELECT last_index, standing FROM subjects WHERE site = ? AND subject = ?',
    ),
    privatePart: database.prepare<[string, string, number], { salt: Buffer; sealed: Buffer }>(
      'SELECT salt, sealed FROM private_parts WHERE site = ? AND subject = ? AND idx = ?',
    ),
    erase: database.prepare<[string, string]>('DELETE FROM private_parts WHERE site = ? AND subject = ?'),
    ping: database.prepare<[], unknown>('SELECT 1 FROM logs LIMIT 1'),
  }
}
