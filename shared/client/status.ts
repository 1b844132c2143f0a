import type { SendDecision, StatusReason } from '../domain/marketing.ts'
import type { Channel } from '../domain/site.ts'
import { written, type InTime, type Known } from './moment.ts'
import { jsonOf, type CallOptions, type Send } from './send.ts'

export interface StatusQuestion extends InTime {
  readonly channel: Channel
  /** In any spelling: the server normalises it. */
  readonly address: string
  /** Id of the program. */
  readonly program: string
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
  /** Hash of what was shown: `text(hash)` reads it. */
  readonly text?: string
  /** RFC 3339: the moment it is answered for. */
  readonly asOf: string
  readonly known?: Known
}

export const status =
  (send: Send) =>
  async (question: StatusQuestion, { signal }: CallOptions = {}): Promise<StatusAnswer> => {
    const { channel, address, program, asOf, knownAsOf } = question
    const query = { channel, address, program, asOf: written(asOf), knownAsOf: written(knownAsOf) }
    const call = signal && { signal }
    return jsonOf(await send('GET /v1/sites/{site}/status', { query, ...call }), signal)
  }
