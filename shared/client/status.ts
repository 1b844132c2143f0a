import type { SendDecision, StatusReason } from '../domain/marketing.ts'
import type { Channel } from '../domain/site.ts'
import { written, type InTime, type Known, type Moment } from './moment.ts'
import { jsonOf, type CallOptions, type Send } from './send.ts'

/** Who is about to send, and when. */
export interface Sending {
  /** By the program's name for it. */
  readonly seller?: string
  /** Id of the configured sender it comes from. */
  readonly sender?: string
  /** When it will be sent; now when left out or past. */
  readonly sendAt?: Moment
}

export interface StatusQuestion extends InTime, Sending {
  readonly channel: Channel
  /** In any spelling: the server normalises it. */
  readonly address: string
  /** Id of the program. */
  readonly program: string
  /** IANA time zone of the person, where you know it. */
  readonly zone?: string
  /** ISO 3166-2 region of the person, such as `US-FL`, where you know it. */
  readonly region?: string
}

/** An entry of the log. */
export interface EntryRef {
  readonly id: string
  readonly index: number
}

export interface StatusAnswer {
  /** Only `send` is a yes. */
  readonly decision: SendDecision
  readonly reason: StatusReason
  /** The entry that decides. */
  readonly entry?: EntryRef
  /** RFC 3339. */
  readonly consentedAt?: string
  /** When what it rests on ends (RFC 3339). */
  readonly expiresAt?: string
  /** Of quiet hours: when they are over wherever the person may be (RFC 3339), and where that is. */
  readonly notBefore?: string
  readonly zones?: readonly string[]
  /** Hash of what was shown: `text(hash)` reads it. */
  readonly text?: string
  /** RFC 3339: the moment it is answered for. */
  readonly asOf: string
  readonly known?: Known
}

export const status =
  (send: Send) =>
  async (question: StatusQuestion, { signal }: CallOptions = {}): Promise<StatusAnswer> => {
    const { channel, address, program, zone, region, asOf, knownAsOf } = question
    const moments = { asOf: written(asOf), knownAsOf: written(knownAsOf) }
    const query = { channel, address, program, zone, region, ...sendingOf(question), ...moments }
    const call = signal && { signal }
    return jsonOf(await send('GET /v1/sites/{site}/status', { query, ...call }), signal)
  }

export const sendingOf = ({ seller, sender, sendAt }: Sending) => ({
  seller,
  sender,
  sendAt: written(sendAt),
})
