import type { Channel } from './site.ts'

/** Where a person opted in on our own forms: the embedded one, the small banner, the page without scripts. */
export const FORM_METHODS = ['form', 'offer', 'page'] as const
/** `api`: a form of the owner's own; `keyword`: a text message; `preferences`: the preference centre. */
export const OPT_IN_METHODS = [...FORM_METHODS, 'api', 'keyword', 'preferences'] as const
export type OptInMethod = (typeof OPT_IN_METHODS)[number]

/** Where a person opted out by themselves, of what a page sends. `api` is another system that passes on what it was told. */
export const SENT_OPT_OUT_METHODS = ['form', 'page', 'api'] as const
/**
 * By which road a no came: besides those, a text message (`keyword`), the mail program's button (`one-click`, RFC 8058), the
 * preference centre, the provider that carries the messages, somebody of the owner's who was told, a list that was
 * imported, and a hold nobody settled in time.
 */
export const OPT_OUT_METHODS = [
  ...SENT_OPT_OUT_METHODS,
  'keyword',
  'one-click',
  'preferences',
  'provider',
  'staff',
  'import',
  'hold',
] as const
export type OptOutMethod = (typeof OPT_OUT_METHODS)[number]

/** How somebody of the owner's was told of a no. */
export const TOLD_BY = ['phone', 'letter', 'email', 'in-person', 'other'] as const
export type ToldBy = (typeof TOLD_BY)[number]

/** Why an address is no longer written to where its person did not say so themselves. */
export const OPT_OUT_CAUSES = ['complaint', 'hard-bounce', 'number-reassigned', 'suppressed'] as const
export type OptOutCause = (typeof OPT_OUT_CAUSES)[number]

/**
 * What writing to somebody rests on. All but consent have their own clock or their own conditions
 * (`shared/rules/implied-consent.ts`).
 */
export const MESSAGE_BASES = [
  'consent',
  'soft-opt-in',
  'charity-soft-opt-in',
  'implied-purchase',
  'implied-inquiry',
  'implied-published',
  'contract',
  'legal-obligation',
] as const
export type MessageBasis = (typeof MESSAGE_BASES)[number]

/**
 * When a yes of a list was said, where nobody kept when: older than every no there is, so that it revives nothing. The moment
 * the file came would make it the newest of all, and would write to those who left meanwhile. Never shown as a date.
 */
export const UNDATED_YES = 0

/** How much of what was agreed to elsewhere can be shown: words, time and place; some of them; or somebody's word for it. */
export const EVIDENCE_LEVELS = ['full', 'partial', 'asserted'] as const
export type EvidenceLevel = (typeof EVIDENCE_LEVELS)[number]

export const CONFIRMATION_METHODS = ['link', 'keyword'] as const
export type ConfirmationMethod = (typeof CONFIRMATION_METHODS)[number]

export const RECORD_METHODS = ['api', 'staff', 'import'] as const
export type RecordMethod = (typeof RECORD_METHODS)[number]

export const HOLD_CAUSES = ['revocation-suspected', 'restricted'] as const
export type HoldCause = (typeof HOLD_CAUSES)[number]

/** `double`: an opt-in is a request only, until its address confirms it. */
export const CONFIRMATIONS = ['single', 'double'] as const
export type Confirmation = (typeof CONFIRMATIONS)[number]

/** One ticked box: consent to one program's messages on one channel. An unticked box is nothing at all. */
export interface OptIn {
  /** UUIDv7, made where the person acted: sending twice is harmless because the id is unique in the ledger. */
  readonly id: string
  readonly program: string
  readonly channel: Channel
  /** Epoch milliseconds by the browser's clock: a claim, kept beside the server's own time. */
  readonly decidedAt: number
  /** SHA-256 (hex) of the configuration whose words were shown. */
  readonly configuration: string
  /** SHA-256 (hex) of the bytes that showed the words beside the box. */
  readonly text: string
  /** BCP 47 tag of the language shown. */
  readonly language: string
  readonly method: OptInMethod
  /** An opt-in rests on nothing but consent (GDPR Art. 6(1)(a)); absent means the same. */
  readonly basis?: 'consent'
  /** The person said to be of the program's age, or older. */
  readonly ofAge?: true
  /** Id of the collection point whose words were shown, where it is no form of ours. */
  readonly collectionPoint?: string
  /** Consent to share names whom it is shared with. */
  readonly sharesWith?: string
}

