import type { KeyObject } from 'node:crypto'

/**
 * One key per subject, made only where there is something to seal. Destroying it is what makes copies in backups
 * unreadable (crypto-shredding), so it lives apart from the ledger's database, wrapped under the master key.
 */
export interface SubjectKeyStore {
  /** The subject's key, made when there is none. When the promise resolves, the key is on disk. */
  createSubjectKey(site: string, subject: string): Promise<KeyObject>
  /** `undefined` when there is none, or no longer. Throws when the wrapped key was tampered with. */
  openSubjectKey(site: string, subject: string): KeyObject | undefined
  /** When it returns, the key is gone from disk. `false` when there was none. */
  destroySubjectKey(site: string, subject: string): boolean
}
