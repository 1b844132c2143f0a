import { isIP } from 'node:net'

/** The network of an IP address as it was written down, such as `192.0.2.0/24`; `undefined` where it is none. */
export function networkOfIp(given: string): string | undefined {
  const ip = given.trim().replace(/^::ffff:(?=\d+\.)/i, '')
  if (isIP(ip) === 4) return `${ip.split('.').slice(0, 3).join('.')}.0/24`
  if (isIP(ip) !== 6 || ip.includes('.')) return undefined
  const [head = '', tail] = ip.split('::')
  const groups = head === '' ? [] : head.split(':')
  const behind = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - groups.length - behind.length
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...behind]
  return `${all
    .slice(0, 3)
    .map(group => Number.parseInt(group, 16).toString(16))
    .join(':')}::/48`
}
