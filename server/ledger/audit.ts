import type { Standing } from '../../shared/domain/standing.ts'
import type { AddressRow, SuppressionRow } from '../subjects/identify.ts'
import type { Cosignature, Frontier, Hash, SavedCheckpoint, SealedPart } from './store.ts'

export const AUDITED_TABLES = [
  'logs',
  'entries',
  'entry_ids',
  'private_parts',
  'node_blocks',
  'texts',
  'checkpoints',
  'cosignatures',
  'subjects',
  'publications',
  'addresses',
  'log_keys',
  'suppressions',
  'log_times',
  'list_checks',
] as const
export type AuditedTable = (typeof AUDITED_TABLES)[number]

/** What of them only follows from the entries, and can be made again from them. */
const PROJECTED: readonly AuditedTable[] = [
  'logs',
  'entry_ids',
  'node_blocks',
  'subjects',
  'publications',
  'log_times',
  'list_checks',
]
export const isProjected = (table: string): boolean => PROJECTED.some(projected => projected === table)

export interface AuditedEntry {
  readonly index: number
  /** The stored bytes, whatever they are. */
  readonly bytes: Uint8Array
  readonly leaf: Hash
}

export interface AuditedSubject {
  readonly subject: string
  readonly lastIndex: number
  /** Undefined when the row cannot be read as one. */
  readonly standing: Standing | undefined
  /** Where its standing lies: beside the address that leads to it, if there is one. */
  readonly column: 'subjects.standing' | 'addresses.standing'
}

export interface AuditedCosignature extends Cosignature {
  readonly size: number
}

/**
 * What verify needs of a database: its rows as they stand, believed in nothing. Lists come in the order of their keys and
 * are read page by page, so that a log of any size fits in memory.
 */
export interface LedgerAudit {
  /** Runs `body` on one unchanging state of the database, while others go on writing. */
  snapshot<T>(body: () => Generator<T, void>): Generator<T, void>
  /** Faults the database finds in its own files. */
  integrity(): string[]
  /** Every site that any table has a row of. */
  sites(): string[]
  /** Rows of a site in a table. */
  count(site: string, table: AuditedTable): number
  log(site: string): Frontier | undefined
  entries(site: string): Iterable<AuditedEntry>
  entry(site: string, index: number): AuditedEntry | undefined
  indexOf(site: string, id: string): number | undefined
  /** How many neighbouring nodes are kept together. */
  readonly blockWidth: number
  /** The hashes in the n-th block of a level, one after the other. */
  nodeBlock(site: string, level: number, n: number): Uint8Array | undefined
  privatePart(site: string, index: number): (SealedPart & { readonly subject: string }) | undefined
  text(
    site: string,
    hash: string,
  ): { readonly kind: string; readonly language?: string; readonly body: Uint8Array } | undefined
  /** Configuration of the publication at an index. */
  publication(site: string, index: number): string | undefined
  /** A time is kept at every size that is a multiple of it. */
  readonly timesEvery: number
  /** The latest `receivedAt` of the first `size` entries, as it is kept. */
  logTime(site: string, size: number): number | undefined
  checkpoints(site: string): Iterable<SavedCheckpoint>
  /** The note stored as the checkpoint of a size. */
  checkpointNote(site: string, size: number): string | undefined
  cosignatures(site: string): Iterable<AuditedCosignature>
  /** Of every witness the one over the most entries, in the order of their keys. */
  lastCosignatures(site: string): AuditedCosignature[]
  subjects(site: string): Iterable<AuditedSubject>
  hasSubject(site: string, subject: string): boolean
  /** The address its row names. */
  addressOfSubject(site: string, subject: string): Uint8Array | undefined
  /** An entry is listed as one that says which keys sign. */
  isKeyEntry(site: string, index: number): boolean
  /** An entry is listed as the check of a list. */
  isListCheck(site: string, index: number): boolean
  addresses(site: string): Iterable<AddressRow>
  subjectOfAddress(site: string, blind: Uint8Array): string | undefined
  suppressions(site: string): Iterable<SuppressionRow>
}
