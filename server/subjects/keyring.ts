/** What the keyring holds: the keys that wrap subject keys, one per generation, and the root of the blind index. */
export type KeyringPurpose = 'subject-keys' | 'blind-index'

/** One secret, wrapped under one master key. */
export interface KeyringRow {
  readonly purpose: KeyringPurpose
  /** Counts the keys of one purpose. New subject keys are wrapped under the newest; older ones still open what they wrapped. */
  readonly generation: number
  /** Counts the master keys: while one follows another, each secret is wrapped under both. */
  readonly wrapping: number
  /** Id of the master key (`KeyProvider`). */
  readonly provider: string
  readonly wrapped: Uint8Array
  /** When the secret was made; epoch milliseconds. */
  readonly madeAt: number
}

/** What each engine keeps of the keyring: it never sees a secret that is not wrapped. Beside the subject keys, never in the ledger. */
export interface KeyringStore {
  rows(): KeyringRow[]
  /** The generation new subject keys have to be wrapped under; 0 while the keyring is empty. */
  newestGeneration(): number
  /** Check value of the master key of data from before there was a keyring. */
  formerCheck(): Uint8Array | undefined
  /** Fills an empty keyring, and forgets the check value; does nothing when another process was first. */
  fill(rows: readonly KeyringRow[]): void
  /** Adds rows in one transaction; throws when another process added some of them first. */
  add(rows: readonly KeyringRow[]): void
  /** Deletes secrets as one wrapping holds them: all older than, or all newer than it. */
  dropWrappings(which: 'older' | 'newer', than: number): void
  /** Deletes older generations that no subject key is wrapped under any more. */
  dropUnusedGenerations(): void
  /** How many subject keys are wrapped under each generation. */
  countSubjectKeys(): ReadonlyMap<number, number>
  /** Up to `limit` subject keys of older generations than the newest, from the first one after `after`. */
  olderSubjectKeys(after: SubjectKeyName | undefined, limit: number): WrappedSubjectKey[]
  /** Replaces them in one transaction; one that was destroyed meanwhile stays so. */
  rewrap(keys: readonly WrappedSubjectKey[]): void
}

export interface SubjectKeyName {
  readonly site: string
  readonly subject: string
}

export interface WrappedSubjectKey extends SubjectKeyName {
  readonly generation: number
  readonly wrapped: Uint8Array
}
