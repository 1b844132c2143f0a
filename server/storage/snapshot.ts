import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { LedgerStore, LogFormat } from '../ledger/store.ts'
import { copyDatabase } from './sqlite/copy.ts'
import { openDatabase } from './sqlite/database.ts'
import { sqliteLedgerStore } from './sqlite/ledger.ts'
import { takeLock, type HeldLock, type TakenLock } from './sqlite/lock.ts'

/** Kept apart from all others: what it holds makes copies of the rest readable. */
export const SUBJECT_KEYS = 'subject-keys.db'

/** Files of the engine beside its databases, and locks: they mean nothing without what they stand beside. */
export const ENGINE_FILES = /\.(db|db-wal|db-shm|db-journal|lock|lock-journal)$/

/** Every database of a data folder that is there, in the order in which they have to be copied. */
export function databasesIn(folder: string): string[] {
  const found = readdirSync(folder).filter(name => name.endsWith('.db'))
  const others = found.filter(name => name !== 'ledger.db' && name !== SUBJECT_KEYS).toSorted()
  // The ledger before the keys: a key is on disk before what it seals, so that none is missing that the copy needs.
  return ['ledger.db', ...others, SUBJECT_KEYS].filter(name => existsSync(join(folder, name)))
}

/** Copies databases beside whoever uses them, each as it stands at one moment. */
export async function copyDatabases(
  folder: string,
  into: string,
  progress: (text: string) => void,
): Promise<void> {
  for (const name of databasesIn(folder))
    // oxlint-disable-next-line no-await-in-loop -- the order is what makes the copies fit each other
    await copyDatabase(join(folder, name), join(into, name), (bytes, of) =>
      progress(`${name}: ${Math.floor((100 * bytes) / Math.max(1, of))} % copied`),
    )
}

/** Reads a ledger that nobody writes, without the keys that open its sealed parts. */
export function openLedgerCopy(
  folder: string,
  format: LogFormat,
): { readonly store: LedgerStore; close(): void } {
  const database = openDatabase(join(folder, 'ledger.db'), 'ledger', { readonly: true })
  return { store: sqliteLedgerStore(database, format), close: () => void database.close() }
}

/** What one process at a time does with a data folder. */
export type LockName = 'server' | 'backup' | 'master-key'

export const lockFolder = (folder: string, what: LockName): HeldLock | TakenLock =>
  takeLock(join(folder, `${what}.lock`))
