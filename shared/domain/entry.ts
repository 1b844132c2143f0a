import type { ConsentDecision } from './consent.ts'
import type { Confirmation, OptIn, OptOut } from './marketing.ts'
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

/** One address agreed to one program on one channel. The address itself is sealed beside the entry. */
export interface OptInEntry extends EntryBase, Omit<OptIn, 'id' | 'basis'> {
  readonly type: 'opt-in'
  /** The legal basis of the program's purpose, as the configuration has it. */
  readonly basis: 'consent'
  /** Random, and never a browser's: an address and a cookie are not each other's evidence. */
  readonly subject: string
  readonly previous?: number
  readonly purpose: string
  readonly confirmation: Confirmation
}

/** One address takes back one program, or everything, on one channel. Nothing private: the subject says whose it is. */
export interface OptOutEntry extends EntryBase, Omit<OptOut, 'id'> {
  readonly type: 'opt-out'
  readonly subject: string
  readonly previous?: number
}

/** What a person did. */
export type Act = DecisionEntry | OptInEntry | OptOutEntry

/**
 * An act that another log recorded, brought here by its export: without its private part, which no export holds. `id`,
 * `subject` and `sent` are the act's, so that it is stored once, counts for whom it was meant, and a browser that sends it
 * here again is told it is known. `receivedAt` is when it was brought.
 */
export interface ImportedEntry extends EntryBase {
  readonly type: 'imported'
  readonly subject?: string
  readonly previous?: number
  readonly from: ImportSource
  /** The whole entry, as it stands there. */
  readonly entry: SubjectEntry
}

export interface ImportSource {
  /** Name of the other log. */
  readonly origin: string
  readonly index: number
  /** Size of the signed tree that held it. */
  readonly size: number
  /** RFC 6962 leaf hash (hex) of `entry` in canonical JSON. */
  readonly leaf: string
}

/** What moves where a subject stands. */
export type SubjectEntry = Act | ImportedEntry

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

export type Entry = SubjectEntry | ConfigurationPublishedEntry | TextPublishedEntry
export type EntryType = Entry['type']

export const isDecision = (entry: Entry): entry is DecisionEntry =>
  entry.type === 'decision' || entry.type === 'withdrawal'

export const isOfSubject = (entry: Entry): entry is SubjectEntry =>
  isDecision(entry) || entry.type === 'opt-in' || entry.type === 'opt-out' || entry.type === 'imported'

/** What a person did, as it was first recorded, here or elsewhere. */
export const actOf = (entry: SubjectEntry): Act => (entry.type === 'imported' ? actOf(entry.entry) : entry)

/** What an entry speaks of: of one that was imported, the act in it. */
export const contentOf = (entry: Entry): Exclude<Entry, ImportedEntry> =>
  entry.type === 'imported' ? actOf(entry) : entry