/** The address of an opt-in that had to be confirmed answered for itself. */
export interface OptInConfirmation {
  readonly id: string
  readonly channel: Channel
  readonly program: string
  readonly decidedAt: number
  /** Id of the opt-in. */
  readonly confirms: string
  readonly method: ConfirmationMethod
}

/**
 * What somebody agreed to elsewhere, or may be written to for without consent, as somebody of the owner's recorded it. The
 * evidence is sealed beside it; how much of it there is decides whether it may be sent to.
 */
export interface RecordedConsent {
  readonly id: string
  readonly channel: Channel
  readonly program: string
  readonly purpose: string
  readonly basis: MessageBasis
  /** When it was agreed to, or when what it rests on happened. */
  readonly decidedAt: number
  readonly evidence: EvidenceLevel
  /** SHA-256 (hex) of the configuration in force when it was recorded. */
  readonly configuration: string
  /** SHA-256 (hex) of the words, where this log published them. */
  readonly text?: string
  readonly language?: string
  readonly method: RecordMethod
  /** Who recorded it: `key:<id>` or `command:<name>`. */
  readonly actor: string
  readonly collectionPoint?: string
  readonly sharesWith?: string
  readonly source?: ListedAt
}

/** Where in which list something stood that was imported. */
export interface ListedAt {
  /** Keyed hash of the file (hex): a list of a few numbers could be guessed from a plain one, which is sealed. */
  readonly file: string
  /** From 1. */
  readonly row: number
}

/** Nobody is to be written to until somebody has looked: it may have been a no. */
export interface Hold {
  readonly id: string
  readonly channel: Channel
  readonly decidedAt: number
  readonly cause: HoldCause
  readonly method: 'keyword' | 'staff'
}

/** Somebody has looked, and it was no no. */
export interface HoldRelease {
  readonly id: string
  readonly channel: Channel
  readonly decidedAt: number
  /** Id of the hold. */
  readonly releases: string
  readonly actor: string
}

export interface OptOut {
  readonly id: string
  readonly channel: Channel
  /** Absent: every program of this channel, those to come included. */
  readonly program?: string
  readonly decidedAt: number
  readonly method: OptOutMethod
  /** Absent: the person said so. */
  readonly cause?: OptOutCause
  /** The owner's number or address it was said to. */
  readonly sender?: string
  /** Who recorded it, where somebody did: `key:<id>` or `command:<name>`. */
  readonly actor?: string
  /** How they were told. */
  readonly told?: ToldBy
  readonly source?: ListedAt
}

/** Why one opt-in or opt-out was not stored. Each is a value beside it; the rest of its batch is unaffected. */
export const MARKETING_REFUSALS = [
  'malformed',
  'unknown-configuration',
  'unknown-text',
  'unknown-program',
  'program-closed',
  'unknown-channel',
  'invalid-address',
  'country-not-served',
  'minor',
  'unknown-collection-point',
  'evidence-missing',
  'basis-mismatch',
  'id-reused',
] as const
export type MarketingRefusalReason = (typeof MARKETING_REFUSALS)[number]

export interface MarketingRefusal {
  readonly reason: MarketingRefusalReason
  /** What to do about it. */
  readonly detail: string
}

/** May this address be written to? Only `send` is a yes. */
export const SEND_DECISIONS = ['send', 'hold', 'block'] as const
export type SendDecision = (typeof SEND_DECISIONS)[number]

/** Stable: programs of marketers branch on them. What each means, and what to do, is said in the README. */
export const STATUS_REASONS = [
  'ok_express',
  'ok_double_optin',
  'ok_soft_optin',
  'ok_implied',
  'ok_service',
  'pending_double_optin',
  'quiet_hours',
  'unknown_zone',
  'revocation_suspected',
  'restricted_dsr',
  'sender_silent',
  'reconsent_needed',
  'never_asked',
  'declined',
  'withdrawn',
  'withdrawn_other_sender',
  'expired',
  'erased',
  'channel_mismatch',
  'purpose_mismatch',
  'seller_mismatch',
  'evidence_incomplete',
  'number_reassigned',
  'hard_bounce',
  'complaint',
  'suppressed_manual',
  'invalid_number',
  'not_mobile',
  'invalid_email',
  'country_not_allowed',
  'not_yet_effective',
] as const
export type StatusReason = (typeof STATUS_REASONS)[number]
