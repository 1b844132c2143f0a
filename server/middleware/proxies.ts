import { BlockList, isIP } from 'node:net'

/** The proxies whose word about the browser behind them is believed. */
export interface TrustedProxies {
  trusts(address: string): boolean
}

interface Range {
  readonly address: string
  readonly bits: number
  readonly family: 'ipv4' | 'ipv6'
}

export function createProxies(ranges: readonly string[]): TrustedProxies {
  const list = new BlockList()
  for (const text of ranges) {
    const range = readRange(text)
    if (!range) throw new Error(`"${text}" is no address or network`)
    list.addSubnet(range.address, range.bits, range.family)
  }
  return {
    trusts: address => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'),
  }
}

/** An address, or a network such as `10.0.0.0/8`; never all of the internet. */
export function readRange(text: string): Range | undefined {
  const [given = '', width, ...rest] = text.split('/')
  const address = plainAddress(given)
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0
  const bits = width === undefined ? most : /^\d{1,3}$/.test(width) ? Number(width) : 0
  if (rest.length > 0 || bits < 1 || bits > most) return undefined
  return { address, bits, family: most === 128 ? 'ipv6' : 'ipv4' }
}

/** One spelling per address: no zone, and an IPv4 address that came in over IPv6 is an IPv4 address. */
export function plainAddress(address: string): string {
  const plain = address.split('%', 1)[0]!.toLowerCase()
  return plain.startsWith('::ffff:') && isIP(plain.slice(7)) === 4 ? plain.slice(7) : plain
}
