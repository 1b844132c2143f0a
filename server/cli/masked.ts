import type { Channel } from '../../shared/domain/site.ts'

/** Enough to tell that the right address is meant, for whoever typed it; not enough for whoever looks over the shoulder. */
export function masked(channel: Channel, address: string): string {
  if (channel === 'sms') return `…${address.replace(/\D/g, '').slice(-2)}`
  const at = address.lastIndexOf('@')
  return `${address.slice(0, 1)}…${address.slice(at)}`
}
