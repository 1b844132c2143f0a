import type { EvidenceReason } from '../domain/evidence.ts'
import type { Channel } from '../domain/site.ts'
import type { LoggedMessage } from './messages.ts'
import { written, type InTime, type Known } from './moment.ts'
import { jsonOf, type CallOptions, type Send } from './send.ts'
import type { StatusAnswer } from './status.ts'

export interface EvidenceQuestion extends InTime {
  readonly channel: Channel
  /** In any spelling. */
  readonly address: string
  readonly program: string
  /** The address in part, and nothing else that is private. */
  readonly masked?: true
  /** Why it is read, for the log. */
  readonly reason?: EvidenceReason
}

type Answered = Pick<StatusAnswer, 'decision' | 'reason' | 'entry' | 'consentedAt' | 'text' | 'asOf'>

/** One entry of the log, and what was sealed beside it. */
export interface EvidenceEntry {
  readonly index: number
  /** RFC 6962 leaf hash, in hex. */
  readonly leaf: string
  readonly countsFrom: string
  readonly receivedAt: string
  /** Recorded more than ten minutes after it happened. */
  readonly late: boolean
  /** Not in the answer about the past: it counts from later, or was not recorded yet. */
  readonly unseen?: 'later' | 'unknown'
  readonly entry: Readonly<Record<string, unknown>>
  readonly private?: Readonly<Record<string, unknown>>
  readonly texts: readonly { readonly hash: string; readonly kind?: string; readonly language?: string }[]
}

/** Everything on record of one address about one program. */
export interface EvidenceAnswer {
  readonly site: string
  readonly seller: string
  readonly program: string
  readonly channel: Channel
  readonly address: string
  readonly masked: boolean
  readonly madeAt: string
  /** Index of the entry that records this reading; absent where nobody is known by the address. */
  readonly reading?: number
  readonly subject?: string
  readonly erasedAt?: string
  readonly now: Answered
  readonly past?: Answered & { readonly known?: Known }
  /** The oldest first. */
  readonly entries: readonly EvidenceEntry[]
  /** Who read it before. */
  readonly readings: readonly EvidenceEntry[]
  readonly others: number
  readonly messages: readonly Pick<LoggedMessage, 'at' | 'direction' | 'kind' | 'state' | 'title' | 'words'>[]
  readonly proof?: {
    readonly origin: string
    readonly size: number
    readonly root: string
    readonly checkpoint: string
    readonly keys: readonly string[]
  }
}

export const evidence =
  (send: Send) =>
  async (question: EvidenceQuestion, { signal }: CallOptions = {}): Promise<EvidenceAnswer> => {
    const { channel, address, program, masked, reason, asOf, knownAsOf } = question
    const moments = { asOf: written(asOf), knownAsOf: written(knownAsOf) }
    const query = { channel, address, program, ...moments, masked: masked && 'true', reason }
    const answer = await send('GET /v1/sites/{site}/evidence', { query, ...(signal && { signal }) })
    return jsonOf<EvidenceAnswer>(answer, signal)
  }
