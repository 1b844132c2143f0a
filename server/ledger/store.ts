import type { PublishedConfiguration } from '../../shared/domain/check-decision.ts'
import type { Entry, ListCheckedEntry, LogKeyEntry } from '../../shared/domain/entry.ts'
import type { PublicationFiles, TextKind } from '../../shared/domain/publication.ts'
import type { Standing } from '../../shared/domain/standing.ts'
import type { AddressRow, SuppressionRow } from '../subjects/identify.ts'

export type Hash = Uint8Array

/** Roots of the complete subtrees a tree of this size is made of, the largest (leftmost) first. */
export interface Frontier {
  readonly size: number
  readonly hashes: readonly Hash[]
}

/** A complete subtree of 16 ** level leaves, the n-th of its level. Level 0 are the leaf hashes themselves. */
export interface TreeNode {
  readonly level: number
  readonly n: number
  readonly hash: Hash
}

export interface EncodedEntry<E extends Entry = Entry> {
  readonly entry: E
  /** Canonical JSON of the entry: the bytes of the leaf. */
  readonly text: string
  readonly leaf: Hash
}

/** How an entry becomes a leaf, and leaves a tree. Pure and synchronous: it runs inside a transaction of any engine. */
export interface LogFormat {
  readonly encodeEntry: <E extends Entry>(entry: E) => EncodedEntry<E>
  /** Also returns the nodes the leaves completed. */
  readonly integrate: (
    frontier: Frontier,
    leaves: readonly Hash[],
  ) => { readonly frontier: Frontier; readonly nodes: readonly TreeNode[] }
  /** What an erasure says of the entries, by their ids, whose private parts it destroyed. */
  readonly listHash: (ids: readonly string[]) => string
}

/** The deletable part of an entry: sealed under the subject's key, bound to the leaf by its commitment. */
export interface SealedPart {
  readonly salt: Uint8Array
  readonly sealed: Uint8Array
}

/** An entry to be appended, and what comes with it. */
export interface NewEntry {
  /** Its id is unique in its site's log. Without `previous`, which is known only inside the transaction and added there. */
  readonly entry: Entry
  readonly private?: SealedPart
  /** The address its subject is found by, from this entry on. */
  readonly address?: AddressRow
  /** Bytes a text-published entry brings. */
  readonly body?: Uint8Array
  /**
   * What an erasure destroys and keeps, beside its subject's private parts. What its entry says of them (`parts`, `list`,
   * `suppressions`) is known only inside the transaction, and filled in there.
   */
  readonly erases?: Erasing
  /**
   * Size of the log before its subject was looked up and its private part sealed. Was the subject erased since, then its
   * key is gone and its address may be another's: the entry is not appended.
   */
  readonly preparedAt?: number
}

export interface Erasing {
  /** Kept for ever; of an address suppressed already, the later moment is kept. */
  readonly suppress: readonly SuppressionRow[]
  /** Only while this is the subject's last entry: whatever came since was not looked at by whoever asks for it. */
  readonly onlyAfter?: number
}

export type AppendedEntry =
  | { readonly index: number; readonly receivedAt: number }
  /** Its id was known: this is what stands under it, and nothing was appended. */
  | { readonly known: KnownEntry }
  /** The entry's address was another subject's first: it was not appended, and is to be made again for that one. */
  | { readonly belongsTo: string }
  /** Its subject was erased since it was prepared: it was not appended, and is to be made again. */
  | { readonly erased: true }
  /** An erasure that was for a subject as it stood before: it was not appended. */
  | { readonly movedOn: true }

export interface KnownEntry {
  readonly index: number
  readonly entry: Entry
  /** Of its private part; undefined when there is none, or none any more. */
  readonly salt?: Uint8Array
}

export interface StoredEntry {
  readonly index: number
  /** Canonical JSON, byte for byte as hashed. */
  readonly text: string
  readonly entry: Entry
}

/** Where a subject stands by its entries up to the last. */
export interface SubjectState {
  readonly lastIndex: number
  readonly standing: Standing
}

/** What is known of an address: the subject it leads to, the moment it was erased, or both. */
export type KnownAddress =
  | { readonly subject: string; readonly standing: Standing; readonly suppressedAt?: number }
  | { readonly subject?: never; readonly suppressedAt: number }

export interface StoredText {
  readonly hash: string
  readonly kind: TextKind
  readonly language?: string
  readonly body: Uint8Array
}

/** A signed note and the size of the tree it speaks of. */
export interface SavedCheckpoint {
  readonly size: number
  readonly note: string
}

/** A signature line of a witness under a checkpoint, and the key that checks it (C2SP verifier key of type 0x04). */
export interface Cosignature {
  readonly witness: string
  readonly line: string
}

/** One publication of a site, as its entry says it. */
export interface Publication {
  readonly configuration: string
  readonly files: PublicationFiles
  readonly index: number
  /** Epoch milliseconds by the server's clock. */
  readonly publishedAt: number
}

