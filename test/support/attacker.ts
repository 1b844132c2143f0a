import SqliteDatabase, { type Database } from 'better-sqlite3'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { openData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { sign } from '../../server/ledger/checkpoint.ts'
import { formatCheckpoint } from '../../server/ledger/checkpoint-text.ts'
import { logFormat } from '../../server/ledger/log-format.ts'
import { hashLeaf, root } from '../../server/ledger/merkle.ts'
import { signNote, type NoteSigner } from '../../server/ledger/note.ts'
import { sqliteAudit } from '../../server/storage/sqlite/audit.ts'
import { sqliteRepair } from '../../server/storage/sqlite/rebuild.ts'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import type { Entry } from '../../shared/domain/entry.ts'
import { SITE } from './app.ts'

/**
 * Somebody who can write the database and knows the code: the triggers are put out of the way, and back afterwards, so that
 * only what was done with the rows is left to be found.
 */
export function forge(folder: string, act: (database: Database) => void, file = 'ledger.db'): void {
  const database = new SqliteDatabase(join(folder, file))
  try {
    database.pragma('foreign_keys = OFF')
    const triggers = database
      .prepare<[], { name: string; sql: string }>(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
      )
      .all()
    for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`)
    act(database)
    for (const { sql } of triggers) database.exec(sql)
  } finally {
    database.close()
  }
}

/** Everything that follows from entries is made again, leaves included, whatever the entries now say. */
export function refit(database: Database): void {
  database.function('leaf_of', text => Buffer.from(hashLeaf(text as string)))
  database.exec('UPDATE entries SET leaf = leaf_of(entry)')
  const believed = { entry() {}, repeated() {}, tree() {}, end() {} }
  for (const _ of sqliteRepair(database, logFormat).rebuild(SITE, believed));
}

/** An entry, with the index it had; `undefined` for one that had none. */
export interface Placed {
  readonly entry: Entry
  readonly was?: number
}

/**
 * Writes the whole log again as a cunning attacker would: indexes follow on, each entry names the previous one of its
 * subject, private parts move along, and all that follows from entries fits them.
 */
export function rewrite(database: Database, change: (entries: Placed[]) => readonly Placed[]): void {
  const before = database
    .prepare<[], { idx: number; entry: string }>('SELECT idx, entry FROM entries ORDER BY idx')
    .all()
    .map(({ idx, entry }) => ({ entry: JSON.parse(entry) as Entry, was: idx }))
  const after = change(before)
  const last = new Map<string, number>()
  const insert = database.prepare("INSERT INTO entries VALUES (?, ?, ?, x'')")
  const move = database.prepare('UPDATE private_parts SET idx = ? WHERE idx = ?')
  database.exec('DELETE FROM entries; UPDATE private_parts SET idx = idx + 1000000')
  after.forEach(({ entry, was }, index) => {
    insert.run(SITE, index, canonicalJson(linked(entry, last, index)))
    if (was !== undefined) move.run(index, was + 1_000_000)
  })
  database.exec('DELETE FROM private_parts WHERE idx >= 1000000')
  refit(database)
}

function linked(entry: Entry, last: Map<string, number>, index: number): Entry {
  if (!('subject' in entry) || entry.subject === undefined) return entry
  const { previous: _, ...rest } = entry
  const previous = last.get(entry.subject)
  last.set(entry.subject, index)
  return previous === undefined ? rest : { ...rest, previous }
}

/** What was signed from so many entries on is taken away, with the cosignatures over it. */
export const forgetSigned = (database: Database, from = 0): void =>
  void database.exec(
    `DELETE FROM cosignatures WHERE size >= ${from}; DELETE FROM checkpoints WHERE size >= ${from}`,
  )

/** The newest checkpoint, over the log as it now is, by whatever key. */
export function signWith(database: Database, key: NoteSigner): void {
  const log = sqliteAudit(database).log(SITE)!
  const note = signNote(formatCheckpoint({ origin: key.name, size: log.size, root: root(log) }), key)
  database.prepare('INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?)').run(SITE, log.size, note)
}

/** The operator's own hand: the log as it now is, signed by its own key, and kept outside the database too. */
export async function signAgain(folder: string): Promise<void> {
  rmSync(join(folder, 'checkpoints', SITE), { force: true })
  const { ledger, close } = await openData(readConfig({ data: folder }, {}), Date.now)
  sign(ledger, SITE, () => {})
  await close()
}
