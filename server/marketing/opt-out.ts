import type { OptOut } from '../../shared/domain/marketing.ts'
import type { Program, SiteConfiguration } from '../../shared/domain/site.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { inAnyHome } from './any-home.ts'
import { appendJudged, refuse, type Draft, type RefusedMarketing, type StoredMarketing } from './append.ts'

export interface SentOptOut extends OptOut {
  /** As it was typed. */
  readonly address: string
  /** What whoever recorded it noted, such as the number of a letter; sealed. */
  readonly reference?: string
}

export type OptOutAnswer = StoredMarketing | RefusedMarketing

/**
 * Appends each opt-out, also of an address nobody ever named: a yes on its way may have been decided before it. A number
 * of any country is taken, for a no costs nobody anything.
 */
export async function appendOptOuts(
  ledger: Ledger,
  site: string,
  optOuts: readonly SentOptOut[],
  { programs }: Pick<SiteConfiguration, 'programs'>,
): Promise<OptOutAnswer[]> {
  const judged = optOuts.map(optOut => judgeOptOut(ledger, site, optOut, programs))
  const answers = await appendJudged(ledger, site, judged, 'opt-out')
  return answers.map(answer => ('stored' in answer ? answer.stored : answer))
}

export function judgeOptOut(
  ledger: Ledger,
  site: string,
  { address: given, reference, ...optOut }: SentOptOut,
  programs: readonly Program[],
): Draft | RefusedMarketing {
  const { id, channel, program, decidedAt, method, cause, sender, actor, told, source } = optOut
  const meant = program === undefined ? programs : programs.filter(p => p.id === program)
  if (program !== undefined && meant.length === 0)
    return refuse(
      id,
      'unknown-program',
      `the site has no program "${program}": leave it out to stop everything on this channel`,
    )
  const normalised = inAnyHome(channel, given, meant)
  if ('detail' in normalised) return refuse(id, 'invalid-address', `"address" ${normalised.detail}`)
  const said = {
    id,
    channel,
    decidedAt,
    method,
    ...(program !== undefined && { program }),
    ...(cause !== undefined && { cause }),
    ...(sender !== undefined && { sender }),
    ...(told !== undefined && { told }),
    ...(source !== undefined && { source }),
  }
  return {
    blind: ledger.blindIndex.blindOf(site, channel, normalised.address),
    // Who passed it on is not part of what was said: by another key it is the same no.
    entry: { type: 'opt-out', ...said, ...(actor !== undefined && { actor }) },
    said,
    ...(reference !== undefined && { private: { reference } }),
  }
}
