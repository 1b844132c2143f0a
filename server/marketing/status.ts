import { hasChannel } from '../../shared/domain/check-opt-in.ts'
import { isOfSubject, type OptInEntry, type SubjectEntry } from '../../shared/domain/entry.ts'
import type { SendDecision, StatusReason } from '../../shared/domain/marketing.ts'
import type { Channel, Program, SiteConfiguration } from '../../shared/domain/site.ts'
import {
  applyEntry,
  countsFrom,
  programStanding,
  type PurposeStanding,
  type Standing,
} from '../../shared/domain/standing.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { KnownAddress, StoredEntry, SubjectState } from '../ledger/store.ts'
import { isE164, normaliseAddress } from './address.ts'

/** A site as it is published now. */
export interface AskedSite {
  readonly key: string
  readonly configuration: Pick<SiteConfiguration, 'programs'>
}

export interface StatusQuestion {
  readonly channel: Channel
  /** In any spelling. */
  readonly address: string
  readonly program: string
  /** What was true at this moment, by all that is recorded now; absent or still to come: now. Epoch milliseconds. */
  readonly at?: number
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
}

/** May this address be written to? Whatever is unknown, undecided or no longer provable is never `send`. */
export const statusOf = (ledger: Ledger, site: AskedSite, question: StatusQuestion): StatusAnswer =>
  ledger.store.snapshot(() => answer(ledger, site, question))

function answer(ledger: Ledger, { key, configuration }: AskedSite, question: StatusQuestion): StatusAnswer {
  const { channel } = question
  const asOf = Math.min(question.at ?? Infinity, ledger.now())
  const block = (reason: StatusReason): StatusAnswer => ({ decision: 'block', reason, asOf })
  const program = configuration.programs.find(p => p.id === question.program)
  if (!program) return block('purpose_mismatch')
  if (!hasChannel(program, channel)) return block('channel_mismatch')

  const known = findSubject(ledger, key, question, program)
  if ('reason' in known) return block(known.reason)
  const { subject, standing, suppressedAt = -Infinity } = known
  const now = question.at === undefined ? standing : standingAt(ledger, key, known, question.at)
  const stands = programStanding(now, channel, program.id)
  // What was said before the address was erased is not known any more; a yes from then that comes now revives nothing.
  if (stands ? isYes(stands) && stands.since <= suppressedAt : suppressedAt > -Infinity)
    return block('erased')
  if (!stands) return block(isPromised(ledger, key, known, question) ? 'not_yet_effective' : 'never_asked')

  const { entry, evidence } = decidingEntry(ledger, key, stands.index)
  const found = { entry: { id: entry.id, index: stands.index }, asOf }
  const blocked =
    whyNot(stands) ?? (entry.type === 'opt-in' ? lapsed(ledger, entry, evidence, program) : undefined)
  if (blocked !== undefined) return { decision: 'block', reason: blocked, ...found }
  if (entry.type !== 'opt-in' || entry.subject !== subject)
    throw new Error(`entry ${stands.index} of ${key} cannot be a yes of its subject: run assent verify`)
  if (stands.state === 'requested') return { decision: 'hold', reason: 'pending_double_optin', ...found }
  // The number was served by the words agreed to; it must be by those of today.
  if (isNarrower(ledger, entry, program) && !isServed(question, program))
    return { decision: 'block', reason: 'country_not_allowed', ...found }
  return { decision: 'send', reason: 'ok_express', consentedAt: stands.since, text: entry.text, ...found }
}

type KnownSubject = Extract<KnownAddress, SubjectState>

/**
 * By the address as it was given when that is one spelling already: reading a number with all its rules costs more than
 * everything else here. Whoever is in the index was read so once; only a stranger's number has to be.
 */
function findSubject(
  ledger: Ledger,
  site: string,
  { channel, address }: StatusQuestion,
  { countries }: Program,
): KnownSubject | { readonly reason: StatusReason } {
  const exact = channel === 'sms' && isE164(address) ? lookUp(ledger, site, channel, address) : undefined
  if (exact) return exact
  const normalised = normaliseAddress(channel, address, countries[0])
  if ('detail' in normalised) return { reason: channel === 'sms' ? 'invalid_number' : 'invalid_email' }
  const known = lookUp(ledger, site, channel, normalised.address)
  if (known) return known
  const { country } = normalised
  return {
    reason: country === undefined || countries.includes(country) ? 'never_asked' : 'country_not_allowed',
  }
}

function lookUp(
  { store, blindIndex }: Ledger,
  site: string,
  channel: Channel,
  address: string,
): KnownSubject | { readonly reason: StatusReason } | undefined {
  const known = store.standingOfAddress(site, blindIndex.blindOf(site, channel, address))
  return known && known.subject === undefined ? { reason: 'erased' } : known
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

/** A yes whose own evidence is gone, or that was given for another purpose than the program has today, is none. */
function lapsed(
  { keys }: Ledger,
  { site, subject, purpose }: OptInEntry,
  evidence: boolean,
  program: Program,
): StatusReason | undefined {
  if (!evidence || !keys.hasSubjectKey(site, subject)) return 'erased'
  return purpose === program.purpose ? undefined : 'purpose_mismatch'
}

/** The program no longer writes to every country it wrote to when it was agreed to. */
function isNarrower(
  { store }: Ledger,
  { site, configuration }: OptInEntry,
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

/** The subject's entries, newest first. */
function* chainOf(
  ledger: Ledger,
  site: string,
  { lastIndex }: KnownSubject,
): Generator<[SubjectEntry, number]> {
  for (let at: number | undefined = lastIndex; at !== undefined;) {
    const entry = subjectEntry(ledger, site, at)
    yield [entry, at]
    at = entry.previous
  }
}

const subjectEntry = ({ store }: Ledger, site: string, index: number): SubjectEntry =>
  ofSubject(store.entry(site, index), site, index)

function decidingEntry({ store }: Ledger, site: string, index: number) {
  const stored = store.entryWithEvidence(site, index)
  return { entry: ofSubject(stored, site, index), evidence: stored?.evidence === true }
}

function ofSubject(stored: StoredEntry | undefined, site: string, index: number): SubjectEntry {
  if (!stored || !isOfSubject(stored.entry))
    throw new Error(`entry ${index} of ${site} is no subject's: run assent verify`)
  return stored.entry
}

/** Where the subject stood by everything that counted by then, in the order it was recorded. */
function standingAt(ledger: Ledger, site: string, known: KnownSubject, at: number): Standing {
  const counted = [...chainOf(ledger, site, known)].filter(([entry]) => countsFrom(entry) <= at)
  return counted.reduceRight<Standing>((before, [entry, index]) => applyEntry(before, entry, index), {})
}

/** A yes is on record that did not count yet at the moment asked about. */
function isPromised(ledger: Ledger, site: string, known: KnownSubject, question: StatusQuestion): boolean {
  if (question.at === undefined) return false
  return [...chainOf(ledger, site, known)].some(
    ([entry]) =>
      entry.type === 'opt-in' && entry.channel === question.channel && entry.program === question.program,
  )
}
