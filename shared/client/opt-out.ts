import type { MarketingRefusalReason } from '../domain/marketing.ts'
import type { Channel } from '../domain/site.ts'
import { AssentError } from './error.ts'
import { milliseconds, type Moment } from './moment.ts'
import { newId } from './new-id.ts'
import { jsonOf, type CallOptions, type Send } from './send.ts'

/** What somebody told you elsewhere: by phone, by letter, in another system. */
export interface OptOut {
  readonly channel: Channel
  /** In any spelling. An address never seen is stored and answered like one that is known. */
  readonly address: string
  /** Absent: every program of this channel, those to come included. */
  readonly program?: string
  /** When they said so; now when left out. */
  readonly decidedAt?: Moment
  /** UUIDv7; made when left out. Hand one in to be able to send the same again after a fault: it is then stored once. */
  readonly id?: string
}

/** On disk when you read this. */
export interface Stored {
  readonly id: string
  /** Of its entry in the log. */
  readonly index: number
  /** The same was stored before, under this very id. */
  readonly duplicate: boolean
  /** RFC 3339, by the server's clock. */
  readonly receivedAt: string
}

/** Not stored, and why. */
export interface Refused {
  readonly id: string | null
  readonly refused: MarketingRefusalReason
  readonly status: number
  /** What to do. */
  readonly detail: string
}

/** 1 to 10 at once; each has its own answer, in the order given. */
export const optOuts =
  (send: Send) =>
  async (list: readonly OptOut[], { signal }: CallOptions = {}): Promise<readonly (Stored | Refused)[]> => {
    const json = { optOuts: list.map(asSent) }
    const answer = await send('POST /v1/sites/{site}/opt-outs', { json, ...(signal && { signal }) })
    return (await jsonOf<{ readonly entries: readonly (Stored | Refused)[] }>(answer, signal)).entries
  }

/** One, which is stored or an error: a no that was not recorded must not pass for one that was. */
export const optOut = (send: Send) => {
  const all = optOuts(send)
  return async (one: OptOut, call: CallOptions = {}): Promise<Stored> => {
    const [answer] = await all([one], call)
    if (answer && !('refused' in answer)) return answer
    const { refused: slug = 'unreadable', status = 200, detail = 'The answer holds nothing.' } = answer ?? {}
    throw new AssentError({ slug, status, detail })
  }
}

const asSent = ({ id = newId(), channel, address, program, decidedAt = Date.now() }: OptOut) => ({
  id,
  channel,
  address,
  ...(program !== undefined && { program }),
  decidedAt: milliseconds(decidedAt),
  method: 'api',
})
