import type { Context, MiddlewareHandler } from 'hono'
import { addressPrefix, clientAddress, networkOf, peerAddress } from './client-address.ts'
import type { AppEnv } from './env.ts'
import type { TrustedProxies } from './proxies.ts'

/** One request as the access log has it. No address, query, header or id is in it, and no path: only which route it was. */
export interface AccessLine {
  readonly method: string
  /** The route's own pattern, such as `/v1/sites/:site/receipts/:id`. */
  readonly route: string
  readonly site?: string
  readonly status: number
  /** Milliseconds until the last byte of the answer was handed over. */
  readonly ms: number
  /** Of the answer, headers included. */
  readonly bytes: number
  /** IPv4 /24 or IPv6 /48, as the limits count. */
  readonly network?: string
  /** The other end was gone before all of it was sent. */
  readonly aborted?: true
}

/** Methods there are; whatever else a program invents is not written down. */
const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'DELETE', 'PATCH']

/** Says of every request how it went, once the answer is out. */
export const accessLog =
  (tell: (line: AccessLine) => void, proxies: TrustedProxies): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const { incoming, outgoing } = c.env
    if (!incoming || !outgoing) return next()
    const began = performance.now()
    const { socket } = incoming
    const before = socket.bytesWritten
    const network = networkAt(c, proxies)
    let route = '*'
    let site: string | undefined
    outgoing.once('close', () =>
      tell({
        method: METHODS.includes(c.req.method) ? c.req.method : 'other',
        route,
        ...(site !== undefined && { site }),
        status: outgoing.statusCode,
        ms: Math.round((performance.now() - began) * 10) / 10,
        bytes: socket.bytesWritten - before,
        ...(network !== undefined && { network }),
        ...(!outgoing.writableFinished && { aborted: true }),
      }),
    )
    await next()
    // Only what was published: a word somebody made up is no site.
    site = (c.get('site') as AppEnv['Variables']['site'] | undefined)?.key
    route = routeOf(c)
  }

/** The pattern of the last handler that was reached, but for those of every request. */
const routeOf = (c: Context<AppEnv>): string =>
  c.req.matchedRoutes.findLast(({ path }) => path !== '/*' && path !== '*')?.path ?? '*'

function networkAt(c: Context<AppEnv>, proxies: TrustedProxies): string | undefined {
  const peer = peerAddress(c)
  if (peer === undefined) return undefined
  const headers = { xForwardedFor: c.req.header('x-forwarded-for'), forwarded: c.req.header('forwarded') }
  return networkOf(addressPrefix(clientAddress(peer, headers, proxies)))
}
