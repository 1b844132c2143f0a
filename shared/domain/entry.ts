import type { ConsentDecision } from './consent.ts'
import type { PublicationFiles, TextKind } from './publication.ts'

/**
 * The public part of what happened, exactly as its leaf holds it (RFC 8785 canonical JSON).
 * Nothing in it names or reaches a person: `subject` is a random pseudonym, and an address never comes here.
 */
interface EntryBase {
  readonly v: 1
  readonly site: string
  readonly id: string
  /** Epoch milliseconds by the server's clock. */
  readonly receivedAt: number
  /** SHA-256 (hex) of the canonical public part as it was sent: tells a repeated id from a reused one. */
  readonly sent: string
  /** HMAC-SHA-256 (hex) under the private part's salt of its canonical JSON; absent when there is none. */
  readonly commitment?: string
}

export interface DecisionEntry extends EntryBase, Omit<ConsentDecision, 'id'> {
  readonly subject?: string
  /** This subject's previous index in the log. */
  readonly previous?: number
}

/** From here on these bytes are served under these names. A rollback is another such entry. */
export interface ConfigurationPublishedEntry extends EntryBase {
  readonly type: 'configuration-published'
  readonly configuration: string
  readonly files: PublicationFiles
}

/** Bytes first published with this log: id is `text:<hash>`, so publishing them again adds nothing. */
export interface TextPublishedEntry extends EntryBase {
  readonly type: 'text-published'
  readonly text: string
  readonly kind: TextKind
  readonly language?: string
}

export type Entry = DecisionEntry | ConfigurationPublishedEntry | TextPublishedEntry
export type EntryType = Entry['type']
