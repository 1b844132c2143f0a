import type { Database } from 'better-sqlite3'
import { isOfSubject, type Entry, type TextPublishedEntry } from '../../../shared/domain/entry.ts'
import type {
  AppendedEntry,
  Frontier,
  Hash,
  KnownEntry,
  LogFormat,
  NewEntry,
  TreeNode,
} from '../../ledger/store.ts'
import { sqliteAddresses } from './addresses.ts'
import type { Batch } from './group-commit.ts'
import { saveLogTime } from './log-times.ts'
import { project } from './projections/project.ts'
import type { ProjectionTransaction, SubjectRow } from './projections/transaction.ts'
import { packStanding, unpackStanding } from './projections/standing-row.ts'
import { frontierOf, joinHashes } from './frontier.ts'

export interface AppendWork {
  readonly site: string
  readonly entries: readonly NewEntry[]
}

/** Makes the function that begins one appending transaction; its statements are prepared once. */
export function appendBatches(
  database: Database,
  { encodeEntry, integrate }: LogFormat,
): () => Batch<AppendWork, AppendedEntry[]> {
  const sql = statements(database)
  const addresses = sqliteAddresses(database)
  const saveTime = saveLogTime(database)
  return () => {
    const logs = new Map<string, Frontier>()
    const tx = projectionTransaction(sql, saveTime)

    function perform({ site, entries }: AppendWork): AppendedEntry[] {
      const log = logs.get(site) ?? frontierOf(sql.log.get(site))
      const leaves: Hash[] = []
      const answers = entries.map(entry => appendOne(site, entry, log.size + leaves.length, leaves))
      if (leaves.length > 0) {
        const grown = integrate(log, leaves)
        for (const node of grown.nodes) insertNode(site, node)
        logs.set(site, grown.frontier)
      }
      return answers
    }

    function appendOne(site: string, added: NewEntry, index: number, leaves: Hash[]): AppendedEntry {
      const { id } = added.entry
      const subject = isOfSubject(added.entry) ? added.entry.subject : undefined
      const owner = added.address && addresses.subjectOf(site, added.address.blind)
      if (owner !== undefined && owner !== subject) return { belongsTo: owner }
      if (sql.insertId.run(site, id, index).changes === 0) return { known: knownEntry(site, id) }
      const previous = subject === undefined ? undefined : tx.subject(site, subject)?.lastIndex
      const { entry, text, leaf } = encodeEntry(
        previous === undefined ? added.entry : { ...added.entry, previous },
      )
      sql.insertEntry.run(site, index, text, leaf)
      if (added.private) sql.insertPrivate.run(site, index, subject, added.private.salt, added.private.sealed)
      if (added.address && owner === undefined) addresses.insert(site, added.address)
      if (added.body && entry.type === 'text-published') insertText(site, entry, added.body)
      project(tx, entry, index)
      leaves.push(leaf)
      return { index, receivedAt: entry.receivedAt }
    }

    function knownEntry(site: string, id: string): KnownEntry {
      const { idx, text } = sql.entryById.get(site, id)!
      const part = sql.privatePart.get(site, idx)
      return { index: idx, entry: JSON.parse(text) as Entry, ...(part && { salt: part.salt }) }
    }

    const insertNode = (site: string, { level, n, hash }: TreeNode) =>
      sql.insertNode.run(site, level, n, hash)
    const insertText = (site: string, { text, kind, language }: TextPublishedEntry, body: Uint8Array) =>
      sql.insertText.run(site, text, kind, language ?? null, body)

    return {
      perform,
      finish: () => logs.forEach(({ size, hashes }, site) => sql.saveLog.run(site, size, joinHashes(hashes))),
    }
  }
}

function projectionTransaction(
  sql: ReturnType<typeof statements>,
  saveTime: ProjectionTransaction['saveLogTime'],
): ProjectionTransaction {
  // Lives as long as the transaction, which no other process can write into.
  const subjects = new Map<string, SubjectRow | undefined>()
  return {
    subject: (site, subject) => {
      const key = `${site}\n${subject}`
      if (!subjects.has(key)) {
        const row = sql.subject.get(site, subject)
        subjects.set(key, row && { lastIndex: row.last_index, standing: unpackStanding(row.standing) })
      }
      return subjects.get(key)
    },
    saveSubject: (site, subject, row) => {
      subjects.set(`${site}\n${subject}`, row)
      sql.saveSubject.run(site, subject, row.lastIndex, packStanding(row.standing))
    },
    savePublication: (site, index, configuration) => sql.insertPublication.run(site, index, configuration),
    saveLogTime: saveTime,
  }
}

function statements(database: Database) {
  const write = (text: string) => database.prepare<unknown[]>(text)
  return {
    log: database.prepare<[string], { size: number; frontier: Buffer }>(
      'SELECT size, frontier FROM logs WHERE site = ?',
    ),
    saveLog: write(
      `INSERT INTO logs (site, size, frontier) VALUES (?, ?, ?)
       ON CONFLICT (site) DO UPDATE SET size = excluded.size, frontier = excluded.frontier`,
    ),
    insertId: write(
      'INSERT INTO entry_ids (site, id, idx) VALUES (?, ?, ?) ON CONFLICT (site, id) DO NOTHING',
    ),
    entryById: database.prepare<[string, string], { idx: number; text: string }>(
      `SELECT e.idx, e.entry AS text FROM entry_ids i JOIN entries e ON e.site = i.site AND e.idx = i.idx
       WHERE i.site = ? AND i.id = ?`,
    ),
    insertEntry: write('INSERT INTO entries (site, idx, entry, leaf) VALUES (?, ?, ?, ?)'),
    insertPrivate: write(
      'INSERT INTO private_parts (site, idx, subject, salt, sealed) VALUES (?, ?, ?, ?, ?)',
    ),
    privatePart: database.prepare<[string, number], { salt: Buffer }>(
      'SELECT salt FROM private_parts WHERE site = ? AND idx = ?',
    ),
    insertNode: write('INSERT INTO nodes (site, level, n, hash) VALUES (?, ?, ?, ?)'),
    insertText: write('INSERT INTO texts (site, hash, kind, language, body) VALUES (?, ?, ?, ?, ?)'),
    subject: database.prepare<[string, string], { last_index: number; standing: string }>(
      'SELECT last_index, standing FROM subjects WHERE site = ? AND subject = ?',
    ),
    saveSubject: write(
      `INSERT INTO subjects (site, subject, last_index, standing) VALUES (?, ?, ?, ?)
       ON CONFLICT (site, subject) DO UPDATE SET last_index = excluded.last_index, standing = excluded.standing`,
    ),
    insertPublication: write('INSERT INTO publications (site, idx, configuration) VALUES (?, ?, ?)'),
  }
}
