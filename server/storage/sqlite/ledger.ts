import { statSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import { offeredOf, type PublishedConfiguration } from '../../../shared/domain/check-decision.ts'
import type {
  ConfigurationPublishedEntry,
  Entry,
  ListCheckedEntry,
  LogKeyEntry,
} from '../../../shared/domain/entry.ts'
import type { TextKind } from '../../../shared/domain/publication.ts'
import type { SiteConfiguration } from '../../../shared/domain/site.ts'
import type { Publication, LedgerStore, LogFormat, StoredEntry, StoredText } from '../../ledger/store.ts'
import { sqliteAddresses } from './addresses.ts'
import { appendBatches, type AppendWork } from './append.ts'
import { sqliteCheckpoints } from './checkpoints.ts'
import { sqliteCosignatures } from './cosignatures.ts'
import { frontierOf } from './frontier.ts'
import { groupCommit, type CommitWatch } from './group-commit.ts'
import { sqliteLogTimes } from './log-times.ts'
import { momentOf } from './moment.ts'
import { sqliteNodes } from './node-blocks.ts'
import { settle } from './settle.ts'
import { readSubjects } from './subject-rows.ts'

export interface SqliteLedgerStore extends LedgerStore {
  /** Commits what is waiting; appends after it are refused. */
  finish(): void
}

export function sqliteLedgerStore(
  database: Database,
  format: LogFormat,
  watch?: CommitWatch<AppendWork>,
): SqliteLedgerStore {
  const sql = statements(database)
  const appends = groupCommit(database, appendBatches(database, format), 'append entries', watch)
  const published = publishedConfigurations(sql)
  const subjects = readSubjects(database)

  return {
    append: (site, entries) => appends.submit({ site, entries }),
    finish: appends.finish,
    snapshot: momentOf(database).read,
    sites: () => sql.sites.all().map(row => row.site),
    log: site => frontierOf(sql.log.get(site)),
    size: site => sql.size.get(site) ?? 0,
    entry: (site, index) => storedEntry(sql.entry.get(site, index)),
    entryById: (site, id) => storedEntry(sql.entryById.get(site, id)),
    entryTexts: (site, first, count) => sql.entryTexts.all(site, first, first + count).map(row => row.text),
    keyEntries: keyEntries(sql),
    listChecks: (site, { list = null, from = 0, to = FOREVER, before = FOREVER, most }) =>
      (list === null
        ? sql.listChecks.all(site, before, from, to, most)
        : sql.checksOfList.all(site, list, before, from, to, most)
      ).map(({ idx, text }) => ({ index: idx, entry: JSON.parse(text) as ListCheckedEntry })),
    current: currentPublications(sql),
    publicationBefore: (site, size) => {
      const row = sql.newestBefore.get(site, size)
      return row && publicationIn(row)
    },
    publications: site => sql.allPublications.all(site).map(publicationIn),
    publication: published,
    text: (site, hash) => storedText(sql.text.get(site, hash)),
    subject: (site, subject) => {
      const row = subjects(site, subject)
      return row && { lastIndex: row.lastIndex, standing: row.standing }
    },
    privatePart: (site, index) => sql.privatePart.get(site, index),
    ...sqliteAddresses(database),
    settle: () => settle(database),
    ...sqliteCheckpoints(database),
    ...sqliteCosignatures(database),
    ...sqliteLogTimes(database),
    ...sqliteNodes(database),
    ping: () => {
      // SQLite answers from its cache for a file that was emptied or removed from under it.
      if (statSync(database.name).size === 0) throw new Error(`${database.name} is empty`)
      sql.ping.get()
    },
  }
}

const FOREVER = Number.MAX_SAFE_INTEGER

type Statements = ReturnType<typeof statements>

const PUBLICATIONS_KEPT = 256

/** Asked for with every request, so the newest publication is parsed once; its index, cheap to read, guards it. */
function currentPublications(sql: Statements): LedgerStore['current'] {
  const cache = new Map<string, Publication>()
  return (site, beginning = '') => {
    // Every hash that begins so sorts from it up to it with something higher than any hex digit behind.
    const newest = (beginning ? sql.newestOf.get(site, beginning, `${beginning}g`) : sql.newest.get(site))
      ?.idx
    if (newest === undefined) return undefined
    const known = cache.get(`${site}\n${beginning}`)
    if (known?.index === newest) return known
    const current = publicationIn(sql.entry.get(site, newest)!)
    if (cache.size >= PUBLICATIONS_KEPT) cache.clear()
    cache.set(`${site}\n${beginning}`, current)
    return current
  }
}

/** Asked for with every signature, so read again only when there is a newer one; its index is cheap to read. */
function keyEntries(sql: Statements): LedgerStore['keyEntries'] {
  const cache = new Map<string, { newest: number; entries: ReturnType<LedgerStore['keyEntries']> }>()
  return site => {
    const newest = sql.newestKeyEntry.get(site)?.idx ?? -1
    const known = cache.get(site)
    if (known?.newest === newest) return known.entries
    const entries = sql.keyEntries
      .all(site)
      .map(({ idx, text }) => ({ index: idx, entry: JSON.parse(text) as LogKeyEntry }))
    cache.set(site, { newest, entries })
    return entries
  }
}

/**
 * What was once published stays published, so a yes is answered from memory for ever. Only a text not seen yet looks
 * again, for this or another process may have published since.
 */
function publishedConfigurations(sql: Statements): LedgerStore['publication'] {
  const cache = new Map<string, PublishedConfiguration>()
  return (site, configuration) => {
    const key = `${site}\n${configuration}`
    const known = cache.get(key)
    if (known) return known
    const read = readConfiguration(sql, site, configuration)
    if (!read) return undefined
    const { choice }: Partial<SiteConfiguration> = read
    const tool = choice?.takeOver?.tool
    const published = {
      purposes: offeredOf(read.purposes),
      programs: read.programs,
      // Those of the earliest versions say nothing of regions.
      rules: read.regimes?.rules ?? [],
      ...(tool !== undefined && { tool }),
      texts: publishedTexts(sql, site, configuration),
    }
    cache.set(key, published)
    return published
  }
}

function readConfiguration(
  sql: Statements,
  site: string,
  configuration: string,
): SiteConfiguration | undefined {
  if (!sql.latestOf.get(site, configuration)) return undefined
  const text = sql.text.get(site, configuration)
  if (!text) throw new Error(`the configuration ${configuration} of ${site} is missing: run assent verify`)
  return JSON.parse(text.body.toString()) as SiteConfiguration
}

function publishedTexts(
  sql: Statements,
  site: string,
  configuration: string,
): PublishedConfiguration['texts'] {
  const texts = new Set<string>()
  let read = -1
  return {
    has: name => {
      if (texts.has(name)) return true
      const latest = sql.latestOf.get(site, configuration)!.idx
      if (latest === read) return false
      read = latest
      for (const row of sql.publicationsOf.all(site, configuration))
        for (const [file, hash] of Object.entries(
          (JSON.parse(row.text) as ConfigurationPublishedEntry).files,
        ))
          texts.add(`${file}:${hash}`)
      return texts.has(name)
    },
  }
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

function publicationIn({ idx, text }: EntryRow): Publication {
  const { configuration, files, receivedAt } = JSON.parse(text) as ConfigurationPublishedEntry
  return { configuration, files, index: idx, publishedAt: receivedAt }
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
    size: database.prepare<[string], number>('SELECT size FROM logs WHERE site = ?').pluck(),
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
    newest: database.prepare<[string], { idx: number }>(
      'SELECT idx FROM publications WHERE site = ? ORDER BY idx DESC LIMIT 1',
    ),
    newestOf: database.prepare<[string, string, string], { idx: number }>(
      `SELECT idx FROM publications WHERE site = ? AND configuration >= ? AND configuration < ?
       ORDER BY idx DESC LIMIT 1`,
    ),
    newestBefore: database.prepare<[string, number], EntryRow>(
      `SELECT e.idx, e.entry AS text FROM publications p JOIN entries e ON e.site = p.site AND e.idx = p.idx
       WHERE p.site = ? AND p.idx < ? ORDER BY p.idx DESC LIMIT 1`,
    ),
    latestOf: database.prepare<[string, string], { idx: number }>(
      'SELECT idx FROM publications WHERE site = ? AND configuration = ? ORDER BY idx DESC LIMIT 1',
    ),
    publicationsOf: database.prepare<[string, string], EntryRow>(
      `SELECT e.idx, e.entry AS text FROM publications p JOIN entries e ON e.site = p.site AND e.idx = p.idx
       WHERE p.site = ? AND p.configuration = ? ORDER BY p.idx`,
    ),
    entryTexts: database.prepare<[string, number, number], { text: string }>(
      'SELECT entry AS text FROM entries WHERE site = ? AND idx >= ? AND idx < ? ORDER BY idx',
    ),
    newestKeyEntry: database.prepare<[string], { idx: number }>(
      'SELECT idx FROM log_keys WHERE site = ? ORDER BY idx DESC LIMIT 1',
    ),
    keyEntries: database.prepare<[string], EntryRow>(
      `SELECT e.idx, e.entry AS text FROM log_keys k JOIN entries e ON e.site = k.site AND e.idx = k.idx
       WHERE k.site = ? ORDER BY k.idx`,
    ),
    listChecks: database.prepare<[string, number, number, number, number], EntryRow>(
      `SELECT e.idx, e.entry AS text FROM list_checks c JOIN entries e ON e.site = c.site AND e.idx = c.idx
       WHERE c.site = ? AND c.idx < ? AND c.at >= ? AND c.at < ? ORDER BY c.idx DESC LIMIT ?`,
    ),
    checksOfList: database.prepare<[string, string, number, number, number, number], EntryRow>(
      `SELECT e.idx, e.entry AS text FROM list_checks c JOIN entries e ON e.site = c.site AND e.idx = c.idx
       WHERE c.site = ? AND c.list = ? AND c.idx < ? AND c.at >= ? AND c.at < ? ORDER BY c.idx DESC LIMIT ?`,
    ),
    allPublications: database.prepare<[string], EntryRow>(
      `SELECT e.idx, e.entry AS text FROM publications p JOIN entries e ON e.site = p.site AND e.idx = p.idx
       WHERE p.site = ? ORDER BY p.idx`,
    ),
    text: database.prepare<[string, string], TextRow>(
      'SELECT hash, kind, language, body FROM texts WHERE site = ? AND hash = ?',
    ),
    privatePart: database.prepare<[string, number], { salt: Buffer; sealed: Buffer }>(
      'SELECT salt, sealed FROM private_parts WHERE site = ? AND idx = ?',
    ),
    ping: database.prepare<[], unknown>('SELECT 1 FROM logs LIMIT 1'),
  }
}
