import type { Channel } from '../domain/site.ts'
import { jsonOf, type CallOptions, type Send } from './send.ts'

export interface MessagesQuestion {
  readonly channel: Channel
  /** In any spelling. */
  readonly address: string
}

/** One message to or from a person. */
export interface LoggedMessage {
  readonly id: string
  /** RFC 3339: when it was sent or came in; of one that is neither, when it was asked for. */
  readonly at: string
  readonly channel: Channel
  readonly direction: 'out' | 'in'
  /** `confirm`, `welcome`, `stopped`, `help` or `preferences`; of what came in its keyword, or `other`. */
  readonly kind: string
  readonly program?: string
  /** Id of the entry it follows from, or that follows from it. */
  readonly entry?: string
  readonly state: 'due' | 'sent' | 'failed' | 'received'
  readonly attempts: number
  /** What its provider calls it. */
  readonly providerId?: string
  /** Why it failed, or last did. */
  readonly fault?: string
  readonly to?: string
  readonly title?: string
  /** Word for word, but for the secret of a link. */
  readonly words?: string
}

export const messages =
  (send: Send) =>
  async (
    { channel, address }: MessagesQuestion,
    { signal }: CallOptions = {},
  ): Promise<readonly LoggedMessage[]> => {
    const query = { channel, address }
    const answer = await send('GET /v1/sites/{site}/messages', { query, ...(signal && { signal }) })
    return (await jsonOf<{ readonly messages: readonly LoggedMessage[] }>(answer, signal)).messages
  }
