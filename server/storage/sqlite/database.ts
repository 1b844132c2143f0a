import SqliteDatabase, { type Database } from 'better-sqlite3'
import { closeSync, existsSync, openSync } from 'node:fs'
import { migrate, requireMigrated, type Schema } from './migrate.ts'

/** Several processes may use one file; a writer waits this long for another's commit before it gives up. */
const BUSY_TIMEOUT = 5_000

export interface OpenDatabase {
  readonly readonly?: boolean
  /** Refuses while any other connection, of this or another process, has the file open; keeps every other out until closed. */
  readonly alone?: boolean
}

export function openDatabase(
  path: string,
  schema: Schema,
  { readonly = false, alone = false }: OpenDatabase = {},
): Database {
  try {
    if (!readonly && path !== ':memory:' && !existsSync(path)) createForOwner(path)
    const database = new SqliteDatabase(path, {
      readonly,
      fileMustExist: readonly,
      timeout: alone ? 0 : BUSY_TIMEOUT,
    })
    try {
      // Before the file is looked at: the first look takes the lock.
      if (alone) database.pragma('locking_mode = EXCLUSIVE')
      configure(database, readonly)
      if (readonly) requireMigrated(database, schema)
      else migrate(database, schema)
      return database
    } catch (cause) {
      database.close()
      if (alone && isBusy(cause))
        throw new Error('another process has it open: stop the server, and wait for other commands', {
          cause,
        })
      throw cause
    }
  } catch (cause) {
    throw new Error(`couldn't open ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    })
  }
}

const isBusy = (fault: unknown): boolean =>
  fault instanceof SqliteDatabase.SqliteError && fault.code.startsWith('SQLITE_BUSY')

/** Empty, as SQLite would make it, but for its owner only; the files beside it (-wal, -shm) get the same mode. */
export const createForOwner = (path: string): void => closeSync(openSync(path, 'a', 0o600))

function configure(database: Database, readonly: boolean): void {
  if (!readonly) {
    database.pragma('journal_mode = WAL')
    // An acknowledged entry survives a power cut, not only a crash of this process.
    database.pragma('synchronous = FULL')
    // A page changed by many commits is copied into the file once: a fifth less work an entry than at 1,000.
    database.pragma('wal_autocheckpoint = 4000')
    // What is deleted or moved within the file leaves no copy behind: with this only while erasing, one erased row in ten
    // was still found on a page it had been moved away from.
    database.pragma('secure_delete = ON')
  }
  database.pragma('foreign_keys = ON')
  database.pragma('cache_size = -131072')
}
