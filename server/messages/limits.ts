import type { Channel, Program } from '../../shared/domain/site.ts'
import type { Outbox } from './outbox.ts'

/**
 * How much is sent to where nobody has said yes yet, on one day (UTC): so that whoever types the addresses of others has few
 * messages sent, and no owner pays for thousands.
 */
export interface MessageLimits {
  readonly perAddress: number
  /** Per network (IPv4 /24, IPv6 /48). */
  readonly perSource: number
}

export const MESSAGE_LIMITS: MessageLimits = { perAddress: 3, perSource: 50 }

const DAY = 86_400_000
export const dayOf = (moment: number): number => moment - (moment % DAY)
export const nextDay = (moment: number): number => dayOf(moment) + DAY

/** Which limit a message would go over, if it would; it is dropped then, and whoever really wants it asks again tomorrow. */
export function overLimit(
  { ledger, messages }: Outbox,
  site: string,
  { subject, source }: { readonly subject: string; readonly source?: Uint8Array },
  { perAddress, perSource }: MessageLimits,
): 'per-address' | 'per-source' | undefined {
  const today = dayOf(ledger.now())
  const asked = messages
    .ofSubject(site, subject)
    .filter(({ direction, kind, at }) => direction === 'out' && ASKED.includes(kind) && at >= today)
  if (asked.filter(({ state, attempts }) => state !== 'failed' || attempts > 0).length >= perAddress)
    return 'per-address'
  if (source && messages.askedFrom(site, source, today) >= perSource) return 'per-source'
  return undefined
}

/** Kinds of messages that a form makes, whoever fills it in. */
export const ASKED: readonly string[] = ['confirm', 'welcome']

/** The program has sent as many as it may today: the rest waits, for its person may still want it. */
export function isOverCap(
  { ledger, messages }: Outbox,
  site: string,
  { kind, channel, program }: { readonly kind: string; readonly channel: Channel; readonly program: Program },
  cap: number,
): boolean {
  return messages.sentSince(site, { kind, channel, program: program.id }, dayOf(ledger.now())) >= cap
}

/** A network as it is counted: nothing leads from it back to the network. */
export const sourceOf = ({ ledger: { blindIndex } }: Outbox, site: string, network: string): Buffer =>
  blindIndex.blindOf(site, 'sms', `network ${network}`)
