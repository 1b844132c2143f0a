import { BlockList, isIP } from 'node:net'

/**
 * Networks that are nobody's on the internet: this machine, the house it stands in, what a protocol set aside. IANA's
 * special-purpose registries (RFC 6890) by the RFC that set each apart.
 */
const INWARD_4: readonly (readonly [network: string, prefix: number, source: string])[] = [
  ['0.0.0.0', 8, 'RFC 791, this network'],
  ['10.0.0.0', 8, 'RFC 1918, private'],
  ['100.64.0.0', 10, 'RFC 6598, shared (carrier-grade NAT)'],
  ['127.0.0.0', 8, 'RFC 1122, loopback'],
  ['169.254.0.0', 16, 'RFC 3927, link-local; cloud metadata'],
  ['172.16.0.0', 12, 'RFC 1918, private'],
  ['192.0.0.0', 24, 'RFC 6890, protocol assignments'],
  ['192.0.2.0', 24, 'RFC 5737, documentation'],
  ['192.88.99.0', 24, 'RFC 7526, former 6to4 relay'],
  ['192.168.0.0', 16, 'RFC 1918, private'],
  ['198.18.0.0', 15, 'RFC 2544, benchmarking'],
  ['198.51.100.0', 24, 'RFC 5737, documentation'],
  ['203.0.113.0', 24, 'RFC 5737, documentation'],
  ['224.0.0.0', 4, 'RFC 5771, multicast'],
  ['240.0.0.0', 4, 'RFC 1112, reserved; broadcast'],
]

/** All of IPv6 that is the internet (RFC 4291, 2.4); so neither `::1`, `fd00::`, `fe80::`, mapped IPv4 nor NAT64. */
const OUTWARD_6 = ['2000::', 3] as const
/** And what in it is not. */
const INWARD_6: readonly (readonly [network: string, prefix: number, source: string])[] = [
  ['2001::', 23, 'RFC 2928, protocol assignments; Teredo, ORCHID, benchmarking'],
  ['2001:db8::', 32, 'RFC 3849, documentation'],
  ['2002::', 16, 'RFC 3056, 6to4: any IPv4 address may be inside'],
  ['3fff::', 20, 'RFC 9637, documentation'],
]

const inward = new BlockList()
for (const [network, prefix] of INWARD_4) inward.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of INWARD_6) inward.addSubnet(network, prefix, 'ipv6')
const internet6 = new BlockList()
internet6.addSubnet(...OUTWARD_6, 'ipv6')
const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** An address that a message may be posted to: on the internet; in development, on this machine too. */
export function isAllowed(address: string, production: boolean): boolean {
  const version = isIP(address)
  // Also what names an interface, such as fe80::1%eth0.
  if (version === 0 || address.includes('%')) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  if (!production && loopback.check(address, family)) return true
  return !inward.check(address, family) && (version === 4 || internet6.check(address, 'ipv6'))
}

/** Without the brackets of an IPv6 address. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '')

const isThisMachine = (host: string): boolean =>
  /^(.+\.)?localhost\.?$/i.test(host) ||
  (isIP(host) !== 0 && isAllowed(host, false) && !isAllowed(host, true))

/** Why nothing may be posted to this address; `undefined` when something may, as far as can be seen without asking for its host. */
export function urlFault(text: string, production: boolean): string | undefined {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol)) return 'it is no address: write https://host/path'
  const host = hostOf(url)
  const inDevelopment = !production && isThisMachine(host)
  if (url.protocol === 'http:' && !inDevelopment)
    return production
      ? 'http is refused: what is told of people travels encrypted, so give an https address'
      : 'http is refused but to this machine in development: give an https address'
  if (url.username !== '' || url.password !== '')
    return 'it holds a name or password: leave them out, for each message is signed'
  if (url.hash !== '') return 'it ends in a #fragment, which is never sent: leave it out'
  if (isIP(host) !== 0 ? !isAllowed(host, production) : production && isThisMachine(host))
    return `${host} is an address of this machine or of a private network: give one on the internet`
  // Below 1024 live mail, shells and databases, which a message could be made to speak to.
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  if (port < 1024 && port !== 443 && !inDevelopment)
    return `port ${port} is refused: use 443, or one from 1024 on`
  return undefined
}
