import type { Context } from 'hono'
import { isIP } from 'node:net'
import type { AppEnv } from './env.ts'
import { plainAddress, type TrustedProxies } from './proxies.ts'

/** Whoever really stands behind more proxies than this is found by the outermost of them. */
const MOST_HOPS = 16

/** Who holds the other end of the connection; `undefined` once it is gone. */
export function peerAddress(c: Context<AppEnv>): string | undefined {
  // Without a socket, as in a test of the app alone, there are no bindings either.
  const address = (c.env as AppEnv['Bindings'] | undefined)?.incoming?.socket.remoteAddress
  return address === undefined ? undefined : plainAddress(address)
}

/** What proxies said about the request, as it came in. */
export interface ForwardingHeaders {
  readonly xForwardedFor?: string | undefined
  readonly forwarded?: string | undefined
}

/**
 * The client's address: the direct peer, unless it is a trusted proxy; then the nearest hop that is none. A header that
 * a proxy does not write reaches us as the client wrote it, so two headers that disagree name nobody but the proxy.
 */
export function clientAddress(peer: string, headers: ForwardingHeaders, proxies: TrustedProxies): string {
  if (!proxies.trusts(peer)) return peer
  const lists = [
    ...(headers.xForwardedFor === undefined ? [] : [headers.xForwardedFor.split(',')]),
    ...(headers.forwarded === undefined ? [] : [forwardedValues(headers.forwarded, 'for')]),
  ]
  const named = new Set(lists.map(hops => nearestUntrusted(hops, peer, proxies)))
  return named.size === 1 ? [...named][0]! : peer
}

function nearestUntrusted(hops: readonly string[], peer: string, proxies: TrustedProxies): string {
  let client = peer
  for (const hop of hops.slice(-MOST_HOPS).toReversed()) {
    const address = hopAddress(hop)
    // What is no address was not written by a proxy we trust to tell one.
    if (address === undefined) return client
    client = address
    if (!proxies.trusts(address)) return client
  }
  return client
}

/** `192.0.2.1`, `192.0.2.1:4711`, `"[2001:db8::1]:4711"`: as proxies write it. */
function hopAddress(text: string): string | undefined {
  const hop = text.trim().replace(/^"|"$/g, '')
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop
  const address = plainAddress(bare)
  return isIP(address) === 0 ? undefined : address
}

/** The values of one parameter in a `Forwarded` header (RFC 7239), an empty one where an element has none. */
export function forwardedValues(header: string, parameter: 'for' | 'proto'): string[] {
  return header.split(',').map(element => {
    const pair = element.split(';').find(p => p.trim().toLowerCase().startsWith(`${parameter}=`))
    return pair?.slice(pair.indexOf('=') + 1).trim() ?? ''
  })
}

/** What neighbours share: an IPv4 /24 or an IPv6 /48. Coarse enough to be nobody. */
export function addressPrefix(address: string): string {
  if (!address.includes(':')) return address.slice(0, address.lastIndexOf('.'))
  const [head = '', tail] = address.split('::', 2).map(half => (half === '' ? [] : half.split(':')))
  const zeros = tail === undefined ? 0 : 8 - head.length - tail.length
  const groups = [...head, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...(tail ?? [])]
  return groups
    .slice(0, 3)
    .map(group => group.replace(/^0+(?=.)/, ''))
    .join(':')
}

/** The same as one writes it down: `192.0.2.0/24`, `2001:db8:1::/48`. `undefined` when nobody stood at the other end. */
export function networkOf(prefix: string): string | undefined {
  if (prefix === '') return undefined
  return prefix.includes(':') ? `${prefix}::/48` : `${prefix}.0/24`
}
