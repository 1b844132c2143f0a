import type { Under } from './regime.ts'
import type { ConsentTool } from './take-over.ts'

/** Purpose id → what the person chose. `true` and `false` are both answers; an absent id was never asked. */
export type PurposeChoices = Readonly<Record<string, boolean>>

/**
 * Where the person acted. `api` is the site's own interface, so no text of ours was shown; nor was there one for `gpc`: the
 * browser's own opt-out signal, taken as what it is where the law says that it opts out; nor for `take-over`: another consent
 * tool, which the site had before.
 */
export const CONSENT_METHODS = ['banner', 'settings', 'embed', 'api', 'gpc', 'take-over'] as const
export type ConsentMethod = (typeof CONSENT_METHODS)[number]

/**
 * One act by a visitor, as their browser sends it.
 * A withdrawal is a decision in which a person takes back what they had granted: all its choices are `false`.
 */
export interface ConsentDecision {
  /** UUIDv7, made in the browser (RFC 9562): sending twice is harmless because the id is unique in the ledger. */
  readonly id: string
  readonly type: 'decision' | 'withdrawal'
  /** Epoch milliseconds by the browser's clock, or as the other tool noted it: a claim, kept beside the server's own time. */
  readonly decidedAt: number
  /** SHA-256 (hex) of the configuration whose purposes were offered. */
  readonly configuration: string
  /** SHA-256 (hex) of the bytes that showed the choice; absent for `api` and `take-over`. */
  readonly text?: string
  /** BCP 47 tag of the language shown. */
  readonly language: string
  readonly method: ConsentMethod
  readonly choices: PurposeChoices
  /** The browser sent Global Privacy Control while the person decided. */
  readonly gpc?: true
  /** What the widget ran under, as the browser says; absent where the site has no rules by region, so everybody is asked first. */
  readonly under?: Under
  /** Of `take-over`: the tool that asked. */
  readonly tool?: ConsentTool
}

/** The part of a configuration a decision is judged by. */
export interface OfferedPurpose {
  readonly id: string
  /** Strictly necessary: never a choice. */
  readonly required: boolean
  /** Covered by Global Privacy Control: not offered by "Accept all" while the signal is on. */
  readonly gpc: boolean
}

/** Optional purposes an "Accept all" or "Reject all" covers; with GPC on, those it covers stay unasked. */
export function offeredPurposes(purposes: readonly OfferedPurpose[], gpc: boolean): string[] {
  return purposes.filter(p => !p.required && !(gpc && p.gpc)).map(p => p.id)
}

/** Every optional purpose that must be asked has an answer. Otherwise the banner is due. */
export function isComplete(
  choices: PurposeChoices,
  purposes: readonly OfferedPurpose[],
  gpc: boolean,
): boolean {
  return offeredPurposes(purposes, gpc).every(id => Object.hasOwn(choices, id))
}
