import { configuration, decisionsAddress, key } from './config.ts'
import { readCookie, writeCookie } from './cookie.ts'
import { nameOf, waiting } from './waiting.ts'

/** A decision as it is sent: `ConsentDecision` and the secret. JSON leaves out what is undefined. */
export type QueuedDecision = { readonly id: string } & Readonly<Record<string, unknown>>

/** About 16 KB: keepalive allows 65,536 B for all that is in flight on a page, other people's included. */
const POST_LIMIT = 16

let last: { id: string; index?: number } | undefined
let isSending = false
let pause = 500

/** The last decision of this page view; its index once acknowledged. */
export const receipt = (): typeof last => last

/** One storage key per decision: two tabs rewriting one key would lose one. */
export function enqueue(decision: QueuedDecision): void {
  last = { id: decision.id }
  const text = JSON.stringify(decision)
  try {
    localStorage[nameOf(decision.id)] = text
  } catch {
    // No localStorage (null, blocked or full): the cookie holds the latest decision until it is acknowledged.
    writeCookie(`${key}_out`, encodeURIComponent(text), configuration.expiresAfterDays)
  }
  void flush()
}

function forget(id: string): void {
  try {
    delete localStorage[nameOf(id)]
  } catch {
    // As above.
  }
  if (readCookie(`${key}_out`)?.includes(id)) writeCookie(`${key}_out`, '', 0)
}

async function post(): Promise<void> {
  try {
    const answer = await fetch(decisionsAddress(), {
      method: 'POST',
      // A string is sent as text/plain, which needs no preflight.
      body: `{"decisions":[${waiting().slice(0, POST_LIMIT).join()}]}`,
      keepalive: true,
      credentials: 'omit',
    })
    for (const entry of (await answer.json()).entries) {
      // Stored, or refused for good: either way it is answered.
      forget(entry.id)
      if (entry.id === last?.id) last = entry
    }
  } catch {
    // Not answered, or not as we understand: all of it waits.
  }
}

/** Sends what waits, one request at a time over all tabs. */
export async function flush(): Promise<void> {
  if (isSending || !waiting()[0]) return
  isSending = true
  // Absent on plain http, rejecting where storage is blocked: a decision sent twice is stored once.
  await (navigator.locks?.request(nameOf(''), post).catch(post) ?? post())
  isSending = false
  if (waiting()[0]) setTimeout(() => void flush(), (pause *= 2))
}
