import type { InTime } from '../../../shared/domain/as-of.ts'
import type { SendDecision, StatusReason } from '../../../shared/domain/marketing.ts'
import type { Channel, Program, SiteConfiguration } from '../../../shared/domain/site.ts'
import type { PurposeStanding } from '../../../shared/domain/standing.ts'

/** A site as it is published now. */
export interface AskedSite {
  readonly key: string
  readonly configuration: Pick<SiteConfiguration, 'programs'> & {
    readonly controller?: Pick<SiteConfiguration['controller'], 'name'>
  }
}

/** About another moment it is answered by what was published then, too. */
export interface StatusQuestion extends InTime {
  readonly channel: Channel
  /** In any spelling. */
  readonly address: string
  readonly program: string
  /** Who is about to send. */
  readonly seller?: string
  /** The owner's number or address it will come from. */
  readonly sender?: string
  /** What people answer to that sender has not been coming in. */
  readonly isSilent?: boolean
  /** When it will be sent, epoch milliseconds; now when left out, or past. */
  readonly sendAt?: number
  /** IANA time zone of the person, where the owner knows it. */
  readonly zone?: string
  /** ISO 3166-1 or ISO 3166-2 region of the person, where the owner knows it. */
  readonly region?: string
}

export interface StatusAnswer {
  readonly decision: SendDecision
  readonly reason: StatusReason
  /** The entry that decides. */
  readonly entry?: { readonly id: string; readonly index: number }
  readonly consentedAt?: number
  /** When what it rests on ends; epoch milliseconds. */
  readonly expiresAt?: number
  /** Of quiet hours: when they are over wherever the person may be, and where that is. */
  readonly notBefore?: number
  readonly zones?: readonly string[]
  /** Hash of what was shown. */
  readonly text?: string
  readonly asOf: number
  /** Where it was asked what was known: by when, and how many entries of the log that was. */
  readonly known?: { readonly asOf: number; readonly entries: number }
}

export const sellerOf = ({ seller }: Program, { configuration }: AskedSite): string | undefined =>
  seller ?? configuration.controller?.name

export type Said = Pick<StatusAnswer, 'decision' | 'reason' | 'entry'>

export const entryOf = ({ act, index }: PurposeStanding): Pick<Said, 'entry'> =>
  act ? { entry: { id: act.id, index } } : {}
