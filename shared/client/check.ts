import type { CheckMode, CheckReason, CheckSummary } from '../domain/check.ts'
import type { SendDecision } from '../domain/marketing.ts'
import type { Channel } from '../domain/site.ts'
import { jsonOf, type CallOptions, type Send } from './send.ts'
import { sendingOf, type EntryRef, type Sending } from './status.ts'

export interface ListQuestion extends Sending {
  readonly channel: Channel
  /** Id of the program. */
  readonly program: string
  /** `logSize` of an earlier check of this list: only what may have changed for the worse since is answered. */
  readonly after?: number
}

/** As parameters of the address. */
export const queryOf = ({ channel, program, after, ...sending }: ListQuestion) => ({
  channel,
  program,
  ...(after !== undefined && { after: String(after) }),
  ...sendingOf(sending),
})

export interface CheckQuestion extends ListQuestion {
  /** 1 to 10,000, in any spelling; a longer list goes through `checkCsv`. */
  readonly addresses: readonly string[]
  /** `annotate` (default): every row; `filter`: those that may be written to, each address once; `count`: none, only the summary. */
  readonly mode?: CheckMode
}

export interface CheckedRow {
  /** Only `send` is a yes. */
  readonly decision: SendDecision
  readonly reason: CheckReason
  /** The one spelling of it, where it is an address. */
  readonly address?: string
  /** The entry that decides. */
  readonly entry?: EntryRef
  /** RFC 3339. */
  readonly consentedAt?: string
  readonly expiresAt?: string
  /** Of quiet hours: when they are over there (RFC 3339). */
  readonly notBefore?: string
  /** The first row with this address, from 1. */
  readonly duplicateOf?: number
}

export interface CheckAnswer {
  /** In the order asked; absent with `count`. */
  readonly rows?: readonly CheckedRow[]
  readonly summary: CheckSummary
}

export const check =
  (send: Send) =>
  async (question: CheckQuestion, { signal }: CallOptions = {}): Promise<CheckAnswer> => {
    const { mode, addresses } = question
    const query = { ...queryOf(question), mode }
    const json = { addresses }
    return jsonOf(
      await send('POST /v1/sites/{site}/checks', { query, json, ...(signal && { signal }) }),
      signal,
    )
  }
