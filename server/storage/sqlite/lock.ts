import SqliteDatabase from 'better-sqlite3'
import { existsSync } from 'node:fs'
import { createForOwner } from './database.ts'

/** A lock that a process holds until it lets go or dies: the system takes it back from whoever crashed. */
export interface HeldLock {
  release(): void
}

export interface TakenLock {
  /** Process that holds it, by its own count: another container numbers its processes anew. */
  readonly heldBy: number
}

/**
 * Takes the lock of a file, or says who has it. It is the write lock of an SQLite database that is empty but for the
 * number of the process in its header, which whoever is refused can read: Node has no other lock that ends with its holder.
 */
export function takeLock(path: string): HeldLock | TakenLock {
  // Never opened otherwise once it is there: closing a file drops every lock its process has on it (POSIX).
  if (!existsSync(path)) createForOwner(path)
  const database = new SqliteDatabase(path, { timeout: 0 })
  try {
    database.exec('BEGIN IMMEDIATE')
    database.pragma(`user_version = ${process.pid}`)
    database.exec('COMMIT; BEGIN IMMEDIATE')
    return { release: () => void database.close() }
  } catch (cause) {
    const heldBy = isBusy(cause) ? holderOf(database) : undefined
    database.close()
    if (heldBy === undefined) throw new Error(`couldn't lock ${path}`, { cause })
    return { heldBy }
  }
}

function holderOf(database: SqliteDatabase.Database): number {
  try {
    return database.pragma('user_version', { simple: true }) as number
  } catch (cause) {
    // Just being written by whoever was faster.
    if (isBusy(cause)) return 0
    throw cause
  }
}

const isBusy = (fault: unknown): boolean =>
  fault instanceof SqliteDatabase.SqliteError && fault.code.startsWith('SQLITE_BUSY')
