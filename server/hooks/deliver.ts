import type { Log } from '../../shared/domain/log.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { isGivenUp, waitAfter } from './backoff.ts'
import { bodyOf, type Message } from './message.ts'
import { messagesOf } from './messages.ts'
import type { Pasts } from './past.ts'
import type { Outcome, Poster } from './post.ts'
import type { HookSecrets } from './secret.ts'
import { signatureHeaders } from './sign.ts'
import type { Delivery, Failing, Hook, HookStore } from './store.ts'

export interface DeliveryDeps {
  readonly ledger: Ledger
  readonly hooks: HookStore
  readonly secrets: HookSecrets
  readonly poster: Poster
  readonly log: Log
  /** Between 0 and 1; spreads what is tried again. */
  readonly chance: () => number
}

/** Entries looked through in one turn of the event loop. */
const AT_ONCE = 64

/**
 * Tells a hook of everything from where it is to the end of its log, in that order, one message at a time. The log is the
 * queue: where a hook is moves on only once all of an entry was taken, so a crash repeats messages and loses none. Ends at
 * the end of the log, at the first failure, or when the hook is no longer active.
 */
export async function deliver(
  deps: DeliveryDeps,
  id: string,
  pasts: Pasts,
  stopped: AbortSignal,
): Promise<void> {
  const { ledger, hooks } = deps
  while (!stopped.aborted) {
    const hook = hooks.find(id)
    if (!hook || !isDue(hook, ledger.now())) return
    const size = ledger.store.size(hook.site)
    if (hook.next >= size) return
    // oxlint-disable no-await-in-loop -- the order is what is promised
    const { messages, to } = await nextMessages(ledger, pasts, hook, size)
    for (const [n, message] of messages.entries()) {
      const past = n === messages.length - 1 ? { from: hook.next, to } : undefined
      if (!(await attempt(deps, hook, message, stopped, past))) return
    }
    if (messages.length === 0) {
      hooks.advance(id, hook.next, to)
      await new Promise(resolve => void setImmediate(resolve))
    }
    // oxlint-enable no-await-in-loop
  }
}

export const isDue = ({ state, notBefore = 0 }: Hook, now: number): boolean =>
  state === 'active' && notBefore <= now

/** Those of the next entry that has any, and the index after it. */
async function nextMessages(
  ledger: Ledger,
  pasts: Pasts,
  hook: Hook,
  size: number,
): Promise<{ readonly messages: readonly Message[]; readonly to: number }> {
  const { site, next } = hook
  const { store } = ledger
  const published = store.current(site)
  const programs = (published && store.publication(site, published.configuration)?.programs) ?? []
  const end = Math.min(size, next + AT_ONCE)
  for (let index = next; index < end; index++) {
    const stored = store.entry(site, index)
    if (!stored) throw new Error(`entry ${index} of ${site} is missing: run assent verify`)
    // oxlint-disable-next-line no-await-in-loop -- the order is what is promised
    const messages = await messagesOf({ ledger, pasts }, hook, stored, programs)
    if (messages.length > 0) return { messages, to: index + 1 }
  }
  return { messages: [], to: end }
}

/** `true` when it was taken. */
async function attempt(
  { hooks, poster, ledger: { now }, secrets, log, chance }: DeliveryDeps,
  before: Hook,
  message: Message,
  stopped: AbortSignal,
  past?: { readonly from: number; readonly to: number },
): Promise<boolean> {
  const { id, site } = before
  // As it is now: an earlier message of the same entry may have ended a row of failures.
  const hook = hooks.find(id) ?? before
  const at = now()
  const outcome = await poster.post(
    hook.url,
    () => {
      // Asked again: it may have been paused, removed or rotated while the connection was made.
      const current = hooks.find(id)
      const own = current?.state === 'active' ? secretsOf(hooks, secrets, current, now()) : []
      if (!current || own.length === 0) return undefined
      const body = bodyOf(current, message)
      const headers = signatureHeaders(own, { id: message.id, at: now(), body })
      return { headers: { ...CONTENT, ...headers }, body }
    },
    stopped,
  )
  if (outcome.kind === 'dropped') return false
  const failing = failingAfter(hook, outcome, now(), chance())
  const delivery = deliveryOf(message, hook, outcome, at, now())
  if (failing) hooks.failed(id, delivery, failing)
  else hooks.succeeded(id, delivery, past)
  const fields = { site, hook: id, recipient: hook.recipient }
  if (failing?.pausedWhy !== undefined)
    log.error('hook paused: its recipient is told nothing more', { ...fields, why: failing.pausedWhy })
  // Said once: what is tried again and again is in "assent hook log".
  else if (failing?.failures === 1)
    log.warn('hook failed, and is tried again', { ...fields, why: whyOf(outcome) })
  else if (!failing && hook.failures > 0) log.info('hook delivers again', fields)
  return outcome.kind === 'delivered'
}

export const CONTENT = { 'content-type': 'application/json', 'user-agent': 'Assent-Hooks' } as const

/** The newest first; the former one as long as it was said to sign. */
export function secretsOf(hooks: HookStore, secrets: HookSecrets, hook: Hook, now: number): Buffer[] {
  const wrapped = hooks.secrets(hook.id)
  if (!wrapped) return []
  const { secret, former } = wrapped
  const own = former && former.until > now ? [secret, former.secret] : [secret]
  return own.map(each => secrets.unwrap(hook, each))
}

function failingAfter(hook: Hook, outcome: Outcome, now: number, chance: number): Failing | undefined {
  if (outcome.kind === 'delivered' || outcome.kind === 'dropped') return undefined
  const failures = hook.failures + 1
  const since = hook.failingSince ?? now
  const asked = outcome.kind === 'failed' ? (outcome.retryAfter ?? 0) : 0
  const notBefore = now + Math.max(waitAfter(failures, chance), asked)
  const pausedWhy =
    outcome.kind === 'gone'
      ? 'it answered 410: it wants nothing more'
      : isGivenUp(since, now)
        ? `nothing was taken since ${new Date(since).toISOString()}; the last time: ${outcome.why}`
        : undefined
  return { failures, since, notBefore, ...(pausedWhy !== undefined && { pausedWhy }) }
}

const whyOf = (outcome: Outcome): string => (outcome.kind === 'failed' ? outcome.why : outcome.kind)

function deliveryOf(
  { id: message, event, index: entry }: Message,
  { failures }: Hook,
  outcome: Outcome,
  at: number,
  ended: number,
): Delivery {
  const status = 'status' in outcome ? outcome.status : undefined
  return {
    at,
    message,
    event,
    entry,
    attempt: failures + 1,
    milliseconds: Math.max(0, ended - at),
    ...(status !== undefined && { status }),
    ...(outcome.kind !== 'delivered' && { fault: outcome.kind === 'gone' ? 'gone' : whyOf(outcome) }),
  }
}
