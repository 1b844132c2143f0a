import type { EntryAt } from '../../shared/domain/as-of.ts'
import { hasChannel } from '../../shared/domain/check-opt-in.ts'
import { contentOf } from '../../shared/domain/entry.ts'
import { unconfirmedFor, type Channel, type Program } from '../../shared/domain/site.ts'
import {
  channelStanding,
  holdOf,
  isGranted,
  programStanding,
  type PurposeStanding,
  type Standing,
} from '../../shared/domain/standing.ts'
import { expiryOf, isUnshown } from '../../shared/rules/basis.ts'
import { subjectHistory } from '../ledger/history.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { openedPart } from '../ledger/receipt.ts'
import { saidNoItself } from './own-no.ts'

/** `waits`: asked for, and not confirmed yet. `off`: stopped. `expired`: what it rested on has ended by itself. */
export type ProgramState = 'on' | 'waits' | 'off' | 'expired' | 'never'

export interface ProgramStands {
  readonly program: Program
  readonly state: ProgramState
  /** Of what was said last. */
  readonly since?: number
}

/** Where one address stands, for whoever holds the link that was sent to it. */
export interface Preferences {
  /** As it was sealed last; absent where nobody ever said yes with it. */
  readonly address?: string
  readonly programs: readonly ProgramStands[]
  /** A no to everything on this channel stands, and no yes came after it. */
  readonly isStopped: boolean
  readonly isHeld: boolean
  /** What was said by or about it, newest first. */
  readonly acts: readonly EntryAt[]
}

/** So many entries at most are looked through and shown. */
const MOST_ACTS = 100

/** `undefined` when nobody is behind the link any more. */
export function preferencesOf(
  ledger: Ledger,
  site: string,
  { subject, channel }: { readonly subject: string; readonly channel: Channel },
  programs: readonly Program[],
): Preferences | undefined {
  const { store } = ledger
  return store.snapshot(() => {
    const blind = store.addressOfSubject(site, subject)
    if (!blind) return undefined
    const { standing, entries } = subjectHistory(ledger, site, subject, { limit: MOST_ACTS })
    const suppressedAt = store.suppressedAt(site, blind) ?? -Infinity
    const address = addressIn(ledger, entries)
    const all = programs
      .filter(program => hasChannel(program, channel))
      .map(program => ({
        program,
        ...stands({ standing, entries }, channel, program, suppressedAt, ledger.now()),
      }))
    return {
      ...(address !== undefined && { address }),
      programs: all,
      isStopped:
        channelStanding(standing, channel) !== undefined &&
        all.every(
          ({ program, state }) => program.class === 'service' || (state !== 'on' && state !== 'waits'),
        ),
      isHeld: holdOf(standing, channel) !== undefined,
      acts: entries,
    }
  })
}

const isOn = (stands: PurposeStanding): boolean => isGranted(stands) || stands.state === 'requested'

function stands(
  { standing, entries }: { readonly standing: Standing; readonly entries: readonly EntryAt[] },
  channel: Channel,
  program: Program,
  suppressedAt: number,
  now: number,
): Omit<ProgramStands, 'program'> {
  const said = programStanding(standing, channel, program.id)
  const all = channelStanding(standing, channel)
  if (program.class === 'service') {
    // A no to marketing does not end what rests on no consent; a no to this program does.
    const isOwn = said?.act?.id !== all?.act?.id || saidNoItself(entries, { channel, program: program.id })
    return said && isOwn && !isOn(said) ? { state: 'off', since: said.since } : { state: 'on' }
  }
  if (!said) return { state: 'never' }
  const { since } = said
  if (!isOn(said)) return { state: 'off', since }
  if (since <= suppressedAt) return { state: 'off', since: suppressedAt }
  const basis = said.act?.to?.recorded?.basis
  if (basis && isUnshown(basis, since)) return { state: 'never' }
  const until = basis && expiryOf(basis, since)
  if (until !== undefined && until <= now) {
    const asked = said.pending
    return asked && now < asked.since + unconfirmedFor(program)
      ? { state: 'waits', since: asked.since }
      : { state: 'expired', since: until }
  }
  return { state: said.state === 'requested' ? 'waits' : 'on', since }
}

/** The newest one: entries of one subject may spell one mailbox differently. */
function addressIn(ledger: Ledger, entries: readonly EntryAt[]): string | undefined {
  for (const { index, entry } of entries) {
    const { type } = contentOf(entry)
    if (type !== 'opt-in' && type !== 'consent-recorded') continue
    const address = openedPart(ledger, entry, index)?.fields['address']
    if (typeof address === 'string') return address
  }
  return undefined
}
