import type { CheckMode, ListCounts, ListFormat } from './check.ts'
import type { ConsentDecision } from './consent.ts'
import type { SignedTree } from './log-keys.ts'
import type { RecordedErasureReason } from './erasure.ts'
import type { EvidenceReason } from './evidence.ts'
import type { HookField, HookScope } from './hook.ts'
import type {
  Confirmation,
  Hold,
  HoldRelease,
  OptIn,
  OptInConfirmation,
  OptOut,
  RecordedConsent,
} from './marketing.ts'
import type { PublicationFiles, TextKind } from './publication.ts'
import type { Under } from './regime.ts'
import type { Channel } from './site.ts'

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
  /** What holds where a trusted proxy saw the visitor, by the site's rules: told by the server, beside what the browser says. */
  readonly located?: Under
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

/** One address takes back one program, or everything, on one channel. Private is only what whoever recorded it noted. */
export interface OptOutEntry extends EntryBase, Omit<OptOut, 'id'> {
  readonly type: 'opt-out'
  readonly subject: string
  readonly previous?: number
}

/** The second step of a double opt-in: the address that was asked for it confirmed. */
export interface ConfirmationEntry extends EntryBase, Omit<OptInConfirmation, 'id'> {
  readonly type: 'confirmation'
  readonly subject: string
  readonly previous?: number
}

/** Consent given elsewhere, or another basis, as somebody of the owner's recorded it. */
export interface RecordedConsentEntry extends EntryBase, Omit<RecordedConsent, 'id'> {
  readonly type: 'consent-recorded'
  readonly subject: string
  readonly previous?: number
}

/** Messages to one address on one channel wait until somebody has looked. */
export interface HoldEntry extends EntryBase, Omit<Hold, 'id'> {
  readonly type: 'hold'
  readonly subject: string
  readonly previous?: number
}

export interface HoldReleaseEntry extends EntryBase, Omit<HoldRelease, 'id'> {
  readonly type: 'hold-release'
  readonly subject: string
  readonly previous?: number
}

/** What was said by or about one address. */
export type AddressAct =
  OptInEntry | OptOutEntry | ConfirmationEntry | RecordedConsentEntry | HoldEntry | HoldReleaseEntry

/**
 * Everything private of one subject was destroyed: sealed parts with their salts, its key, and what led to it from an
 * address. Its entries stay, and so does every proof; nothing leads from a person to them any more.
 */
export interface ErasureEntry extends EntryBase {
  readonly type: 'erasure'
  readonly subject: string
  readonly previous?: number
  readonly reason: RecordedErasureReason
  /** How many private parts were destroyed. */
  readonly parts: number
  /** SHA-256 (hex) of the ids of the entries whose parts they were, in the order of the log, joined by newlines. */
  readonly list: string
  /** How many addresses of the site are suppressed from here on: one that goes missing later shows. */
  readonly suppressions: number
}

/** What a person did, or somebody for them. */
export type Act = DecisionEntry | AddressAct

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
  readonly entry: Act | ImportedEntry
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

/**
 * Somebody of the owner's read what is held of one address about one program. It moves nothing; that it was read stays on
 * record, for the person as for whoever looks after their data.
 */
export interface EvidenceReadEntry extends EntryBase {
  readonly type: 'evidence-read'
  readonly subject: string
  readonly previous?: number
  readonly channel: Channel
  readonly program: string
  /** Who read it: `key:<id>` or `command:<name>`. */
  readonly actor: string
  readonly reason?: EvidenceReason
}

/** What is of one subject. All but a reading of it may move where the subject stands. */
export type SubjectEntry = Act | ImportedEntry | ErasureEntry | EvidenceReadEntry

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

/** The log is signed by `vkey` from its next size on, and no more by `replaces` once both have signed for a while. */
export interface LogKeyRotatedEntry extends EntryBase {
  readonly type: 'log-key-rotated'
  readonly vkey: string
  readonly replaces: string
  /** Until then (epoch ms) both sign; absent when the old one ends here. */
  readonly bothUntil?: number
}

/** A key that was replaced has stopped signing: it counts for no checkpoint larger than this index. */
export interface LogKeyRetiredEntry extends EntryBase {
  readonly type: 'log-key-retired'
  readonly vkey: string
}

