import type { Database } from 'better-sqlite3'
import type { Frontier, Hash, LogFormat } from '../../ledger/store.ts'
import type { AddressRow } from '../../subjects/identify.ts'
import { frontierOf, joinHashes } from './frontier.ts'
import { keptTimes } from './log-times.ts'
import { growingNodes } from './node-blocks.ts'
import type { ProjectionTransaction, SubjectRow } from './projections/transaction.ts'
import { readSubjects, writeSubjects, type SubjectWriter } from './subject-rows.ts'

/**
 * Everything that follows from entries, whether they are being appended or were long ago. Lives no longer than a
 * transaction, which no other process can write into: what it has read stays true.
 */
export interface Derived {
  /** Size and frontier of a log, with what was added so far. */
  log(site: string): Frontier
  /** `false` when another entry has this id. */
  claimId(site: string, id: string, index: number): boolean
  /** An address nobody named before: it leads to its subject from the next entry on, which is that subject's. */
  lead(site: string, address: AddressRow): void
  readonly projections: ProjectionTransaction
  /** Lets the tree grow by leaves. */
  grow(site: string, leaves: readonly Hash[]): void
  /** Writes what is written once for all that was added. */
  save(): void
}

/** Makes the function that begins one; its statements are prepared once. */
export function derivedTables(database: Database, integrate: LogFormat['integrate']): () => Derived {
  const sql = statements(database)
  const beginTimes = keptTimes(database)
  const beginNodes = growingNodes(database)
  const rows = { read: readSubjects(database), ...writeSubjects(database) }
  return () => {
    const logs = new Map<string, Frontier>()
    const nodes = beginNodes()
    const leading = new Map<string, AddressRow>()
    const log = (site: string): Frontier => logs.get(site) ?? frontierOf(sql.log.get(site))
    return {
      log,
      claimId: (site, id, index) => sql.insertId.run(site, id, index).changes > 0,
      lead: (site, address) => void leading.set(keyOf(site, address.subject), address),
      projections: projections(sql, rows, leading, beginTimes()),
      grow(site, leaves) {
        const tree = log(site)
        const grown = integrate(tree, leaves)
        leaves.forEach((hash, i) => nodes.add(site, { level: 0, n: tree.size + i, hash }))
        for (const node of grown.nodes) nodes.add(site, node)
        logs.set(site, grown.frontier)
      },
      save() {
        nodes.save()
        logs.forEach(({ size, hashes }, site) => sql.saveLog.run(site, size, joinHashes(hashes)))
      },
    }
  }
}

const keyOf = (site: string, subject: string): string => `${site}\n${subject}`

function projections(
  sql: ReturnType<typeof statements>,
  rows: { readonly read: ReturnType<typeof readSubjects> } & SubjectWriter,
  leading: Map<string, AddressRow>,
  saveTime: ProjectionTransaction['saveTime'],
): ProjectionTransaction {
  const subjects = new Map<string, SubjectRow | undefined>()
  return {
    subject: (site, subject) => {
      const key = keyOf(site, subject)
      if (!subjects.has(key)) subjects.set(key, rows.read(site, subject))
      return subjects.get(key)
    },
    saveSubject: (site, subject, row) => {
      const key = keyOf(site, subject)
      const address = leading.get(key)
      subjects.set(key, address ? { ...row, address: address.blind } : row)
      if (!address) return rows.save(site, subject, row)
      leading.delete(key)
      rows.saveFirst(site, address, row)
    },
    savePublication: (site, index, configuration) => sql.insertPublication.run(site, index, configuration),
    saveKeyEntry: (site, index) => sql.insertKeyEntry.run(site, index),
    saveListCheck: (site, index, list, at) => sql.insertListCheck.run(site, index, list, at),
    saveTime,
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
    insertKeyEntry: write('INSERT INTO log_keys (site, idx) VALUES (?, ?)'),
    insertListCheck: write('INSERT INTO list_checks (site, idx, list, at) VALUES (?, ?, ?, ?)'),
    insertPublication: write('INSERT INTO publications (site, idx, configuration) VALUES (?, ?, ?)'),
  }
}
