import SqliteDatabase, { type Database } from 'better-sqlite3'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { standAgain } from './stand-again.ts'

export type Schema = 'ledger' | 'subject-keys' | 'operators' | 'hooks' | 'messages' | 'witness'

interface Migration {
  readonly version: number
  readonly path: string
}

const FOLDER = join(import.meta.dirname, 'migrations')

/**
 * From this version on nothing that is deleted leaves a copy of itself in the file (`secure_delete`). An older file is
 * written anew once, before it is migrated: rows that were moved within it left theirs behind.
 */
const WIPED_FROM: Readonly<Partial<Record<Schema, number>>> = { ledger: 5, 'subject-keys': 2 }

/** What SQL alone cannot do: once all files are run, in the same transaction, where an older schema than this was found. */
const AFTER: Readonly<
  Partial<Record<Schema, readonly [version: number, act: (database: Database) => void]>>
> = { ledger: [10, standAgain] }

/**
 * Brings a database to the newest schema, in one transaction: it has all of it or none. There is no way back. Throws where
 * it has other tables than its version should: by guessing, what people said would be read half.
 */
export function migrate(database: Database, schema: Schema, from = FOLDER): void {
  const migrations = migrationsOf(schema, from)
  const newest = migrations.at(-1)!.version
  const current = versionOf(database)
  if (current === newest) return requireItsTables(database, migrations, newest)
  if (current > 0 && current < (WIPED_FROM[schema] ?? 0)) {
    // What is refused is left as it is.
    requireItsTables(database, migrations, current)
    database.exec('VACUUM')
    database.pragma('wal_checkpoint(TRUNCATE)')
  }
  database
    .transaction(() => {
      // Read again: another process may have migrated while this one waited for the lock.
      const version = versionOf(database)
      refuseNewer(database, version, newest)
      requireItsTables(database, migrations, version)
      apply(database, migrations, version)
      const [due = 0, act] = AFTER[schema] ?? []
      if (version < due && newest >= due) act?.(database)
      database.pragma(`user_version = ${newest}`)
    })
    .immediate()
}

/** For connections that may not write: throws unless the schema is exactly the one this code reads. */
export function requireMigrated(database: Database, schema: Schema): void {
  const migrations = migrationsOf(schema, FOLDER)
  const newest = migrations.at(-1)!.version
  const version = versionOf(database)
  refuseNewer(database, version, newest)
  if (version < newest)
    throw new Error(
      `${database.name} has schema ${version}, this Assent reads ${newest}: start its server once to migrate it`,
    )
  requireItsTables(database, migrations, newest)
}

function apply(database: Database, migrations: readonly Migration[], after: number, to = Infinity): void {
  for (const { version, path } of migrations)
    if (version > after && version <= to) database.exec(readFileSync(path, 'utf8'))
}

/** Indexes, triggers and tables that somebody added are left to verify, which names them. */
function requireItsTables(database: Database, migrations: readonly Migration[], version: number): void {
  const fresh = new SqliteDatabase(':memory:')
  try {
    apply(fresh, migrations, 0, version)
    const found = objectsIn(database)
    for (const [name, sql] of objectsIn(fresh))
      if (name.startsWith('table ') && found.get(name) !== sql)
        throw new Error(
          `${database.name} says it has schema ${version}, and its ${name.split(' on ')[0]} is another: it was altered, or made by a version from before the first release, which no later one reads. Nothing was changed: restore a backup, or run the version that made it`,
        )
  } finally {
    fresh.close()
  }
}

const versionOf = (database: Database): number => database.pragma('user_version', { simple: true }) as number

function refuseNewer(database: Database, version: number, newest: number): void {
  if (version > newest)
    throw new Error(
      `${database.name} was written by a newer Assent (schema ${version}, this one knows ${newest}): run that version`,
    )
}

function migrationsOf(schema: Schema, from: string): Migration[] {
  const folder = join(from, schema)
  return readdirSync(folder)
    .filter(name => /^\d{4}-.*\.sql$/.test(name))
    .toSorted()
    .map(name => ({ version: Number(name.slice(0, 4)), path: join(folder, name) }))
}

/** Where a database's tables, indexes and triggers differ from what the migrations make. */
export function schemaFaults(database: Database, schema: Schema): string[] {
  const fresh = new SqliteDatabase(':memory:')
  try {
    migrate(fresh, schema)
    const made = objectsIn(fresh)
    const found = objectsIn(database)
    return [...new Set([...made.keys(), ...found.keys()])]
      .filter(name => made.get(name) !== found.get(name))
      .map(
        name => `${name} ${found.has(name) ? (made.has(name) ? 'was altered' : 'was added') : 'is missing'}`,
      )
  } finally {
    fresh.close()
  }
}

/** `trigger entries_no_update on entries` → its SQL. */
function objectsIn(database: Database): Map<string, string> {
  const rows = database.prepare<[], { name: string; sql: string }>(
    "SELECT type || ' ' || name || ' on ' || tbl_name AS name, coalesce(sql, '') AS sql FROM sqlite_schema",
  )
  return new Map(rows.all().map(({ name, sql }) => [name, sql]))
}
