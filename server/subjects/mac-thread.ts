import type { KeyObject } from 'node:crypto'
import { Worker } from 'node:worker_threads'

export interface Asked {
  readonly key: KeyObject
  readonly texts: readonly string[]
}

interface Waiting {
  readonly done: (macs: Uint8Array) => void
  readonly fail: (cause: Error) => void
}

// The same code runs as TypeScript and, built, as JavaScript.
const WORKER = new URL(
  import.meta.url.endsWith('.js') ? './mac-worker.js' : './mac-worker.ts',
  import.meta.url,
)

/**
 * HMAC-SHA256 of many texts, one behind the other, made beside the main thread: of a long list they are a fifth of all work,
 * and the only part that needs no database. The thread begins when it is needed first and keeps no process from ending.
 */
export function macsBeside(key: KeyObject, texts: readonly string[]): Promise<Uint8Array> {
  thread ??= begin()
  return thread(key, texts)
}

let thread: typeof macsBeside | undefined

function begin(): typeof macsBeside {
  // Answered in the order they were asked in.
  const waiting: Waiting[] = []
  const worker = new Worker(WORKER)
  worker.unref()
  worker.on('message', (macs: Uint8Array) => {
    waiting.shift()!.done(macs)
    if (waiting.length === 0) worker.unref()
  })
  let fault: unknown
  worker.once('error', cause => (fault = cause))
  worker.once('exit', code => {
    thread = undefined
    const cause = fault ?? new Error(`the thread ended with ${code}`)
    for (const { fail } of waiting) fail(new Error("couldn't hash addresses", { cause }))
  })
  return (key, texts) => {
    worker.ref()
    return new Promise((done, fail) => {
      waiting.push({ done, fail })
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      worker.postMessage({ key, texts } satisfies Asked)
    })
  }
}
