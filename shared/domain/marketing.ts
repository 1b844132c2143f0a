import type { Channel } from './site.ts'

/** Where a person opted in: the embedded form, the small banner, the page without scripts. */
export const OPT_IN_METHODS = ['form', 'offer', 'page'] as const
export type OptInMethod = (typeof OPT_IN_METHODS)[number]

/** Where a person opted out; `api` is another system that passes on what it was told. */
export const OPT_OUT_METHODS = ['form', 'page', 'api'] as const
export type OptOutMethod = (typeof OPT_OUT_METHODS)[number]

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
}

export interface OptOut {
  readonly id: string
  readonly channel: Channel
  /** Absent: every program of this channel, those to come included. */
  readonly program?: string
  readonly decidedAt: number
  readonly method: OptOutMethod
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

/** Stable: programs of marketers branch on them. */
export const STATUS_REASONS = [
  'ok_express',
  'pending_double_optin',
  'never_asked',
  'declined',
  'withdrawn',
  'erased',
  'channel_mismatch',
  'purpose_mismatch',
  'invalid_number',
  'invalid_email',
  'country_not_allowed',
  'not_yet_effective',
] as const
export type StatusReason = (typeof STATUS_REASONS)[number]
