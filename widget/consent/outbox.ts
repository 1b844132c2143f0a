import { base, configuration, key } from './config.ts'
import { writeCookie } from './cookie.ts'
import { readCookie, stored } from './stored.ts'

/** A decision as it is sent: `ConsentDecision` and the secret. JSON leaves out what is undefined. */
export type QueuedDecision = { readonly id: string } & Readonly<Record<string, unknown>>

/** About 16 KB: keepalive allows 65,536 B for all that is in flight on a page, other people's included. */
const POST_LIMIT = 16

/** Doubled for ever, a pause would outgrow what timers can wait, and end as none. */
const LONGEST_PAUSE = 3e6

let isSending = false
let pause = 500

/** `_` and an id: the key of a decision. Without: the cookie, where there is no localStorage. */
const nameOf = (part = ''): string => `${key}_out${part}`

/**
 * Decisions not acknowledged yet, in the order of their ids, which is the order of their times; nothing else is sent. A
 * neighbouring host may have planted the cookie: what no browser of ours wrote, such as a subject, would hold the rest back.
 */
const waiting = (): string[] =>
  stored('localStorage')
    .filter(name => name.startsWith(nameOf('_')))
    .map(name => localStorage[name] as string)
    .concat(readCookie(nameOf())!)
    .flatMap(raw => {
      try {
        const text = decodeURIComponent(raw)
        const { id, subject } = JSON.parse(text) as Record<string, unknown>
        return subject || !id ? [] : text
      } catch {
        return [] // None, or none of ours.
      }
    })
    .sort() // oxlint-disable-line typescript/require-array-sort-compare -- texts, and their order is the default one

/** One storage key per decision: two tabs rewriting one key would lose one. */
export function enqueue(decision: QueuedDecision): void {
  window.assent!.last = decision
  const text = JSON.stringify(decision)
  try {
    localStorage[nameOf(`_${decision.id}`)] = text
  } catch {
    // No localStorage (null, blocked or full): the cookie holds the latest decision until it is acknowledged.
    writeCookie(nameOf(), encodeURIComponent(text), configuration.expiresAfter)
  }
  // Not in the turn of the click: what the person sees of it comes first.
  setTimeout(() => void flush())
}

async function post(): Promise<void> {
  const batch = waiting().slice(0, POST_LIMIT)
  // Another tab was faster.
  if (!batch[0]) return
  try {
    const answer = await fetch(decisionsAddress(), {
      method: 'POST',
      // A string is sent as text/plain, which needs no preflight.
      body: `{"decisions":[${batch.join()}]}`,
      keepalive: true,
      credentials: 'omit',
    })
    for (const entry of (await answer.json()).entries) {
      // Stored, or refused for good: either way it is answered.
      if (entry.id === window.assent!.last?.id) window.assent!.last = entry
      if (readCookie(nameOf())?.includes(entry.id)) writeCookie(nameOf(), '', 0)
      delete localStorage[nameOf(`_${entry.id}`)]
    }
  } catch {
    // Not answered, or not as we understand: all of it waits. Or there is no localStorage to forget it in.
  }
}

/** Sends what waits, one request at a time over all tabs. */
export async function flush(): Promise<void> {
  if (isSending || !waiting()[0]) return
  isSending = true
  // Absent on plain http, rejecting where storage is blocked: a decision sent twice is stored once.
  await (navigator.locks?.request(nameOf('_'), post).catch(post) ?? post())
  isSending = false
  if (waiting()[0]) setTimeout(() => void flush(), (pause = Math.min(pause * 2, LONGEST_PAUSE)))
}

/** Address of this site's decisions: sent to, and read from. */
export const decisionsAddress = (): string => `${base}../../v1/sites/${configuration.site}/decisions`
