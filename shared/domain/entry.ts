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

/** What moves where a subject stands. */
export type SubjectEntry = DecisionEntry | OptInEntry | OptOutEntry

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

/** Why a drill failed. A closed list: what went wrong in detail is the operator's, and may name files. */
export const DRILL_FAULTS = [
  'no-backup',
  'not-restored',
  'not-sound',
  'log-missing',
  'log-contradicted',
] as const
export type DrillFault = (typeof DRILL_FAULTS)[number]

/** A backup was restored to a place of its own, verified and held against this log: recovery, rehearsed. */
export interface DrillEntry extends EntryBase {
  readonly type: 'drill'
  readonly result: 'held' | 'failed'
  /** Absent when it held. */
  readonly fault?: DrillFault
  /** When the backup was made, epoch milliseconds; absent where none could be found. */
  readonly backupAt?: number
  /** Bytes of its files. */
  readonly backupBytes?: number
  /** Entries of this log in it, and the root of their tree (base64); absent where it did not get that far. */
  readonly entries?: number
  readonly root?: string
  /** How long it took to restore and verify. */
  readonly milliseconds: number
}

export type Entry = SubjectEntry | ConfigurationPublishedEntry | TextPublishedEntry | DrillEntry
export type EntryType = Entry['type']

export const isDecision = (entry: Entry): entry is DecisionEntry =>
  entry.type === 'decision' || entry.type === 'withdrawal'

export const isOfSubject = (entry: Entry): entry is SubjectEntry =>
  isDecision(entry) || entry.type === 'opt-in' || entry.type === 'opt-out'
