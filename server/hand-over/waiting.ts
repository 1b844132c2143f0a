/** A choice on its way from one domain of an owner's to another. */
export interface HandOver {
  /** Origins of the page it comes from and of the one it is for. */
  readonly from: string
  readonly to: string
  /** As the first-party cookie holds it. */
  readonly choice: string
}

export interface HandOvers {
  /** `undefined` when something waits under this token already; else until when it waits, in epoch milliseconds. */
  leave(site: string, token: string, handOver: HandOver): number | undefined
  /** Once, and by the origin it is for: whoever asks in vain has used it up. */
  take(site: string, token: string, to: string): HandOver | undefined
}

/** A page that was clicked to is there by then, on a slow line too. */
export const HAND_OVER_LIVES = 60_000
/** More than any server of ours gets in a minute; beyond, the oldest is forgotten and its person is asked. */
const MOST = 20_000

/** In memory alone: a choice that is lost on its way is asked for, and one that lay about would be somebody's secret. */
export function createHandOvers(now: () => number): HandOvers {
  const waiting = new Map<string, HandOver & { readonly until: number }>()
  return {
    leave(site, token, handOver) {
      const key = `${site} ${token}`
      if (waiting.has(key)) return undefined
      const [oldest] = waiting.keys()
      if (waiting.size >= MOST && oldest !== undefined) waiting.delete(oldest)
      const until = now() + HAND_OVER_LIVES
      waiting.set(key, { ...handOver, until })
      setTimeout(() => waiting.delete(key), HAND_OVER_LIVES).unref()
      return until
    },
    take(site, token, to) {
      const key = `${site} ${token}`
      const found = waiting.get(key)
      waiting.delete(key)
      if (!found || found.to !== to || found.until <= now()) return undefined
      const { from, choice } = found
      return { from, to, choice }
    },
  }
}
