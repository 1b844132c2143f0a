import { contentOf } from '../../shared/domain/entry.ts'
import type { OptOutMethod } from '../../shared/domain/marketing.ts'
import type { Channel } from '../../shared/domain/site.ts'
import { chainOf } from '../ledger/chain.ts'
import type { Ledger } from '../ledger/ledger.ts'

interface Asked {
  readonly subject: string
  readonly channel: Channel
  readonly program: string
}

/** Roads by which a number answers messages with a no itself, or its provider tells that it did. */
const BY_TEXT: readonly OptOutMethod[] = ['keyword', 'provider', 'hold']

/**
 * Why nothing that anybody can have sent goes to an address: it answered a message with a no, for this program or all of the
 * channel, and has not said anything else since by the same road. A yes typed into a form is no answer of the address.
 * An e-mail has no such road but a complaint: whoever only unsubscribed may be asked once more.
 */
export function saidStop(
  { store }: Pick<Ledger, 'store'>,
  site: string,
  { subject, channel, program }: Asked,
): 'said stop' | 'complained' | undefined {
  for (const { entry } of chainOf(store, site, subject)) {
    const act = contentOf(entry)
    if (act.type === 'erasure') return undefined
    if (!('channel' in act) || act.channel !== channel) continue
    if (act.type === 'confirmation' || (act.type === 'opt-in' && act.method === 'keyword')) return undefined
    if (act.type !== 'opt-out' || (act.program ?? program) !== program) continue
    if (act.cause === 'complaint') return 'complained'
    if (channel === 'sms' && act.cause === undefined && BY_TEXT.includes(act.method)) return 'said stop'
  }
  return undefined
}
