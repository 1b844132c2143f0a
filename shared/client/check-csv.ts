import type { CheckMode, CheckSummary } from '../domain/check.ts'
import { queryOf, type ListQuestion } from './check.ts'
import { jsonOf, type CallOptions, type Send } from './send.ts'
import { withoutSummary } from './summary-behind.ts'

/** A list as it comes, from a file or a network, in any piece size. */
export type CsvList =
  ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string> | string | Uint8Array | Blob

export interface CsvQuestion extends ListQuestion {
  /** `annotate` (default): every row with its answer in front; `filter`: the rows that may be written to, each address once, as they were. */
  readonly mode?: Exclude<CheckMode, 'count'>
  /** The column with the addresses: its name, or its number from 1. Found by itself when left out. */
  readonly column?: string | number
}

export interface CheckedCsv {
  /** The rows as CSV in UTF-8, while they are answered. Read it while the list is sent: the server keeps nothing. */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>
  /**
   * What the list came to, once `body` was read to its end. Rejects when the answer broke off: what was read until then is
   * not all of it.
   */
  readonly summary: Promise<CheckSummary>
}

export const checkCsv =
  (send: Send) =>
  async (list: CsvList, question: CsvQuestion, { signal }: CallOptions = {}): Promise<CheckedCsv> => {
    const { mode, column } = question
    // The server says it in a trailer too, which `fetch` cannot read.
    const query = { ...queryOf(question), mode, column, summary: 'behind' }
    const answer = await send('POST /v1/sites/{site}/checks', {
      query,
      csv: sendable(list),
      ...(signal && { signal }),
    })
    return withoutSummary(answer.body ?? emptyStream(), signal)
  }

/** Of the same list and question: how many rows there are with each answer. */
export const countCsv =
  (send: Send) =>
  async (list: CsvList, question: Omit<CsvQuestion, 'mode'>, { signal }: CallOptions = {}) => {
    const { column } = question
    const query = { ...queryOf(question), column, mode: 'count' }
    const answer = await send('POST /v1/sites/{site}/checks', {
      query,
      csv: sendable(list),
      ...(signal && { signal }),
    })
    return (await jsonOf<{ readonly summary: CheckSummary }>(answer, signal)).summary
  }

function sendable(list: CsvList): ReadableStream<Uint8Array> | string | Uint8Array | Blob {
  const isWhole = typeof list === 'string' || ArrayBuffer.isView(list)
  if (isWhole || list instanceof Blob || list instanceof ReadableStream) return list
  const pieces = list[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value)
    },
    async cancel() {
      await pieces.return?.()
    },
  })
}

const emptyStream = (): ReadableStream<Uint8Array<ArrayBuffer>> =>
  new ReadableStream<Uint8Array<ArrayBuffer>>({ start: controller => controller.close() })
