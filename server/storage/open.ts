import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Meter } from '../../shared/domain/meter.ts'
import type { LedgerAudit } from '../ledger/audit.ts'
import type { LedgerStore, LogFormat } from '../ledger/store.ts'
import type { ApiKeyStore } from '../operators/store.ts'
import type { SubjectKeyStore } from '../subjects/keys.ts'
import { sqliteApiKeys } from './sqlite/api-keys.ts'
import { sqliteAudit } from './sqlite/audit.ts'
import { openDatabase } from './sqlite/database.ts'
import { sqliteLedgerStore } from './sqlite/ledger.ts'
import { watchOf } from './sqlite/watch.ts'
import { sqliteWrappedKeys } from './sqlite/subject-keys.ts'
import { openSubjectKeys, type Random } from './wrapped-keys.ts'

export interface StorageOptions {
  /** The data folder; `ledger.db` and `subject-keys.db` are made in it when missing. */
  readonly folder: string
  /** 32 bytes, from `keys/master.key` or the environment. */
  readonly masterKey: Uint8Array
  readonly format: LogFormat
  /** For verify and export beside a running server. */
  readonly readonly?: boolean
  /** Where keys are drawn from; the system's own, asked each time, when left out. */
  readonly random?: Random
  /** Hears of every commit; nothing is counted when left out. */
  readonly meter?: Meter
}

export interface Storage {
  readonly ledgerStore: LedgerStore
  readonly subjectKeys: SubjectKeyStore
  /** Finishes what is being appended, then closes. */
  close(): Promise<void>
}

/** Throws, saying what to do, on a wrong master key, a database from a newer version, or a folder it cannot write. */
export function openStorage({
  folder,
  masterKey,
  format,
  readonly = false,
  random,
  meter,
}: StorageOptions): Storage {
  if (!readonly) mkdirSync(folder, { recursive: true, mode: 0o700 })
  const keyDatabase = openDatabase(join(folder, 'subject-keys.db'), 'subject-keys', { readonly })
  try {
    const wrappedKeys = sqliteWrappedKeys(keyDatabase, meter && watchOf(meter, 'subject-keys', () => 0))
    const subjectKeys = openSubjectKeys(wrappedKeys, masterKey, { readonly, ...(random && { random }) })
    const database = openDatabase(join(folder, 'ledger.db'), 'ledger', { readonly })
    const ledgerStore = sqliteLedgerStore(
      database,
      format,
      meter && watchOf(meter, 'ledger', ({ entries }) => entries.length),
    )
    return {
      ledgerStore,
      subjectKeys,
      close: async () => {
        ledgerStore.finish()
        wrappedKeys.finish()
        database.close()
        keyDatabase.close()
      },
    }
  } catch (cause) {
    keyDatabase.close()
    throw cause
  }
}

/** The rows as they stand, on a read-only connection of its own: for verify, beside whoever appends. */
export function openAudit(folder: string): { readonly audit: LedgerAudit; close(): void } {
  const database = openDatabase(join(folder, 'ledger.db'), 'ledger', { readonly: true })
  return { audit: sqliteAudit(database), close: () => void database.close() }
}

/**
 * What operators may do, in a database of its own: it changes while the ledger only grows, and a ledger restored from a
 * backup brings no revoked key back. Where none was ever made, reading finds an empty one.
 */
export function openOperators(
  folder: string,
  { readonly = false } = {},
): { readonly apiKeys: ApiKeyStore; close(): void } {
  const file = join(folder, 'operators.db')
  const database =
    readonly && !existsSync(file)
      ? openDatabase(':memory:', 'operators')
      : openDatabase(file, 'operators', { readonly })
  return { apiKeys: sqliteApiKeys(database), close: () => void database.close() }
}
