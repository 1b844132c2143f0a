import type { ConsentModeSignal } from '../../shared/domain/signals.ts'
import type { PurposeKind, SiteConfiguration } from '../../shared/domain/site.ts'
import type { TakeOver } from '../../shared/domain/take-over.ts'
import type { From } from './read-file.ts'

/** Text by the language tag the other tool has it under. */
export type Texts = Readonly<Record<string, string>>

/** What a configuration of another tool says, in the words of ours; `map` and aliases are by its own names. */
export interface Found {
  readonly from: From
  /** As they stand there, the default first. */
  readonly languages: readonly string[]
  readonly title: Texts
  readonly text: Texts
  readonly purposes: readonly FoundPurpose[]
  readonly services: readonly FoundService[]
  readonly signals: Partial<Record<ConsentModeSignal, string>>
  readonly takeOver: Omit<TakeOver, 'switchedOn'>
  readonly aliases: Readonly<Record<string, string>>
  readonly expiresAfterDays: number | undefined
  readonly domain: string | undefined
  readonly appearance: Partial<SiteConfiguration['appearance']>
  readonly policy: string | undefined
}

export interface FoundPurpose {
  readonly id: string
  readonly kind: Exclude<PurposeKind, 'messages'>
  readonly name: Texts
  readonly description: Texts
}

export interface FoundService {
  readonly id: string
  readonly name: string
  readonly purpose: string
  readonly cookies: readonly FoundCookie[]
}

export interface FoundCookie {
  readonly name: string
  readonly domain?: string
  readonly path?: string
  readonly description?: Texts
}

/** What became of a configuration, told to its owner. */
export interface Notes {
  /** Ours as it was theirs. */
  readonly taken: string[]
  /** Differs, and why. */
  readonly changed: string[]
  /** Could not be read, or has nothing here that it could become. */
  readonly unknown: string[]
  /** What only the owner can know. */
  readonly todo: string[]
}

export const noNotes = (): Notes => ({ taken: [], changed: [], unknown: [], todo: [] })
