import { programStanding } from '../../../shared/domain/standing.ts'
import type { OptOutCause } from '../../../shared/domain/marketing.ts'
import { inAnyHome } from '../any-home.ts'
import { appendOptOuts } from '../opt-out.ts'
import type { AddressReport, InboundMessage } from './event.ts'
import { idOf } from './identity.ts'
import { programsFrom, senderOf, type Inbox, type InboundSite } from './inbox.ts'
import { reachOf } from './reach.ts'

export interface Stop {
  readonly method: 'keyword' | 'provider'
  /** The only program that was named. */
  readonly program?: string
  /** Why, where the person did not say so. Then everything on the channel ends. */
  readonly cause?: OptOutCause
}

export type Stopped =
  | {
      readonly did: 'opted-out'
      readonly id: string
      readonly duplicate: boolean
      /** There was something left to end. */
      readonly ended: boolean
    }
  | { readonly did: 'refused'; readonly detail: string }

/** A no, as far as it reaches. It is in the log when this resolves. */
export async function takeStop(
  { ledger }: Inbox,
  site: InboundSite,
  event: InboundMessage | AddressReport,
  { method, program, cause }: Stop,
): Promise<Stopped> {
  const { channel, address } = event
  const { key, configuration } = site
  const sender = senderOf(site, event)
  const now = ledger.now()
  const decidedAt = event.at ?? now
  const reach =
    program !== undefined
      ? [program]
      : cause !== undefined
        ? [undefined]
        : reachOf(configuration, sender, decidedAt)
  const ids = reach.map(each => idOf(key, event, each ?? '*'))
  if (ledger.store.entryById(key, ids[0]!))
    return { did: 'opted-out', id: ids[0]!, duplicate: true, ended: false }

  const ended = isWrittenTo({ ledger }, site, event)
  const saidTo = sender?.address ?? event.sender
  const answers = await appendOptOuts(
    ledger,
    key,
    reach.map((each, n) => ({
      id: ids[n]!,
      channel,
      address,
      decidedAt,
      method,
      ...(each !== undefined && { program: each }),
      ...(cause !== undefined && { cause }),
      ...(saidTo !== undefined && cause === undefined && { sender: saidTo }),
    })),
    configuration,
  )
  const refused = answers.find(answer => 'refused' in answer && answer.refused !== 'id-reused')
  if (refused && 'refused' in refused) return { did: 'refused', detail: refused.detail }
  // Two requests may have told of it at once, each at its own time: one of them is the entry.
  const duplicate = answers.every(answer => 'refused' in answer || answer.duplicate)
  return { did: 'opted-out', id: ids[0]!, duplicate, ended: ended && !duplicate }
}

/** Any program that writes from there may still write to this address: it said yes, or was asked to. */
export function isWrittenTo(
  { ledger: { store, blindIndex } }: Pick<Inbox, 'ledger'>,
  site: InboundSite,
  event: Pick<InboundMessage, 'channel' | 'address' | 'sender' | 'service'>,
): boolean {
  const { channel, address } = event
  const found = inAnyHome(channel, address, site.configuration.programs)
  if ('detail' in found) return false
  const known = store.snapshot(() =>
    store.standingOfAddress(site.key, blindIndex.blindOf(site.key, channel, found.address)),
  )
  if (known?.subject === undefined) return false
  return programsFrom(site, channel, senderOf(site, event)).some(({ id }) => {
    const state = programStanding(known.standing, channel, id)?.state
    return state === 'given' || state === 'renewed' || state === 'requested'
  })
}
