import type { KeyObject } from 'node:crypto'
import type { WrappedSubjectKey } from './keyring.ts'

/**
 * One key per subject, made only where there is something to seal. Destroying it is what makes copies in backups
 * unreadable (crypto-shredding), so it lives apart from the ledger's database, wrapped under a key of the keyring.
 */
export interface SubjectKeyStore {
  /** The subject's key, made when there is none. When the promise resolves, the key is on disk. */
  createSubjectKey(site: string, subject: string): Promise<KeyObject>
  /** `undefined` when there is none, or no longer. Throws when what is stored is not what was wrapped. */
  openSubjectKey(site: string, subject: string): KeyObject | undefined
  /** Whether there is one, without opening it. */
  hasSubjectKey(site: string, subject: string): boolean
  /** Those of many that have none: few, as a rule. */
  withoutSubjectKeys(site: string, subjects: readonly string[]): ReadonlySet<string>
  /**
   * When it returns, the key is gone from the database, and from its files unless another process still reads an older
   * state of them. `false` when there was none: destroying it twice is no fault.
   */
  destroySubjectKey(site: string, subject: string): boolean
  /** Overwrites what was destroyed in the files too. `false` while somebody reads an older state: to be called again. */
  settle(): boolean
  /** Takes up what another process changed in the keyring. Costs one look when nothing was; `openSubjectKey` relies on it. */
  refresh(): Promise<void>
}

/** What each engine keeps for a `SubjectKeyStore`: it never sees a key that is not wrapped. */
export interface WrappedKeys {
  read(site: string, subject: string): Pick<WrappedSubjectKey, 'wrapped' | 'generation'> | undefined
  has(site: string, subject: string): boolean
  withoutKeys(site: string, subjects: readonly string[]): ReadonlySet<string>
  /**
   * Stores a wrapped key unless there is one, and answers the one stored: the very object given when it was new.
   * `undefined`, and nothing stored, when the keyring has a newer generation by now. When the promise resolves, it is on disk.
   */
  insert(key: WrappedSubjectKey): Promise<Pick<WrappedSubjectKey, 'wrapped' | 'generation'> | undefined>
  destroy(site: string, subject: string): boolean
  settle(): boolean
}
