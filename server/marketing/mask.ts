import type { Channel } from '../../shared/domain/site.ts'

/** Enough of an address for whoever typed it to know it again, and too little for whoever reads along. */
export function maskAddress(channel: Channel, address: string): string {
  const text = address.trim()
  if (channel === 'sms') return `…${text.slice(-2)}`
  const at = text.lastIndexOf('@')
  return at < 1 ? '…' : `${text.slice(0, 1)}…${text.slice(at)}`
}