/** A key got into other hands. What it alone signed counts up to `lastGood`, if the log extends that. */
export interface LogKeyCompromisedEntry extends EntryBase {
  readonly type: 'log-key-compromised'
  readonly compromised: string
  readonly lastGood: SignedTree
  /** Signs from the next size on; absent when the compromised one was no longer in use. */
  readonly vkey?: string
}

/** An operator let this log go on although what was signed of it is not in it any more. */
export interface LogResumedEntry extends EntryBase {
  readonly type: 'log-resumed'
  /** What was signed last and is gone; absent when nobody knows, for the kept checkpoint was lost too. */
  readonly lost?: SignedTree
  /** The key that signs from the next size on, when the lost entries had changed it, and the one this log knew. */
  readonly vkey?: string
  readonly replaces?: string
}

/** What says which keys sign a log. */
export type LogKeyEntry = LogKeyRotatedEntry | LogKeyRetiredEntry | LogKeyCompromisedEntry | LogResumedEntry

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

/** A whole list was asked about before sending: which list, what it came to, and by what. Nobody in it is named. */
export interface ListCheckedEntry extends EntryBase, ListCounts {
  readonly type: 'list-checked'
  /** SHA-256 (hex) of the list's bytes as they were sent: whoever has the list finds its checks. */
  readonly list: string
  /** The same of the rows that were answered, where they were text. */
  readonly answer?: string
  readonly format: ListFormat
  readonly channel: Channel
  readonly program: string
  readonly mode: CheckMode
  readonly seller?: string
  /** Id of the sender it was to come from. */
  readonly sender?: string
  /** When it was to be sent, epoch milliseconds; at once when absent. */
  readonly sendAt?: number
  /** Only what changed since the log had this size was asked for. */
  readonly after?: number
  /** When the first row was answered, epoch milliseconds. */
  readonly checkedAt: number
  /** The log it was checked against: as it stood then. */
  readonly against: SignedTree
  readonly configuration: string
  /** SHA-256 (hex) of the dated rules that were applied (`shared/rules`). */
  readonly rules: string
  /** Who asked: `key:<id>` or `command:<name>`. */
  readonly actor: string
}

/** From here on a named recipient is told of people as a hook of the owner's says: of what, and which fields. */
export interface HookRegisteredEntry extends EntryBase, HookScope {
  readonly type: 'hook-registered'
  /** Id of the hook. */
  readonly hook: string
  readonly recipient: string
  readonly fields: readonly HookField[]
  /** Who registered it: `command:<name>`. */
  readonly actor: string
}

/** The recipient is told nothing more. */
export interface HookRemovedEntry extends EntryBase {
  readonly type: 'hook-removed'
  readonly hook: string
  readonly recipient: string
  readonly actor: string
}

export type Entry =
  | SubjectEntry
  | ConfigurationPublishedEntry
  | TextPublishedEntry
  | LogKeyEntry
  | DrillEntry
  | ListCheckedEntry
  | HookRegisteredEntry
  | HookRemovedEntry
export type EntryType = Entry['type']

export const isDecision = (entry: Entry): entry is DecisionEntry =>
  entry.type === 'decision' || entry.type === 'withdrawal'

export const ADDRESS_ACTS: readonly EntryType[] = [
  'opt-in',
  'opt-out',
  'confirmation',
  'consent-recorded',
  'hold',
  'hold-release',
] satisfies readonly AddressAct['type'][]

export const isAddressAct = (entry: Entry): entry is AddressAct => ADDRESS_ACTS.includes(entry.type)

export const isAct = (entry: Entry): entry is Act => isDecision(entry) || isAddressAct(entry)

export const isOfLogKeys = (entry: Entry): entry is LogKeyEntry =>
  entry.type === 'log-key-rotated' ||
  entry.type === 'log-key-retired' ||
  entry.type === 'log-key-compromised' ||
  entry.type === 'log-resumed'

export const isOfSubject = (entry: Entry): entry is SubjectEntry =>
  isAct(entry) || entry.type === 'imported' || entry.type === 'erasure' || entry.type === 'evidence-read'

/** What a person did, as it was first recorded, here or elsewhere. */
export const actOf = (entry: Act | ImportedEntry): Act =>
  entry.type === 'imported' ? actOf(entry.entry) : entry

/** What an entry speaks of: of one that was imported, the act in it. */
export function contentOf<E extends Entry>(entry: E): Exclude<E, ImportedEntry> | Act
export function contentOf(entry: Entry): Exclude<Entry, ImportedEntry> {
  return entry.type === 'imported' ? actOf(entry) : entry
}
