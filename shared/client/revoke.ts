import type { ToldBy } from '../domain/marketing.ts'
import type { Channel } from '../domain/site.ts'
import { written, type Moment } from './moment.ts'
import { newId } from './new-id.ts'
import type { Stored } from './opt-out.ts'
import { jsonOf, type CallOptions, type Send } from './send.ts'

/** What a person said to somebody of yours. */
export interface Revocation {
  readonly channel: Channel
  /** In any spelling. */
  readonly address: string
  /** Absent: every program of this channel, those to come included. */
  readonly program?: string
  /** When they said so, not when it is recorded. */
  readonly decidedAt: Moment
  readonly told: ToldBy
  /** A note for whoever looks later, such as the number of the letter; sealed. */
  readonly reference?: string
  /** UUIDv7; made when left out. Hand one in to be able to send the same again after a fault: it is then stored once. */
  readonly id?: string
}

export const revoke =
  (send: Send) =>
  async (revocation: Revocation, { signal }: CallOptions = {}): Promise<Stored> => {
    const { id = newId(), decidedAt, ...said } = revocation
    const json = { id, ...said, decidedAt: written(decidedAt) }
    const answer = await send('POST /v1/sites/{site}/revocations', { json, ...(signal && { signal }) })
    return jsonOf(answer, signal)
  }
