import type { LedgerStore } from '../ledger/store.ts'
import type { SubjectKeyStore } from '../subjects/keys.ts'

export interface StorageOptions {
  /** The data folder; `ledger.db` and `subject-keys.db` are made in it when missing. */
  readonly folder: string
  /** 32 bytes, from `keys/master.key` or the environment. */
  readonly masterKey: Uint8Array
  /** For verify and export beside a running server. */
  readonly readonly?: boolean
}

export interface Storage {
  readonly ledgerStore: LedgerStore
  readonly subjectKeys: SubjectKeyStore
  /** Finishes what is being appended, then closes. */
  close(): Promise<void>
}

/** Throws, saying what to do, on a wrong master key, a database from a newer version, or a folder it cannot write. */
export declare function openStorage(options: StorageOptions): Storage
