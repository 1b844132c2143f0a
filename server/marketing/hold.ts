import type { HoldCause } from '../../shared/domain/marketing.ts'
import type { Program, Channel } from '../../shared/domain/site.ts'
import { holdOf } from '../../shared/domain/standing.ts'
import { derivedId } from '../ledger/derived-id.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { inAnyHome } from './any-home.ts'
import { appendForAddresses } from './append.ts'

export interface Holding {
  /** The same one again is the same hold. */
  readonly id: string
  readonly channel: Channel
  /** In any spelling. */
  readonly address: string
  readonly decidedAt: number
  readonly cause: HoldCause
  readonly method: 'keyword' | 'staff'
  /** What was said, for whoever has to look; sealed. */
  readonly words?: string
}

export type Held =
  | { readonly id: string; readonly index: number; readonly duplicate: boolean }
  | { readonly refused: 'invalid-address' | 'id-reused'; readonly detail: string }

/** Messages to this address wait until somebody has looked. Of an address nobody ever named, too. */
export async function holdAddress(
  ledger: Ledger,
  site: string,
  { address: given, words, ...hold }: Holding,
  { programs }: { readonly programs: readonly Program[] },
): Promise<Held> {
  const normalised = inAnyHome(hold.channel, given, programs)
  if ('detail' in normalised) return { refused: 'invalid-address', detail: `"address" ${normalised.detail}` }
  const [answer] = await appendForAddresses(ledger, site, [
    {
      blind: ledger.blindIndex.blindOf(site, hold.channel, normalised.address),
      entry: { type: 'hold', ...hold },
      said: { ...hold },
      ...(words !== undefined && { private: { words } }),
    },
  ])
  if (answer && 'index' in answer) return { id: hold.id, index: answer.index, duplicate: answer.duplicate }
  return { refused: 'id-reused', detail: 'this id already names another entry: make a new one' }
}

/** Somebody looked at this hold, and it was no no. `undefined` when it is there no more, or another came since. */
export async function releaseHold(
  ledger: Ledger,
  site: string,
  {
    subject,
    channel,
    releases,
    actor,
  }: {
    readonly subject: string
    readonly channel: Channel
    /** Id of the hold. */
    readonly releases: string
    readonly actor: string
  },
): Promise<{ readonly id: string; readonly index: number } | undefined> {
  const { store } = ledger
  const { blind, hold } = store.snapshot(() => ({
    blind: store.addressOfSubject(site, subject),
    hold: holdOf(store.subject(site, subject)?.standing ?? {}, channel),
  }))
  if (!blind || hold?.act?.id !== releases) return undefined
  const said = {
    id: derivedId(['hold-release', site, releases], releases),
    channel,
    decidedAt: ledger.now(),
    releases,
    actor,
  }
  const [answer] = await appendForAddresses(ledger, site, [
    { blind, entry: { type: 'hold-release', ...said }, said: { ...said, decidedAt: 0 } },
  ])
  return answer && 'index' in answer ? { id: said.id, index: answer.index } : undefined
}
