import { isGranted, programStanding } from '../../shared/domain/standing.ts'
import { derivedId } from '../ledger/derived-id.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { LinkClaim } from '../subjects/link-token.ts'
import { stopSubject, type Stopped } from './stop-subject.ts'

const SECOND = 1_000

/**
 * The button of a mail program (RFC 8058). It sends no id of its own, so a second of time stands for one: what a provider
 * posts twice at once is one no. Later it is a no once more, for a yes may have been decided in between and still be on its way.
 */
export function oneClick(
  ledger: Ledger,
  site: string,
  { subject, channel, program }: LinkClaim,
): Promise<Stopped> {
  // The end of that second: a no never counts from before it was said.
  const decidedAt = Math.ceil(ledger.now() / SECOND) * SECOND
  const time = decidedAt.toString(16).padStart(12, '0')
  return stopSubject(ledger, site, {
    id: derivedId(['one-click', site, subject, program ?? '', time], time),
    subject,
    channel,
    ...(program !== undefined && { program }),
    decidedAt,
    method: 'one-click',
  })
}

/** Nothing is left that this no would end: only then may it be asked to wait. */
export function isStopped(
  { store }: Ledger,
  site: string,
  { subject, channel, program }: LinkClaim,
): boolean {
  const standing = store.snapshot(() => store.subject(site, subject)?.standing ?? {})
  if (program !== undefined) return isNo(programStanding(standing, channel, program))
  const ofChannel = Object.entries(standing).filter(([key]) => key.startsWith(`${channel}:`))
  return isNo(programStanding(standing, channel, '*')) && ofChannel.every(([, stands]) => isNo(stands))
}

const isNo = (stands: Parameters<typeof isGranted>[0]): boolean =>
  stands?.state === 'withdrawn' || stands?.state === 'refused'
