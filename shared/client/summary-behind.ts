import type { CheckSummary } from '../domain/check.ts'
import { unreachable } from './send.ts'

/** Stands between the last row and what the list came to, as in JSON text sequences (RFC 7464). */
const SEPARATOR = 0x1e
/** A summary is shorter. A cell may hold the separator too, so that it is no end of the rows by itself. */
const MOST_HELD = 65_536

type Bytes = Uint8Array<ArrayBuffer>

interface Split {
  readonly body: ReadableStream<Bytes>
  readonly summary: Promise<CheckSummary>
}

/** Takes the summary off the end of an answer, holding back no more than could be one. */
export function withoutSummary(answer: ReadableStream<Bytes>, signal?: AbortSignal): Split {
  const reader = answer.getReader()
  let held = new Uint8Array(0)
  let settle: { found: (summary: CheckSummary) => void; lost: (why: unknown) => void }
  const summary = new Promise<CheckSummary>((found, lost) => (settle = { found, lost }))
  // Who asks only for the rows is told by them: an unheard rejection would end the program.
  summary.catch(() => {})

  function rowsIn(piece: Bytes): Bytes {
    const bytes = joined(held, piece)
    const at = bytes.lastIndexOf(SEPARATOR)
    const end = at === -1 || bytes.length - at > MOST_HELD ? bytes.length : at
    held = bytes.slice(end)
    return bytes.subarray(0, end)
  }

  function broken(controller: ReadableStreamDefaultController, cause: unknown): void {
    const why = signal?.aborted ? signal.reason : unreachable(cause)
    settle.lost(why)
    controller.error(why)
  }

  function ended(controller: ReadableStreamDefaultController): void {
    try {
      const read = JSON.parse(new TextDecoder().decode(held.subarray(1))) as CheckSummary
      settle.found(read)
      controller.close()
    } catch (cause) {
      broken(controller, cause)
    }
  }

  const body = new ReadableStream<Bytes>({
    async pull(controller) {
      try {
        for (;;) {
          // oxlint-disable-next-line no-await-in-loop -- one piece after the other
          const { done, value } = await reader.read()
          if (done) return ended(controller)
          const rows = rowsIn(value)
          if (rows.length > 0) return controller.enqueue(rows)
        }
      } catch (cause) {
        broken(controller, cause)
      }
    },
    async cancel(reason) {
      settle.lost(unreachable(reason))
      await reader.cancel(reason)
    },
  })
  return { body, summary }
}

function joined(first: Bytes, second: Bytes): Bytes {
  const whole = new Uint8Array(first.length + second.length)
  whole.set(first)
  whole.set(second, first.length)
  return whole
}
