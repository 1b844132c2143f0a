import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Meter } from '../../shared/domain/meter.ts'
import type { HookStore } from '../hooks/store.ts'
import type { LedgerAudit } from '../ledger/audit.ts'
import type { LedgerRepair } from '../ledger/rebuild.ts'
import type { LedgerStore, LogFormat } from '../ledger/store.ts'
import type { MessageStore } from '../messages/store.ts'
import type { ApiKeyStore } from '../operators/store.ts'
import type { KeyProvider } from '../subjects/key-provider.ts'
import type { SubjectKeyStore } from '../subjects/keys.ts'
import type { WitnessStore } from '../witness/store.ts'
import { openKeyring, type Random } from './keyring.ts'
import { masterKeyChange, type MasterKeyChange } from './master-key.ts'
import { sqliteApiKeys } from './sqlite/api-keys.ts'
import { sqliteAudit } from './sqlite/audit.ts'
import { openDatabase } from './sqlite/database.ts'
import { sqliteHooks } from './sqlite/hooks.ts'
import { sqliteKeyring } from './sqlite/keyring.ts'
import { sqliteMessages } from './sqlite/messages.ts'
import type { Schema } from './sqlite/migrate.ts'
import { sqliteRepair } from './sqlite/rebuild.ts'
import { sqliteLedgerStore } from './sqlite/ledger.ts'
import { watchOf } from './sqlite/watch.ts'
import { sqliteWrappedKeys } from './sqlite/subject-keys.ts'
import { sqliteWitness } from './sqlite/witness.ts'
import { openSubjectKeys } from './wrapped-keys.ts'

export interface StorageOptions {
  /** The data folder; `ledger.db` and `subject-keys.db` are made in it when missing. */
  readonly folder: string
  /** The master key, wherever it is kept. */
  readonly keyProvider: KeyProvider
  readonly format: LogFormat
  /** For verify and export beside a running server. */
  readonly readonly?: boolean
  /** Where keys are drawn from; the system's own, asked each time, when left out. */
  readonly random?: Random
  /** Dates what is added to the keyring; the system's clock when left out. */
  readonly now?: () => number
  /** Hears of every commit; nothing is counted when left out. */
  readonly meter?: Meter
}

export interface Storage {
  readonly ledgerStore: LedgerStore
  readonly subjectKeys: SubjectKeyStore
  /** What the keys of the blind index are derived from, and the one that wraps the secrets of hooks. */
  readonly blindRoot: Uint8Array
  readonly masterKey: MasterKeyChange
  /** Finishes what is being appended, then closes. */
  close(): Promise<void>
}

/** Throws, saying what to do, on a wrong master key, a database from a newer version, or a folder it cannot write. */
export async function openStorage({
  folder,
  keyProvider: provider,
  format,
  readonly = false,
  random,
  now = Date.now,
  meter,
}: StorageOptions): Promise<Storage> {
  if (!readonly) mkdirSync(folder, { recursive: true, mode: 0o700 })
  const keyDatabase = openDatabase(join(folder, 'subject-keys.db'), 'subject-keys', { readonly })
  try {
    const keyringStore = sqliteKeyring(keyDatabase)
    const drawn = { now, ...(random && { random }) }
    const keyring = await openKeyring(keyringStore, { provider, readonly, ...drawn })
    const wrappedKeys = sqliteWrappedKeys(keyDatabase, meter && watchOf(meter, 'subject-keys', () => 0))
    const database = openDatabase(join(folder, 'ledger.db'), 'ledger', { readonly })
    const ledgerStore = sqliteLedgerStore(
      database,
      format,
      meter && watchOf(meter, 'ledger', ({ entries }) => entries.length),
    )
    return {
      ledgerStore,
      subjectKeys: openSubjectKeys(wrappedKeys, keyring, random),
      blindRoot: keyring.blindRoot,
      masterKey: masterKeyChange(keyringStore, provider, drawn),
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

export interface OpenAudit {
  readonly audit: LedgerAudit
  /** The same on another connection, which sees what is so now while `audit` holds an older moment. */
  readonly latest: LedgerAudit
  close(): void
}

/** The rows as they stand, on read-only connections of its own: for verify, beside whoever appends. */
export function openAudit(folder: string): OpenAudit {
  const open = () => openDatabase(join(folder, 'ledger.db'), 'ledger', { readonly: true })
  const [database, now] = [open(), open()]
  return {
    audit: sqliteAudit(database),
    latest: sqliteAudit(now),
    close: () => [database, now].forEach(each => void each.close()),
  }
}

/** For rebuilding projections. Throws while another process has the database open: it would wait, or be refused, too long. */
export function openRepair(
  folder: string,
  format: LogFormat,
): { readonly repair: LedgerRepair; close(): void } {
  const database = openDatabase(join(folder, 'ledger.db'), 'ledger', { alone: true })
  return { repair: sqliteRepair(database, format), close: () => void database.close() }
}

/**
 * What operators may do, in a database of its own: it changes while the ledger only grows, and a ledger restored from a
 * backup brings no revoked key back. Where none was ever made, reading finds an empty one.
 */
export function openOperators(
  folder: string,
  { readonly = false } = {},
): { readonly apiKeys: ApiKeyStore; close(): void } {
  const database = openOrEmpty(join(folder, 'operators.db'), 'operators', readonly)
  return { apiKeys: sqliteApiKeys(database), close: () => void database.close() }
}

/** Messages to and from people, in a database of their own; read where none was ever written, it is an empty one. */
export function openMessages(
  folder: string,
  { readonly = false } = {},
): { readonly messages: MessageStore; close(): void } {
  const database = openOrEmpty(join(folder, 'messages.db'), 'messages', readonly)
  return { messages: sqliteMessages(database), close: () => void database.close() }
}

/**
 * Whom events are posted to, in a database of its own too: it changes with every delivery, and nothing of it is an entry.
 * `delivers`: for whoever posts. How far it came need not survive a power cut, after which it is told again; a crash of the
 * process loses nothing. Waiting for the disk after each message took most of its time.
 */
export function openHooks(
  folder: string,
  { readonly = false, delivers = false } = {},
): { readonly hooks: HookStore; close(): void } {
  const database = openOrEmpty(join(folder, 'hooks.db'), 'hooks', readonly)
  if (delivers) database.pragma('synchronous = NORMAL')
  return { hooks: sqliteHooks(database), close: () => void database.close() }
}

const openOrEmpty = (file: string, schema: Schema, readonly: boolean) =>
  readonly && !existsSync(file) ? openDatabase(':memory:', schema) : openDatabase(file, schema, { readonly })

/** What a witness has cosigned, in a database of its own: a witness is no part of the server it watches. */
export function openWitness(folder: string): { readonly store: WitnessStore; close(): void } {
  const database = openDatabase(join(folder, 'witness.db'), 'witness')
  return { store: sqliteWitness(database), close: () => void database.close() }
}
