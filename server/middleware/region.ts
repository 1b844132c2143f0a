import type { Context } from 'hono'
import { readRegion } from '../../shared/domain/regime.ts'
import { peerAddress } from './client-address.ts'
import type { AppEnv } from './env.ts'
import type { TrustedProxies } from './proxies.ts'

export interface Regions {
  /** Headers in which trusted proxies tell a visitor's country and, in the second, its part; none where nobody does. */
  readonly regionHeaders: readonly string[]
  readonly proxies: TrustedProxies
}

/**
 * Where a trusted proxy says that the visitor is. A header that somebody else wrote is not looked at, and one that holds no
 * region, such as two of them, tells of none: then the strictest rules hold.
 */
export function regionOf(c: Context<AppEnv>, { regionHeaders, proxies }: Regions): string | undefined {
  const [country, part] = regionHeaders
  const peer = peerAddress(c)
  if (country === undefined || peer === undefined || !proxies.trusts(peer)) return undefined
  return readRegion(c.req.header(country), part === undefined ? undefined : c.req.header(part))
}
