import type { CheckMode, CheckReason, CheckSummary } from '../domain/check.ts'
import type { SendDecision } from '../domain/marketing.ts'
import type { Channel } from '../domain/site.ts'
import { jsonOf, type CallOptions, type Send } from './send.ts'
import type { EntryRef } from './status.ts'

export interface ListQuestion {
  readonly channel: Channel
  /** Id of the program. */
  readonly program: string
}

export interface CheckQuestion extends ListQuestion {
  /** 1 to 10,000, in any spelling; a longer list goes through `checkCsv`. */
  readonly addresses: readonly string[]
  /** `annotate` (default): every row; `filter`: those that may be written to; `count`: none, only the summary. */
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
    const { channel, program, mode, addresses } = question
    const query = { channel, program, mode }
    const json = { addresses }
    return jsonOf(
      await send('POST /v1/sites/{site}/checks', { query, json, ...(signal && { signal }) }),
      signal,
    )
  }
