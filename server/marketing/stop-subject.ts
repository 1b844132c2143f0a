import type { OptOutMethod } from '../../shared/domain/marketing.ts'
import type { Channel } from '../../shared/domain/site.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { appendForAddresses } from './append.ts'

/** A no of whoever holds a link that was sent to an address; so it is not asked for. */
export interface Stopping {
  /** The same one again is the same no. */
  readonly id: string
  readonly subject: string
  readonly channel: Channel
  /** Absent: everything on this channel. Also one that the configuration names no more: old links outlive it. */
  readonly program?: string
  readonly decidedAt: number
  readonly method: OptOutMethod
  /** The address that takes this one's place, as its person says; sealed. */
  readonly became?: string
}

/** `erased`: nobody is behind the link any more. */
export type Stopped =
  | { readonly id: string; readonly index: number; readonly duplicate: boolean }
  | { readonly refused: 'erased' | 'id-reused'; readonly id: string }

export async function stopSubject(
  ledger: Ledger,
  site: string,
  { subject, became, ...said }: Stopping,
): Promise<Stopped> {
  const { id } = said
  const blind = ledger.store.snapshot(() => ledger.store.addressOfSubject(site, subject))
  if (!blind) return { id, refused: 'erased' }
  const [answer] = await appendForAddresses(ledger, site, [
    {
      blind,
      entry: { type: 'opt-out', ...said },
      said: { ...said },
      ...(became !== undefined && { private: { became } }),
    },
  ])
  if (answer && 'index' in answer) return { id, index: answer.index, duplicate: answer.duplicate }
  return { id, refused: 'id-reused' }
}
