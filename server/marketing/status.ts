import { hasChannel } from '../../shared/domain/check-opt-in.ts'
import type { InTime } from '../../shared/domain/as-of.ts'
import { contentOf, type OptInEntry } from '../../shared/domain/entry.ts'
import type { SendDecision, StatusReason } from '../../shared/domain/marketing.ts'
import type { Channel, Program, SiteConfiguration } from '../../shared/domain/site.ts'
import { programStanding, type PurposeStanding } from '../../shared/domain/standing.ts'
import { publicationThen, subjectThen, viewOf, type PastSubject, type PastView } from '../ledger/in-time.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { KnownAddress } from '../ledger/store.ts'
import { isE164, normaliseAddress } from './address.ts'

/** A site as it is published now. */
export interface AskedSite {
  readonly key: string
  readonly configuration: Pick<SiteConfiguration, 'programs'>
}

/** About another moment it is answered by what was published then, too. */
export interface StatusQuestion extends InTime {
  readonly channel: Channel
  /** In any spelling. */
  readonly address: string
  readonly program: string
}

export interface StatusAnswer {
  readonly decision: SendDecision
  readonly reason: StatusReason
  /** The entry that decides. */
  readonly entry?: { readonly id: string; readonly index: number }
  readonly consentedAt?: number
  /** Hash of what was shown. */
  readonly text?: string
  readonly asOf: number
  /** Where it was asked what was known: by when, and how many entries of the log that was. */
  readonly known?: { readonly asOf: number; readonly entries: number }
}

/** May this address be written to? Whatever is unknown, undecided or no longer provable is never `send`. */
export const statusOf = (ledger: Ledger, site: AskedSite, question: StatusQuestion): StatusAnswer =>
  ledger.store.snapshot(() => answer(ledger, site, question))

function answer(ledger: Ledger, site: AskedSite, question: StatusQuestion): StatusAnswer {
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

  const known = findSubject(ledger, key, question, program, then)
  if ('reason' in known) return block(known.reason)
  const { subject, standing, suppressedAt = -Infinity } = known
  const stands = programStanding(standing, channel, program.id)
  // What was said before the address was erased is not known any more; a yes from then that comes now revives nothing.
  if (stands ? isYes(stands) && stands.since <= suppressedAt : suppressedAt > -Infinity)
    return block('erased')
  if (!stands) return block(isPromised(known, question, then) ? 'not_yet_effective' : 'never_asked')

  const { act, index, since, state } = stands
  // Its evidence was gone already when an older version's data was taken over.
  if (!act) return block('erased')
  const found = { entry: { id: act.id, index }, ...said }
  const no = whyNot(stands)
  if (no !== undefined) return { decision: 'block', reason: no, ...found }
  const { to } = act
  if (!to) throw new Error(`entry ${index} of ${key} cannot be a yes of its subject: run assent verify`)
  // The row of its private part need not be looked for: that goes only with the key, the address and every yes.
  if (!ledger.keys.hasSubjectKey(key, subject)) return { decision: 'block', reason: 'erased', ...found }
  if (to.purpose !== program.purpose) return { decision: 'block', reason: 'purpose_mismatch', ...found }
  if (state === 'requested') return { decision: 'hold', reason: 'pending_double_optin', ...found }
  // The number was served by the words agreed to; it must be by those of today.
  if (isNarrower(ledger, key, to, program) && !isServed(question, program))
    return { decision: 'block', reason: 'country_not_allowed', ...found }
  return { decision: 'send', reason: 'ok_express', consentedAt: since, text: to.text, ...found }
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
  { countries }: Program,
  then: PastView | undefined,
): KnownSubject | { readonly reason: StatusReason } {
  const exact =
    channel === 'sms' && isE164(address) ? lookUp(ledger, site, channel, address, then) : undefined
  if (exact) return exact
  const normalised = normaliseAddress(channel, address, countries[0])
  if ('detail' in normalised) return { reason: channel === 'sms' ? 'invalid_number' : 'invalid_email' }
  const known = lookUp(ledger, site, channel, normalised.address, then)
  if (known) return known
  const { country } = normalised
  return {
    reason: country === undefined || countries.includes(country) ? 'never_asked' : 'country_not_allowed',
  }
}

function lookUp(
  ledger: Ledger,
  site: string,
  channel: Channel,
  address: string,
  then: PastView | undefined,
): KnownSubject | { readonly reason: StatusReason } | undefined {
  const now = ledger.store.standingOfAddress(site, ledger.blindIndex.blindOf(site, channel, address))
  if (!now) return undefined
  if (now.subject === undefined) return { reason: 'erased' }
  if (!then) return now
  const { subject, suppressedAt } = now
  const state = ledger.store.subject(site, subject)
  const past = state && subjectThen(ledger, site, subject, state, then)
  return past && { subject, ...(suppressedAt !== undefined && { suppressedAt }), ...past }
}

const isYes = ({ state }: PurposeStanding): boolean =>
  state === 'given' || state === 'renewed' || state === 'requested' || state === 'invalidated'

function whyNot({ state, lastNo }: PurposeStanding): StatusReason | undefined {
  switch (state) {
    case 'withdrawn':
      return 'withdrawn'
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
  { configuration }: Pick<OptInEntry, 'configuration'>,
  { id, countries }: Program,
): boolean {
  const agreed = store.publication(site, configuration)?.programs.find(p => p.id === id)
  return !agreed || !agreed.countries.every(country => countries.includes(country))
}

function isServed({ channel, address }: StatusQuestion, { countries }: Program): boolean {
  const normalised = normaliseAddress(channel, address, countries[0])
  if ('detail' in normalised) return false
  return normalised.country === undefined || countries.includes(normalised.country)
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
