import type { Context, MiddlewareHandler } from 'hono'
import type { Meter } from '../../shared/domain/meter.ts'
import { addressPrefix, clientAddress, peerAddress } from './client-address.ts'
import type { AppEnv } from './env.ts'
import { problem } from './problem.ts'
import type { TrustedProxies } from './proxies.ts'

export interface LimitSettings {
  /** How fast the bucket of a site and address prefix fills again. */
  readonly perMinute: number
  /** How much it holds. */
  readonly burst: number
  /** What all addresses together may add to a site's log in one hour. */
  readonly sitePerHour: number
}

interface OverLimit {
  readonly of: 'address' | 'site'
  /** After so many seconds it would pass, if nobody else comes first. */
  readonly seconds: number
}

export interface Limits {
  /** Takes all of it or nothing. */
  take(site: string, prefix: string, cost: { tokens: number; entries: number }): OverLimit | undefined
}

/** At least so many buckets are remembered, at most twice as many; whoever is forgotten begins with a full one. */
const REMEMBERED = 50_000
const HOUR = 3_600_000

interface Bucket {
  tokens: number
  at: number
}

/** Lives in memory only, and holds no whole address. `tell` hears of a site whose hour is used up, once an hour. */
export function createLimits(
  settings: LimitSettings,
  now: () => number,
  tell: (site: string) => void,
): Limits {
  const { perMinute, burst, sitePerHour } = settings
  // Two generations: forgetting the older one whole costs nothing on the way of a request.
  let recent = new Map<string, Bucket>()
  let older = new Map<string, Bucket>()
  const hours = new Map<string, { hour: number; entries: number; told: boolean }>()

  function bucketOf(key: string, time: number): Bucket {
    const known = recent.get(key) ?? older.get(key)
    if (!known) return remember(key, { tokens: burst, at: time })
    // A clock that was set back fills nothing.
    known.tokens = Math.min(burst, known.tokens + (Math.max(0, time - known.at) * perMinute) / 60_000)
    known.at = time
    return recent.has(key) ? known : remember(key, known)
  }

  function remember(key: string, bucket: Bucket): Bucket {
    if (recent.size >= REMEMBERED) [older, recent] = [recent, new Map()]
    recent.set(key, bucket)
    return bucket
  }

  function hourOf(site: string, time: number) {
    const hour = Math.floor(time / HOUR)
    const known = hours.get(site)
    if (known?.hour === hour) return known
    const fresh = { hour, entries: 0, told: false }
    hours.set(site, fresh)
    return fresh
  }

  return {
    take(site, prefix, { tokens, entries }) {
      const time = now()
      const bucket = bucketOf(`${site} ${prefix}`, time)
      if (bucket.tokens < tokens)
        return { of: 'address', seconds: Math.ceil(((tokens - bucket.tokens) * 60) / perMinute) }
      const hour = hourOf(site, time)
      if (hour.entries + entries > sitePerHour) {
        if (!hour.told) tell(site)
        hour.told = true
        return { of: 'site', seconds: Math.ceil(((hour.hour + 1) * HOUR - time) / 1000) }
      }
      bucket.tokens -= tokens
      hour.entries += entries
      return undefined
    },
  }
}

/** The same limits, and a meter that hears of whoever came too soon. */
export const counted = (limits: Limits, meter: Meter | undefined): Limits =>
  meter === undefined
    ? limits
    : {
        take(site, prefix, cost) {
          const over = limits.take(site, prefix, cost)
          if (over) meter.limited(over.of)
          return over
        },
      }

/** Before a body is read: one token. What it holds is counted by `overLimit`, once that is known. */
export const rateLimit =
  (limits: Limits, proxies: TrustedProxies): MiddlewareHandler<AppEnv> =>
  async (c, next) =>
    limitedNow(c, limits, proxies) ?? next()

/**
 * One token of the network a request comes from, where it hangs on what was read whether any is taken: the refusal, if it is too
 * soon.
 */
export function limitedNow(
  c: Context<AppEnv>,
  limits: Limits,
  proxies: TrustedProxies,
): Response | undefined {
  c.set('addressPrefix', prefixOf(c, proxies))
  const over = limits.take(c.get('site').key, c.get('addressPrefix'), { tokens: 1, entries: 0 })
  return over && tooMany(c, over)
}

/** What would become `entries` entries: the refusal, when that is too many at this moment. The first token is taken. */
export function overLimit(c: Context<AppEnv>, limits: Limits, entries: number): Response | undefined {
  const over = limits.take(c.get('site').key, c.get('addressPrefix'), { tokens: entries - 1, entries })
  return over && tooMany(c, over)
}

/** One token of a bucket of its own, such as that of one link, wherever it comes from. */
export function overLimitOf(c: Context<AppEnv>, limits: Limits, bucket: string): Response | undefined {
  const over = limits.take(c.get('site').key, bucket, { tokens: 1, entries: 0 })
  return over && tooMany(c, over)
}

function prefixOf(c: Context<AppEnv>, proxies: TrustedProxies): string {
  const headers = { xForwardedFor: c.req.header('x-forwarded-for'), forwarded: c.req.header('forwarded') }
  const peer = peerAddress(c)
  return peer === undefined ? '' : addressPrefix(clientAddress(peer, headers, proxies))
}

function tooMany(c: Context<AppEnv>, { of, seconds }: OverLimit): Response {
  c.header('Retry-After', `${seconds}`)
  // Otherwise a page of another origin could not read it.
  c.header('Access-Control-Expose-Headers', 'Retry-After')
  const from = of === 'address' ? 'your network' : 'this site'
  return problem(c, 'rate-limited', `Too much came from ${from}: send it again in ${seconds} s, unchanged.`)
}
