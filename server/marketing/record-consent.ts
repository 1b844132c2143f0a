import type { MessageBasis, RecordedConsent } from '../../shared/domain/marketing.ts'
import type { Program } from '../../shared/domain/site.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { PrivateFields } from '../subjects/seal.ts'
import { normaliseAddress } from './address.ts'
import {
  appendJudged,
  refuse as refused,
  type Draft,
  type RefusedMarketing,
  type StoredMarketing,
} from './append.ts'
import { serves } from './served.ts'

export interface ConsentToRecord extends Omit<RecordedConsent, 'purpose'> {
  /** In any spelling; a national number is one of the program's first country. */
  readonly address: string
  /** What shows it: the words, the page, the reason, whatever else was kept. Sealed. */
  readonly shown?: PrivateFields
}

export type RecordedAnswer = StoredMarketing | RefusedMarketing

/**
 * Appends what others recorded, many in one durable transaction; a no that is on record already stands whatever the order.
 * What its evidence may be used for is the program's policy, asked with every check.
 */
export async function recordConsents(
  ledger: Ledger,
  site: string,
  consents: readonly ConsentToRecord[],
  { programs }: { readonly programs: readonly Program[] },
): Promise<RecordedAnswer[]> {
  const judged = consents.map(consent => judgeConsent(ledger, site, consent, programs))
  const answers = await appendJudged(ledger, site, judged, 'record')
  return answers.map(answer => ('stored' in answer ? answer.stored : answer))
}

export function judgeConsent(
  ledger: Ledger,
  site: string,
  { address: given, shown, ...consent }: ConsentToRecord,
  programs: readonly Program[],
): Draft | RefusedMarketing {
  const { id, channel } = consent
  const refuse = (why: RefusedMarketing['refused'], detail: string) => refused(id, why, detail)
  const program = programs.find(p => p.id === consent.program)
  if (!program) return refuse('unknown-program', `the site has no program "${consent.program}"`)
  if (!program.disclosures.some(d => d.channel === channel))
    return refuse('unknown-channel', `"${program.id}" sends nothing by ${channel}`)
  const unfit = unfitBasis(consent.basis, program)
  if (unfit !== undefined) return refuse('basis-mismatch', unfit)
  if (consent.sharesWith !== program.sharesWith)
    return refuse(
      'evidence-missing',
      program.sharesWith === undefined
        ? `"${program.id}" shares with nobody: leave "sharesWith" out`
        : `consent to share names with whom: "sharesWith" must be "${program.sharesWith}"`,
    )
  const normalised = normaliseAddress(channel, given, program.countries[0])
  if ('detail' in normalised) return refuse('invalid-address', `"address" ${normalised.detail}`)
  const { address, country } = normalised
  if (country !== undefined && !serves(program.countries, country))
    return refuse('country-not-served', `"${program.id}" writes to ${program.countries.join(', ')} only`)
  const said = { ...consent }
  return {
    blind: ledger.blindIndex.blindOf(site, channel, address),
    entry: { type: 'consent-recorded', ...said, purpose: program.purpose },
    said,
    private: { ...shown, address, given },
  }
}

/** No contract permits marketing, and no sale permits to hand an address on. */
function unfitBasis(basis: MessageBasis, { id, class: kind, sharesWith }: Program): string | undefined {
  if (basis === 'consent') return undefined
  const isOfContract = basis === 'contract' || basis === 'legal-obligation'
  if (isOfContract !== (kind === 'service'))
    return kind === 'service'
      ? `"${id}" is about what somebody has already: it rests on "contract" or "legal-obligation"`
      : `"${id}" sends marketing, which "${basis}" does not permit: record consent, or a basis of marketing`
  return sharesWith === undefined ? undefined : `"${id}" shares with "${sharesWith}": that needs consent`
}
