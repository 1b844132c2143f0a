import type { Context, MiddlewareHandler } from 'hono'
import { forwardedValues, peerAddress } from './client-address.ts'
import type { AppEnv } from './env.ts'
import { problem } from './problem.ts'
import type { TrustedProxies } from './proxies.ts'

export interface Transport {
  /** Address under which browsers reach this server. */
  readonly url: string
  /** `https` in `url`. */
  readonly production: boolean
  /** TLS ends in this process; otherwise in a trusted proxy. */
  readonly ownTls: boolean
  readonly proxies: TrustedProxies
}

/** What watches the process asks it directly, past the proxy. */
const HEALTH = ['/healthz', '/readyz']
const LOOPBACK = /^(127\.|::1$)/

/**
 * In production nothing is answered that did not come over https: pages are redirected, everything else is refused,
 * for what was sent in the clear must not look as if it had arrived safely.
 */
export function onlyHttps({ url, production, ownTls, proxies }: Transport): MiddlewareHandler<AppEnv> {
  if (!production) return (_, next) => next()
  return async (c, next) => {
    const peer = peerAddress(c)
    const trusted = peer !== undefined && proxies.trusts(peer)
    const scheme = (trusted ? browserScheme(c) : undefined) ?? (ownTls ? 'https' : undefined)
    if (scheme === 'https' && (trusted || ownTls)) {
      c.header('Strict-Transport-Security', 'max-age=31536000')
      return next()
    }
    if (peer !== undefined && LOOPBACK.test(peer) && HEALTH.includes(c.req.path)) return next()
    if (!trusted)
      return problem(
        c,
        'untrusted-proxy',
        `Use ${url}; the operator lists its proxy in ASSENT_TRUSTED_PROXIES.`,
      )
    if (scheme === undefined)
      return problem(c, 'https-required', 'Have the proxy say how the browser came: set X-Forwarded-Proto.')
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD')
      return problem(c, 'https-required', `Send this to ${url}: nothing of it was taken.`)
    const { pathname, search } = new URL(c.req.url)
    return c.redirect(`${url}${pathname}${search}`, 308)
  }
}

/** How the browser came to the outermost proxy; one hop that says "http" is enough for "http". */
function browserScheme(c: Context<AppEnv>): 'https' | 'http' | undefined {
  const forwarded = c.req.header('forwarded')
  const said = [
    ...(c.req.header('x-forwarded-proto')?.split(',') ?? []),
    ...(forwarded === undefined ? [] : forwardedValues(forwarded, 'proto')),
  ].flatMap(scheme => scheme.replaceAll('"', '').trim().toLowerCase() || [])
  if (said.length === 0) return undefined
  return said.every(scheme => scheme === 'https') ? 'https' : 'http'
}
