import { hasChannel } from '../../shared/domain/check-opt-in.ts'
import { isSeen, type EntryAt, type InTime } from '../../shared/domain/as-of.ts'
import { contentOf } from '../../shared/domain/entry.ts'
import {
  UNDATED_YES,
  type MessageBasis,
  type SendDecision,
  type StatusReason,
} from '../../shared/domain/marketing.ts'
import {
  DEFAULT_EVIDENCE,
  unconfirmedFor,
  type Channel,
  type Program,
  type SiteConfiguration,
} from '../../shared/domain/site.ts'
import {
  agreedOn,
  channelStanding,
  holdOf,
  isGranted,
  programStanding,
  type AgreedTo,
  type PurposeStanding,
  type Standing,
} from '../../shared/domain/standing.ts'
import { chainOf } from '../ledger/chain.ts'
import { publicationThen, subjectThen, viewOf, type PastSubject, type PastView } from '../ledger/in-time.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { KnownAddress } from '../ledger/store.ts'
import { basisFault, expiryOf } from '../../shared/rules/basis.ts'
import { isE164, normaliseAddress, type Normalised, type NotNormalised } from './address.ts'
import { sendingTime } from './quiet-hours/sending-time.ts'
import { saidNoItself } from './own-no.ts'
import { serves } from './served.ts'

/** A site as it is published now. */
export interface AskedSite {
  readonly key: string
  readonly configuration: Pick<SiteConfiguration, 'programs'> & {
    readonly controller?: Pick<SiteConfiguration['controller'], 'name'>
  }
}

/** About another moment it is answered by what was published then, too. */
export interface StatusQuestion extends InTime {
  readonly channel: Channel
  /** In any spelling. */
  readonly address: string
  readonly program: string
  /** Who is about to send. */
  readonly seller?: string
  /** The owner's number or address it will come from. */
  readonly sender?: string
  /** What people answer to that sender has not been coming in. */
  readonly isSilent?: boolean
  /** When it will be sent, epoch milliseconds; now when left out, or past. */
  readonly sendAt?: number
  /** IANA time zone of the person, where the owner knows it. */
  readonly zone?: string
  /** ISO 3166-1 or ISO 3166-2 region of the person, where the owner knows it. */
  readonly region?: string
}

export interface StatusAnswer {
  readonly decision: SendDecision
  readonly reason: StatusReason
  /** The entry that decides. */
  readonly entry?: { readonly id: string; readonly index: number }
  readonly consentedAt?: number
  /** When what it rests on ends; epoch milliseconds. */
  readonly expiresAt?: number
  /** Of quiet hours: when they are over wherever the person may be, and where that is. */
  readonly notBefore?: number
  readonly zones?: readonly string[]
  /** Hash of what was shown. */
  readonly text?: string
  readonly asOf: number
  /** Where it was asked what was known: by when, and how many entries of the log that was. */
  readonly known?: { readonly asOf: number; readonly entries: number }
}

/** May this address be written to? Whatever is unknown, undecided or no longer provable is never `send`. */
export const statusOf = (ledger: Ledger, site: AskedSite, question: StatusQuestion): StatusAnswer =>
  ledger.store.snapshot(() => answer(ledger, site, question, lookingUp(ledger)))

/** What the answer about one address rests on, where it was looked up together with others. */
export interface FoundAddress {
  /** Asked only where it is in no index. */
  readonly normalised: () => Normalised
  readonly known: KnownAddress | undefined
  /** Its subject has the key to its evidence. */
  readonly hasKey: boolean
}

/** The same answer, about now. */
export const statusOfFound = (
  ledger: Ledger,
  site: AskedSite,
  question: StatusQuestion,
  found: FoundAddress,
): StatusAnswer =>
  answer(ledger, site, question, {
    subject: (_key, { channel }, program) => subjectIn(found, channel, program),
    hasKey: () => found.hasKey,
  })