export interface ListChecksWanted {
  /** SHA-256 (hex) of the list. */
  readonly list?: string
  /** Received at this moment or later, epoch milliseconds. */
  readonly from?: number
  /** Received before this moment. */
  readonly to?: number
  /** Only entries before this index. */
  readonly before?: number
  readonly most: number
}

/**
 * What the ledger needs of a database. Every transaction lies inside one call. Several processes may use one database:
 * nothing is cached that another process could change.
 */
export interface LedgerStore {
  /**
   * Appends entries in order, in one transaction shared by all calls of one event-loop turn, and saves the tree they
   * make in the log's format. An entry whose id is known is not appended again. When the promise resolves, the entries
   * are on disk; when it rejects, none is.
   */
  append(site: string, entries: readonly NewEntry[]): Promise<AppendedEntry[]>

  /**
   * Reads several things as they stand at one moment, which all of one event-loop turn may share; what this process writes
   * begins another. What `read` does is synchronous, and writes nothing.
   */
  snapshot<T>(read: () => T): T
  /** Sites with a publication, in the order of their keys. */
  sites(): string[]
  /** Size and frontier of a site's log; size 0 when there is none. */
  log(site: string): Frontier
  /** The same size alone. */
  size(site: string): number
  /**
   * How long the log was at a moment: up to the first entry that was received after it. Entries become known in the order
   * of the log; so where a clock was set back, no earlier time behind a later one makes it longer.
   */
  recordedBy(site: string, moment: number): number
  entry(site: string, index: number): StoredEntry | undefined
  entryById(site: string, id: string): StoredEntry | undefined
  /** Canonical JSON of `count` neighbouring entries from an index on; fewer where the log ends. */
  entryTexts(site: string, first: number, count: number): string[]
  /**
   * Every entry that says which keys sign a site's log, in the order of the log. The very same list as long as there is
   * none that is new.
   */
  keyEntries(site: string): readonly { readonly index: number; readonly entry: LogKeyEntry }[]
  /** Checks of lists, the newest first: at most so many, of those that match. */
  listChecks(
    site: string,
    which: ListChecksWanted,
  ): { readonly index: number; readonly entry: ListCheckedEntry }[]
  /** Hashes of `count` neighbouring nodes of one level, from the n-th; fewer when they are not complete yet. */
  nodes(site: string, level: number, n: number, count: number): Hash[]

  /**
   * What is published now; `undefined` when the site does not exist. With the beginning of a configuration's hash: the
   * newest publication of that one, `undefined` when it never was published.
   */
  current(site: string, beginning?: string): Publication | undefined
  /** What was published while the log had this size; `undefined` when nothing was. */
  publicationBefore(site: string, size: number): Publication | undefined
  /** Every publication of a site, in the order of the log. */
  publications(site: string): Publication[]
  /** Everything ever published of one configuration, by its hash; `undefined` when it never was. */
  publication(site: string, configuration: string): PublishedConfiguration | undefined
  text(site: string, hash: string): StoredText | undefined

  subject(site: string, subject: string): SubjectState | undefined
  privatePart(site: string, index: number): SealedPart | undefined
  /** The subject an address belongs to; `undefined` while no entry ever named it. */
  subjectOfAddress(site: string, blind: Uint8Array): string | undefined
  /** The same with where that subject stands, and whether the address was erased: asked before every message, so in one look-up. */
  standingOfAddress(site: string, blind: Uint8Array): KnownAddress | undefined
  /** The same of many addresses, in their order, in one look-up: what a list asks. */
  standingsOfAddresses(site: string, blinds: readonly Uint8Array[]): (KnownAddress | undefined)[]
  /** The address that leads to a subject. */
  addressOfSubject(site: string, subject: string): Uint8Array | undefined
  /** Since when an address is suppressed. */
  suppressedAt(site: string, blind: Uint8Array): number | undefined
  /**
   * Overwrites in the database's files what was deleted from its tables. `false` while another process reads an older
   * state of them, which would still find it: to be called again.
   */
  settle(): boolean

  /** The last checkpoint saved. */
  checkpoint(site: string): SavedCheckpoint | undefined
  /**
   * In one transaction that no append can interleave: lets `sign` make a note of the log as it stands and saves it; a
   * size that has a note already keeps it. Then, in a second one, hands the newest saved note to `keep`, so that what is
   * kept outside never runs ahead of the database nor goes back, whichever process gets here first.
   */
  saveCheckpoint(site: string, sign: (log: Frontier) => string, keep: (note: string) => void): SavedCheckpoint

  /** What witnesses said of the checkpoint of a size, in the order of their keys. */
  cosignatures(site: string, size: number): Cosignature[]
  /** The newest checkpoint that any witness has cosigned, or this one. */
  cosignedCheckpoint(site: string, witness?: string): SavedCheckpoint | undefined
  /** On disk when it returns. A witness that has cosigned this size already is not heard again. */
  saveCosignature(site: string, size: number, cosignature: Cosignature): void

  /** Throws when the database does not answer. */
  ping(): void
}
