import type { Channel } from '../domain/site.ts'
import type { ListQuestion } from './check.ts'
import { jsonOf, type CallOptions, type Send } from './send.ts'

export interface HeadersQuestion {
  readonly channel: Channel
  /** In any spelling. */
  readonly address: string
  /** Id of the program the message belongs to. */
  readonly program: string
}

export interface MailHeaders {
  /** Each goes into the message as it is; DKIM has to sign `List-Unsubscribe` and `List-Unsubscribe-Post`. */
  readonly headers: Readonly<Record<string, string>>
  /** Link to the person's own page, for the text of the message. */
  readonly preferences: string
}

/** Nobody is written to by this address. */
export interface NoHeaders {
  readonly refused: 'unknown-address' | 'invalid-address'
  readonly detail: string
}

export const unsubscribeHeaders =
  (send: Send) =>
  async (question: HeadersQuestion, { signal }: CallOptions = {}): Promise<MailHeaders> => {
    const { channel, address, program } = question
    const query = { channel, address, program }
    const call = signal && { signal }
    return jsonOf(await send('GET /v1/sites/{site}/unsubscribe-headers', { query, ...call }), signal)
  }

export interface ManyHeadersQuestion extends ListQuestion {
  /** 1 to 10,000, in any spelling. */
  readonly addresses: readonly string[]
}

export const manyUnsubscribeHeaders =
  (send: Send) =>
  async (
    question: ManyHeadersQuestion,
    { signal }: CallOptions = {},
  ): Promise<readonly (MailHeaders | NoHeaders)[]> => {
    const { channel, program, addresses } = question
    const sent = { query: { channel, program }, json: { addresses }, ...(signal && { signal }) }
    const answer = await send('POST /v1/sites/{site}/unsubscribe-headers', sent)
    return (await jsonOf<{ readonly rows: readonly (MailHeaders | NoHeaders)[] }>(answer, signal)).rows
  }