function subjectIn(
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

/** How an answer comes to what it rests on. */
interface LookUp {
  subject(
    site: string,
    question: StatusQuestion,
    program: Program,
    then: PastView | undefined,
  ): KnownSubject | { readonly reason: StatusReason }
  hasKey(site: string, subject: string): boolean
}

const lookingUp = (ledger: Ledger): LookUp => ({
  subject: (site, question, program, then) => findSubject(ledger, site, question, program, then),
  hasKey: (site, subject) => ledger.keys.hasSubjectKey(site, subject),
})

function answer(ledger: Ledger, site: AskedSite, question: StatusQuestion, lookUps: LookUp): StatusAnswer {
  const then = viewOf(ledger, site.key, question)
  const said = saidOf(ledger, then)
  const block = (reason: StatusReason): StatusAnswer => ({ decision: 'block', reason, ...said })
  const { key, programs } = then ? siteThen(ledger, site.key, then) : nowIn(site)
  // Nothing was published yet that anybody could have agreed to.
  if (!programs) return block('never_asked')
  const { channel } = question
  const program = programs.find(p => p.id === question.program)
  if (!program) return block('purpose_mismatch')
  if (!hasChannel(program, channel)) return block('channel_mismatch')
  if (question.seller !== undefined && question.seller !== sellerOf(program, site))
    return block('seller_mismatch')

  const known = lookUps.subject(key, question, program, then)
  if ('reason' in known)
    return program.class === 'service' && known.reason === 'never_asked'
      ? { decision: 'send', reason: 'ok_service', ...said }
      : block(known.reason)
  const { subject, standing, suppressedAt = -Infinity } = known
  if (program.class === 'service') {
    const own = programStanding(standing, channel, program.id)
    // Whoever is erased is written to again after a yes of their own, and not because they said no once more.
    if (suppressedAt > -Infinity && !(own && isGranted(own) && own.since > suppressedAt))
      return block('erased')
    const entries = (): Iterable<EntryAt> =>
      then ? (known.chain ?? []).filter(at => isSeen(then, at)) : chainOf(ledger.store, key, subject)
    return { ...ofService(standing, channel, program, question, entries), ...said }
  }
  const stands = programStanding(standing, channel, program.id)
  // What was said before the address was erased is not known any more; a yes from then that comes now revives nothing.
  if (stands ? isYes(stands) && stands.since <= suppressedAt : suppressedAt > -Infinity)
    return block('erased')
  if (!stands)
    return block(
      isPromised(known, question, then)
        ? 'not_yet_effective'
        : agreedToOther(standing, channel, program)
          ? 'purpose_mismatch'
          : 'never_asked',
    )

  const { act, index, since, state } = stands
  // Its evidence was gone already when an older version's data was taken over.
  if (!act) return block('erased')
  const found = { entry: { id: act.id, index }, ...said }
  const no = whyNot(stands, question)
  if (no !== undefined) return { decision: 'block', reason: no, ...found }
  const { to } = act
  if (!to) throw new Error(`entry ${index} of ${key} cannot be a yes of its subject: run assent verify`)
  // The row of its private part need not be looked for: that goes only with the key, the address and every yes.
  if (!lookUps.hasKey(key, subject)) return { decision: 'block', reason: 'erased', ...found }
  if (to.purpose !== program.purpose) return { decision: 'block', reason: 'purpose_mismatch', ...found }
  if (to.sharesWith !== program.sharesWith) return { decision: 'block', reason: 'purpose_mismatch', ...found }
  if (state === 'requested')
    return said.asOf >= since + unconfirmedFor(program)
      ? { decision: 'block', reason: 'expired', ...found }
      : { decision: 'hold', reason: 'pending_double_optin', ...found }
  const moment = sendingAt(ledger, then, question)
  const gone = notBased(to, since, moment, program, question)
  if (gone) return { decision: 'block', ...gone, ...found }
  const weak = tooWeak(to, program)
  if (weak?.decision === 'block') return { ...weak, ...found }
  // The number was served by the words agreed to; it must be by those of today.
  if (isNarrower(ledger, key, to, program) && !isServed(question, program))
    return { decision: 'block', reason: 'country_not_allowed', ...found }
  const held = heldBy(standing, question)
  if (held) return { ...held, ...said }
  if (weak) return { ...weak, ...found }
  const expiresAt = to.recorded && expiryOf(to.recorded.basis, since)
  return {
    decision: 'send',
    reason: reasonOf(to),
    ...quiet(moment, program, question),
    ...(since !== UNDATED_YES && { consentedAt: since }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(to.text !== undefined && { text: to.text }),
    ...found,
  }
}

/** A yes to another purpose is on record, and permits nothing of this one. */
const agreedToOther = (standing: Standing, channel: Channel, { purpose }: Program): boolean =>
  agreedOn(standing, channel).some(to => to.purpose !== purpose)

/** When the message will leave, at the earliest: not before the moment that is asked about. */
const sendingAt = (
  { now }: Ledger,
  then: PastView | undefined,
  { sendAt = -Infinity }: StatusQuestion,
): number => Math.max(then?.asOf ?? now(), sendAt)

/** Why what was recorded instead of consent carries no message to this person at that moment. */
function notBased(
  { recorded }: AgreedTo,
  since: number,
  at: number,
  program: Program,
  question: StatusQuestion,
): Pick<StatusAnswer, 'reason' | 'expiresAt'> | undefined {
  if (!recorded || recorded.basis === 'consent') return undefined
  const { basis } = recorded
  // A contract carries what it needs, which is no marketing.
  if (basis === 'contract' || basis === 'legal-obligation') return { reason: 'purpose_mismatch' }
  const fault = basisFault({ basis, since, at, countries: whereabouts(program, question) })
  if (fault === undefined) return undefined
  const expiresAt = expiryOf(basis, since)
  return fault === 'expired'
    ? { reason: 'expired', ...(expiresAt !== undefined && { expiresAt }) }
    : { reason: 'evidence_incomplete' }
}

/** Countries the person may be in: as the owner knows, as the number says, or any the program writes to. */
function whereabouts(
  { countries }: Program,
  { channel, address, region }: StatusQuestion,
): readonly string[] {
  if (region !== undefined) return [region.slice(0, 2)]
  const normalised = channel === 'sms' ? normaliseAddress(channel, address, countries[0]) : undefined
  const country = normalised && 'country' in normalised ? normalised.country : undefined
  return country === undefined ? countries : [country]
}

/** What quiet hours make of a `send`; nothing where it stays one. */
function quiet(
  at: number,
  { countries, quietHours }: Program,
  { channel, address: given, zone, region }: StatusQuestion,
): Pick<StatusAnswer, 'decision' | 'reason' | 'notBefore' | 'zones'> | undefined {
  if (channel !== 'sms' || quietHours === 'elsewhere') return undefined
  const address = isE164(given) ? given : numberOf(given, countries[0])
  if (address === undefined) return { decision: 'hold', reason: 'unknown_zone' }
  const time = sendingTime({
    address,
    at,
    ...(zone !== undefined && { zone }),
    ...(region !== undefined && { region }),
  })
  switch (time.kind) {
    case 'open':
      return undefined
    case 'quiet':
      return { decision: 'hold', reason: 'quiet_hours', notBefore: time.notBefore, zones: time.zones }
    case 'unknown-zone':
      return { decision: 'hold', reason: 'unknown_zone' }
  }
}

function numberOf(given: string, home: string | undefined): string | undefined {
  const normalised = normaliseAddress('sms', given, home)
  return 'address' in normalised ? normalised.address : undefined
}

export const sellerOf = ({ seller }: Program, { configuration }: AskedSite): string | undefined =>
  seller ?? configuration.controller?.name

type Said = Pick<StatusAnswer, 'decision' | 'reason' | 'entry'>

const entryOf = ({ act, index }: PurposeStanding): Pick<Said, 'entry'> =>
  act ? { entry: { id: act.id, index } } : {}

/**
 * A message about what somebody has already rests on no consent: a no to marketing does not end it, a no to this program does,
 * and so does an address that nobody, or somebody else, reads.
 */
function ofService(
  standing: Standing,
  channel: Channel,
  program: Program,
  question: StatusQuestion,
  entries: () => Iterable<EntryAt>,
): Said {
  const own = programStanding(standing, channel, program.id)
  const all = channelStanding(standing, channel)
  const isOwn = (stands: PurposeStanding): boolean =>
    stands.act?.id !== all?.act?.id || saidNoItself(entries(), { channel, program: program.id })
  if (own && !isYes(own) && isOwn(own))
    return { decision: 'block', reason: whyNot(own, question) ?? 'withdrawn', ...entryOf(own) }
  const gone = all && nobodyThere(entries(), channel)
  if (gone) return gone
  const hold = holdOf(standing, channel)
  // Of somebody who asked that nothing be done, nothing is.
  return hold?.act?.cause === 'restricted'
    ? { decision: 'hold', reason: 'restricted_dsr', ...entryOf(hold) }
    : { decision: 'send', reason: 'ok_service' }
}

/** Nobody, or somebody else, is at the address. Whatever was said there since, also by whoever has it now, changes nothing. */
function nobodyThere(entries: Iterable<EntryAt>, channel: Channel): Said | undefined {
  for (const { index, entry } of entries) {
    const act = contentOf(entry)
    if (act.type !== 'opt-out' || act.channel !== channel || act.program !== undefined) continue
    if (act.cause === 'hard-bounce' || act.cause === 'number-reassigned')
      return { decision: 'block', reason: NOT_SAID[act.cause], entry: { id: entry.id, index } }
  }
  return undefined
}

/** What may become a yes again without anybody asking the person: messages wait. */
function heldBy(standing: Standing, { channel, isSilent }: StatusQuestion): Said | undefined {
  const hold = holdOf(standing, channel)
  if (hold)
    return {
      decision: 'hold',
      reason: hold.act?.cause === 'restricted' ? 'restricted_dsr' : 'revocation_suspected',
      ...entryOf(hold),
    }
  return isSilent ? { decision: 'hold', reason: 'sender_silent' } : undefined
}

/** What was recorded from elsewhere is sent to as far as the program's policy for such evidence goes. */
function tooWeak(
  { recorded }: AgreedTo,
  { evidence = DEFAULT_EVIDENCE }: Program,
): Pick<Said, 'decision' | 'reason'> | undefined {
  if (!recorded) return undefined
  const decision = evidence[recorded.evidence]
  if (decision === 'send') return undefined
  return { decision, reason: decision === 'hold' ? 'reconsent_needed' : 'evidence_incomplete' }
}

const IMPLIED: readonly MessageBasis[] = ['implied-purchase', 'implied-inquiry', 'implied-published']

function reasonOf({ confirmed, recorded }: AgreedTo): StatusReason {
  if (confirmed) return 'ok_double_optin'
  if (!recorded || recorded.basis === 'consent') return 'ok_express'
  return IMPLIED.includes(recorded.basis) ? 'ok_implied' : 'ok_soft_optin'
}

function saidOf({ now }: Ledger, then: PastView | undefined): Pick<StatusAnswer, 'asOf' | 'known'> {
  if (!then) return { asOf: now() }
  const { asOf, knownAsOf, known } = then
  return { asOf, ...(knownAsOf !== undefined && { known: { asOf: knownAsOf, entries: known } }) }
}

interface SiteThen {
  readonly key: string
  readonly programs: readonly Program[] | undefined
}

const nowIn = ({ key, configuration: { programs } }: AskedSite): SiteThen => ({ key, programs })

function siteThen(ledger: Ledger, key: string, then: PastView): SiteThen {
  const published = publicationThen(ledger, key, then)
  return { key, programs: published && ledger.store.publication(key, published.configuration)?.programs }
}

type KnownSubject = Extract<KnownAddress, { standing: unknown }> & Partial<PastSubject>

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

const isYes = ({ state }: PurposeStanding): boolean =>
  state === 'given' || state === 'renewed' || state === 'requested' || state === 'invalidated'

/** Why an address is not written to where its person did not say so. */
const NOT_SAID = {
  complaint: 'complaint',
  'hard-bounce': 'hard_bounce',
  'number-reassigned': 'number_reassigned',
  suppressed: 'suppressed_manual',
} as const

function whyNot(
  { state, lastNo, act }: PurposeStanding,
  { sender }: StatusQuestion,
): StatusReason | undefined {
  const cause = act?.cause
  if (cause && cause in NOT_SAID) return NOT_SAID[cause as keyof typeof NOT_SAID]
  switch (state) {
    case 'withdrawn':
      return sender !== undefined && act?.sender !== undefined && act.sender !== sender
        ? 'withdrawn_other_sender'
        : 'withdrawn'
    case 'refused':
      return 'declined'
    case 'invalidated':
      // A yes at a time that cannot be true: after a no, the no stands.
      return lastNo === undefined ? 'not_yet_effective' : 'withdrawn'
    case 'given':
    case 'renewed':
    case 'requested':
      return undefined
  }
}

/** The program no longer writes to every country it wrote to when it was agreed to. */
function isNarrower(
  { store }: Ledger,
  site: string,
  { configuration }: AgreedTo,
  { id, countries }: Program,
): boolean {
  const agreed = store.publication(site, configuration)?.programs.find(p => p.id === id)
  return !agreed || !agreed.countries.every(country => serves(countries, country))
}

function isServed({ channel, address }: StatusQuestion, { countries }: Program): boolean {
  const normalised = normaliseAddress(channel, address, countries[0])
  if ('detail' in normalised) return false
  return normalised.country === undefined || serves(countries, normalised.country)
}

/** A yes is known that did not count yet at the moment asked about. */
function isPromised(
  { chain = [] }: KnownSubject,
  { channel, program }: StatusQuestion,
  then: PastView | undefined,
): boolean {
  if (!then || then.counted === Infinity) return false
  return chain
    .map(({ entry }) => contentOf(entry))
    .some(act => act.type === 'opt-in' && act.channel === channel && act.program === program)
}
