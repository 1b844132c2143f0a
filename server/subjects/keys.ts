import type { KeyObject } from 'node:crypto'

/**
 * One key per subject, made only where there is something to seal. Destroying it is what makes copies in backups
 * unreadable (crypto-shredding), so it lives apart from the ledger's database, wrapped under the master key.
 */
export interface SubjectKeyStore {
  /** The subject's key, made when there is none. When the promise resolves, the key is on disk. */
  createSubjectKey(site: string, subject: string): Promise<KeyObject>
  /** `undefined` when there is none, or no longer. Throws when what is stored is not what was wrapped. */
  openSubjectKey(site: string, subject: string): KeyObject | undefined
  /** Whether there is one, without opening it. */
  hasSubjectKey(site: string, subject: string): boolean
  /** When it returns, the key is gone from disk. `false` when there was none. */
  destroySubjectKey(site: string, subject: string): boolean
}

/** What each engine keeps for a `SubjectKeyStore`: it never sees a key that is not wrapped. */
export interface WrappedKeys {
  read(site: string, subject: string): Uint8Array | undefined
  has(site: string, subject: string): boolean
  /** Stores a wrapped key unless there is one, and answers the one stored: the very object given when it was new. When the promise resolves, it is on disk. */
  insert(site: string, subject: string, wrapped: Uint8Array): Promise<Uint8Array>
  destroy(site: string, subject: string): boolean
  /** The check value of the master key these keys were wrapped under. */
  masterCheck(): Uint8Array | undefined
  /** Keeps the first value it is given. */
  saveMasterCheck(value: Uint8Array): void
}
