import type { Log } from '../../shared/domain/log.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { isGivenUp, waitAfter } from './backoff.ts'
import { bodyOf, type Message } from './message.ts'
import { messagesOf } from './messages.ts'
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
export async function deliver(deps: DeliveryDeps, id: string, stopped: AbortSignal): Promise<void> {
  const { ledger, hooks } = deps
  while (!stopped.aborted) {
    const hook = hooks.find(id)
    if (!hook || !isDue(hook, ledger.now())) return
    const size = ledger.store.size(hook.site)
    if (hook.next >= size) return
    const { messages, to } = nextMessages(ledger, hook, size)
    // oxlint-disable no-await-in-loop -- the order is what is promised
    for (const message of messages) if (!(await attempt(deps, hook, message, stopped))) return
    hooks.advance(id, hook.next, to)
    if (messages.length === 0) await new Promise(resolve => void setImmediate(resolve))
    // oxlint-enable no-await-in-loop
  }
}

export const isDue = ({ state, notBefore = 0 }: Hook, now: number): boolean =>
  state === 'active' && notBefore <= now

/** Those of the next entry that has any, and the index after it. */
function nextMessages(
  ledger: Ledger,
  hook: Hook,
  size: number,
): { readonly messages: readonly Message[]; readonly to: number } {
  const { site, next } = hook
  return ledger.store.snapshot(() => {
    const published = ledger.store.current(site)
    const programs = (published && ledger.store.publication(site, published.configuration)?.programs) ?? []
    const end = Math.min(size, next + AT_ONCE)
    for (let index = next; index < end; index++) {
      const stored = ledger.store.entry(site, index)
      if (!stored) throw new Error(`entry ${index} of ${site} is missing: run assent verify`)
      const messages = messagesOf(ledger, hook, stored, programs)
      if (messages.length > 0) return { messages, to: index + 1 }
    }
    return { messages: [], to: end }
  })
}

/** `true` when it was taken. */
async function attempt(
  { hooks, poster, ledger: { now }, secrets, log, chance }: DeliveryDeps,
  before: Hook,
  message: Message,
  stopped: AbortSignal,
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
  hooks.record(id, deliveryOf(message, hook, outcome, at, now()), failing)
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
