import type { StatusReason } from '../../../shared/domain/marketing.ts'
import type { Channel, Program } from '../../../shared/domain/site.ts'
import { subjectThen, type PastSubject, type PastView } from '../../ledger/in-time.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { KnownAddress } from '../../ledger/store.ts'
import { isE164, normaliseAddress, type Normalised, type NotNormalised } from '../address.ts'
import { serves } from '../served.ts'
import type { StatusQuestion } from './question.ts'

/** What the answer about one address rests on, where it was looked up together with others. */
export interface FoundAddress {
  /** Asked only where it is in no index. */
  readonly normalised: () => Normalised
  readonly known: KnownAddress | undefined
  /** Its subject has the key to its evidence. */
  readonly hasKey: boolean
}

export type KnownSubject = Extract<KnownAddress, { standing: unknown }> & Partial<PastSubject>

/** How an answer comes to what it rests on. */
export interface LookUp {
  subject(
    site: string,
    question: StatusQuestion,
    program: Program,
    then: PastView | undefined,
  ): KnownSubject | { readonly reason: StatusReason }
  hasKey(site: string, subject: string): boolean
}

export const lookingUp = (ledger: Ledger): LookUp => ({
  subject: (site, question, program, then) => findSubject(ledger, site, question, program, then),
  hasKey: (site, subject) => ledger.keys.hasSubjectKey(site, subject),
})

export function subjectIn(
  { normalised, known }: FoundAddress,
  channel: Channel,
  program: Program,
): KnownSubject | { readonly reason: StatusReason } {
  if (known) return known.subject === undefined ? ERASED : known
  const address = normalised()
  return 'detail' in address
    ? { reason: reasonOfNone(channel, address) }
    : { reason: strangers(address, program) }
}

/**
 * By the address as it was given when that is one spelling already: reading a number with all its rules costs more than
 * everything else here. Whoever is in the index was read so once; only a stranger's number has to be.
 */
function findSubject(
  ledger: Ledger,
  site: string,
  { channel, address }: StatusQuestion,
  program: Program,
  then: PastView | undefined,
): KnownSubject | { readonly reason: StatusReason } {
  const exactly = channel === 'sms' && isE164(address) ? address : undefined
  const exact = exactly === undefined ? undefined : lookUp(ledger, site, channel, exactly, then)
  if (exact) return exact
  const normalised = normaliseAddress(channel, address, program.countries[0])
  if ('detail' in normalised) return { reason: reasonOfNone(channel, normalised) }
  // What was looked up as it was given is not looked up again.
  const known =
    normalised.address === exactly ? undefined : lookUp(ledger, site, channel, normalised.address, then)
  return known ?? { reason: strangers(normalised, program) }
}

const ERASED = { reason: 'erased' } as const

const reasonOfNone = (channel: Channel, { notMobile }: NotNormalised): StatusReason =>
  channel === 'email' ? 'invalid_email' : notMobile ? 'not_mobile' : 'invalid_number'

const strangers = (
  { country }: Extract<Normalised, { address: string }>,
  { countries }: Program,
): StatusReason =>
  country === undefined || serves(countries, country) ? 'never_asked' : 'country_not_allowed'

function lookUp(
  ledger: Ledger,
  site: string,
  channel: Channel,
  address: string,
  then: PastView | undefined,
): KnownSubject | { readonly reason: StatusReason } | undefined {
  const now = ledger.store.standingOfAddress(site, ledger.blindIndex.blindOf(site, channel, address))
  if (!now) return undefined
  if (now.subject === undefined) return ERASED
  if (!then) return now
  const { subject, suppressedAt } = now
  const state = ledger.store.subject(site, subject)
  const past = state && subjectThen(ledger, site, subject, state, then)
  return past && { subject, ...(suppressedAt !== undefined && { suppressedAt }), ...past }
}
