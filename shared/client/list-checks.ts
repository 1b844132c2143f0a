import type { CheckMode, CheckReason, ListCounts, ListFormat } from '../domain/check.ts'
import type { Channel } from '../domain/site.ts'
import { written, type Moment } from './moment.ts'
import { jsonOf, type CallOptions, type Send } from './send.ts'
import type { EntryRef } from './status.ts'

export interface ChecksQuestion {
  /** SHA-256 (hex) of the list, as it was sent. */
  readonly list?: string
  /** Recorded at this moment or later. */
  readonly from?: Moment
  /** Recorded before this moment. */
  readonly to?: Moment
  /** The `before` of the answer before this one. */
  readonly before?: number
}

/** One check of one list, as the log has it. Times in RFC 3339. */
export interface RecordedCheck extends ListCounts {
  readonly entry: EntryRef
  readonly checkedAt: string
  readonly receivedAt: string
  readonly sendAt?: string
  readonly list: string
  readonly answer?: string
  readonly format: ListFormat
  readonly channel: Channel
  readonly program: string
  readonly mode: CheckMode
  readonly seller?: string
  readonly sender?: string
  readonly after?: number
  readonly against: { readonly size: number; readonly root: string }
  readonly configuration: string
  readonly rules: string
  readonly actor: string
}

export interface RecordedChecks {
  /** The newest first. */
  readonly checks: readonly RecordedCheck[]
  /** There are older ones: ask for them with this. */
  readonly before?: number
}

export const checks =
  (send: Send) =>
  async (question: ChecksQuestion = {}, { signal }: CallOptions = {}): Promise<RecordedChecks> => {
    const { list, from, to, before } = question
    const query = { list, from: written(from), to: written(to), before }
    return jsonOf(await send('GET /v1/sites/{site}/checks', { query, ...(signal && { signal }) }), signal)
  }

export interface ChangesQuestion {
  /** `logSize` of a check, or `next` of the answer before this one. */
  readonly after: number
  readonly channel: Channel
  /** Id of the program. */
  readonly program: string
}

export interface Changes {
  /** To be taken out of the list. */
  readonly changes: readonly {
    readonly address: string
    readonly decision: 'hold' | 'block'
    readonly reason: CheckReason
    readonly entry?: EntryRef
  }[]
  /** Of whom no address is known: where there are any, check the whole list again. */
  readonly unnamed: number
  /** Published anew since: check the whole list again. */
  readonly isConfigurationNew: boolean
  readonly next: number
  /** Ask again at once. */
  readonly isMore: boolean
}

export const changes =
  (send: Send) =>
  async ({ after, channel, program }: ChangesQuestion, { signal }: CallOptions = {}): Promise<Changes> => {
    const query = { after, channel, program }
    return jsonOf(await send('GET /v1/sites/{site}/changes', { query, ...(signal && { signal }) }), signal)
  }
