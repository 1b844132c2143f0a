import { faultText, type Log } from '../../shared/domain/log.ts'
import { deliver, isDue, type DeliveryDeps } from '../hooks/deliver.ts'
import { openPasts, type Pasts } from '../hooks/past.ts'
import type { Hook } from '../hooks/store.ts'

export interface HookDelivery {
  /** Begins whatever is due. Resolves when all of it was delivered or failed; no hook waits for another. */
  run(): Promise<void>
  /** Ends the timer and whatever is under way: that is delivered again after the next start. */
  stop(): Promise<void>
}

/** Looks at an interval whether a log has grown that somebody is to be told of. */
export function startHookDelivery(deps: DeliveryDeps, every: number): HookDelivery {
  const { ledger, hooks, log } = deps
  const stopped = new AbortController()
  const underWay = new Map<string, Promise<void>>()
  const failing = new Map<string, string>()
  /** Of each hook: they are at different places of a log. */
  const pasts = new Map<string, Pasts>()

  function begin(): void {
    const now = ledger.now()
    const active = hooks.list().filter(hook => hook.state === 'active')
    for (const id of pasts.keys()) if (!active.some(hook => hook.id === id)) pasts.delete(id)
    if (active.some(({ formerUntil = Infinity }) => formerUntil <= now)) hooks.dropFormer(now)
    for (const hook of active) if (!underWay.has(hook.id) && hasNews(hook, now)) work(hook)
  }

  function hasNews(hook: Hook, now: number): boolean {
    const size = ledger.store.size(hook.site)
    if (hook.next > size) keepWithin(hook, size, log)
    return hook.next < size && isDue(hook, now)
  }

  /** A log that is shorter than what was told of it was restored: what it grows by now is new, under indexes told before. */
  function keepWithin({ id, site, next }: Hook, size: number, to: Log): void {
    to.warn('log is shorter than what a hook was told of: it goes on from the end', {
      site,
      hook: id,
      next,
      size,
    })
    hooks.rewind(id, size)
  }

  function work({ id, site }: Hook): void {
    const own = pasts.get(id) ?? openPasts(ledger, site)
    pasts.set(id, own)
    underWay.set(
      id,
      deliver(deps, id, own, stopped.signal)
        .then(() => void failing.delete(id))
        .catch((fault: unknown) => {
          if (!stopped.signal.aborted) say(id, { site, hook: id }, fault)
        })
        .finally(() => void underWay.delete(id)),
    )
  }

  /** Every second the same line would drown the log. */
  function say(key: string, fields: { site?: string; hook?: string }, fault: unknown): void {
    const why = faultText(fault)
    if (failing.get(key) !== why) log.error('hooks not delivered', { ...fields, why })
    failing.set(key, why)
  }

  async function run(): Promise<void> {
    try {
      if (!stopped.signal.aborted) begin()
      failing.delete(ALL)
    } catch (fault) {
      say(ALL, {}, fault)
    }
    await Promise.all(underWay.values())
  }

  const timer = setInterval(() => void run(), every)
  timer.unref()
  return {
    run,
    async stop() {
      clearInterval(timer)
      stopped.abort()
      await Promise.all(underWay.values())
    },
  }
}

/** Stands for the list of hooks itself; no id looks like it. */
const ALL = '(all hooks)'
