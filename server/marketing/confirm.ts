import type { ConfirmationMethod } from '../../shared/domain/marketing.ts'
import type { Channel } from '../../shared/domain/site.ts'
import { programStanding, waitingOf } from '../../shared/domain/standing.ts'
import { derivedId } from '../ledger/derived-id.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { appendForAddresses } from './append.ts'
import type { Sender } from './opt-in.ts'

export interface Confirming {
  readonly subject: string
  readonly channel: Channel
  readonly program: string
  /** Id of the opt-in that is confirmed. */
  readonly confirms: string
  readonly method: ConfirmationMethod
}

/**
 * `confirmed`: the opt-in counts, from now or from an earlier time that it was confirmed. `not-asked`: nothing waits for it:
 * it was taken back, replaced by a newer one, or its person was erased.
 */
export type Confirmed =
  | { readonly confirmed: true; readonly index: number; readonly duplicate: boolean }
  | { readonly confirmed: false; readonly reason: 'not-asked' }

/** The second step of a double opt-in. The same step taken twice is one entry. */
export async function confirmOptIn(
  ledger: Ledger,
  site: string,
  { subject, channel, program, confirms, method }: Confirming,
  { network, userAgent }: Sender = {},
): Promise<Confirmed> {
  const id = derivedId(['confirmation', site, confirms], confirms)
  const { store } = ledger
  const found = store.snapshot(() => ({
    known: store.entryById(site, id),
    blind: store.addressOfSubject(site, subject),
    waiting: waitingOf(programStanding(store.subject(site, subject)?.standing ?? {}, channel, program)),
  }))
  if (found.known) return { confirmed: true, index: found.known.index, duplicate: true }
  const { blind, waiting } = found
  if (!blind || waiting?.act.id !== confirms) return { confirmed: false, reason: 'not-asked' }
  const said = { id, channel, program, confirms, method, decidedAt: ledger.now() }
  const connection = {
    ...(network !== undefined && { ip: network }),
    ...(userAgent !== undefined && { userAgent }),
  }
  const [answer] = await appendForAddresses(ledger, site, [
    {
      blind,
      entry: { type: 'confirmation', ...said },
      said: { ...said, decidedAt: 0 },
      ...(Object.keys(connection).length > 0 && { private: connection }),
    },
  ])
  if (!answer || !('index' in answer))
    throw new Error(`couldn't confirm ${confirms} of ${site}: its id is taken`)
  return { confirmed: true, index: answer.index, duplicate: answer.duplicate }
}
