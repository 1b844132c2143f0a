import type { Channel, MessageSender } from './site.ts'

/** One of the owner's numbers or addresses, and when something last came in there. */
export interface SenderHeard {
  readonly id: string
  /** Epoch milliseconds; absent where nothing ever came in. */
  readonly heardAt?: number
  /** For longer than the owner says is possible: answers may be getting lost. */
  readonly isSilent: boolean
}

export interface AskedSenders {
  /** The address of the one that was named. */
  readonly sender?: string
  readonly isSilent: boolean
  /** All a program has on a channel, or the one that was named; where only silence is asked for, those that can be silent. */
  readonly heard: readonly SenderHeard[]
}

export interface SenderQuestion {
  readonly channel: Channel
  readonly program: string
  /** Id of a sender. */
  readonly sender?: string
  /** Only whether one is silent is asked: of those without a limit nothing need be looked up. */
  readonly onlySilence?: boolean
}

const HOUR = 3_600_000

/**
 * Whether answers to whoever is about to send come in. Where nobody says which of several senders it is, one that is silent
 * is enough: a "stop" may be waiting there. One that has a limit and never heard anything is silent too.
 */
export function askedSenders(
  senders: readonly MessageSender[] = [],
  { channel, program, sender: asked, onlySilence = false }: SenderQuestion,
  heardAt: (address: string) => number | undefined,
  now: number,
): AskedSenders | { readonly detail: string } {
  const own = senders.filter(each => each.channel === channel && each.programs.includes(program))
  const meant = asked === undefined ? own : own.filter(({ id }) => id === asked)
  if (asked !== undefined && meant.length === 0)
    return {
      detail:
        own.length > 0
          ? `"${program}" is not sent by ${channel} from "${asked}": name one of ${own.map(({ id }) => id).join(', ')}`
          : `"${program}" has no senders for ${channel} in the configuration: leave the sender out`,
    }
  const looked = onlySilence ? meant.filter(({ silentAfterHours }) => silentAfterHours !== undefined) : meant
  const heard = looked.map(({ id, address, silentAfterHours }) => {
    const last = heardAt(address)
    const isSilent =
      silentAfterHours !== undefined && (last === undefined || now - last > silentAfterHours * HOUR)
    return { id, ...(last !== undefined && { heardAt: last }), isSilent }
  })
  return {
    ...(asked !== undefined && { sender: meant[0]!.address }),
    isSilent: heard.some(({ isSilent }) => isSilent),
    heard,
  }
}
