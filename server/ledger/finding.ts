import type { LogKeys } from '../../shared/domain/log-keys.ts'
import type { BlindIndex } from '../subjects/identify.ts'
import type { SubjectKeyStore } from '../subjects/keys.ts'
import type { LedgerAudit } from './audit.ts'

/** One thing that is not as it was written. */
export interface Finding {
  readonly site: string
  /** `entries.leaf`, or the file it was found in. */
  readonly column: string
  /** First entry it touches, when it touches one. */
  readonly index?: number
  readonly detail: string
}

export type VerifyStep =
  | { readonly kind: 'progress'; readonly site: string; readonly entries: number; readonly of: number }
  | ({ readonly kind: 'finding' } & Finding)

/** A signed note that came from elsewhere than the data folder. */
export interface OutsideCheckpoint {
  /** Of the log it speaks of; undefined when that is none of these. */
  readonly site: string | undefined
  /** What findings about it name: its file. */
  readonly name: string
  readonly note: string
}

export interface VerifyTarget {
  readonly audit: LedgerAudit
  readonly keys: SubjectKeyStore
  readonly blindIndex: BlindIndex
  /** The keys of a site's log, and the last checkpoint kept outside the database. */
  readonly signer: (site: string) => { readonly keys: LogKeys; kept(): string | undefined }
  /**
   * The database as it is at each question, where others go on using it: somebody may be erased, keys and all, while an
   * older state of it is replayed.
   */
  readonly latest?: Pick<LedgerAudit, 'privatePart'>
  /** What is kept of a site's erasures outside the database; undefined where nothing is. */
  readonly keptErasures?: (site: string) => string | undefined
  /** The log has to extend this one too. */
  readonly outside?: OutsideCheckpoint
}

export const finding = (site: string, column: string, detail: string, index?: number): VerifyStep => ({
  kind: 'finding',
  site,
  column,
  detail,
  ...(index !== undefined && { index }),
})

/** What only follows from the entries is not as they say: it can be made again. */
export const differs = (site: string, column: string, detail: string, index?: number): VerifyStep =>
  finding(site, column, `${detail}: run assent rebuild`, index)
