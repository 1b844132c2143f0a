import { confirmationOf } from '../../../shared/domain/check-opt-in.ts'
import { contentOf, isAct, type OptInEntry, type OptOutEntry } from '../../../shared/domain/entry.ts'
import type { Program } from '../../../shared/domain/site.ts'
import { countsFrom, programStanding, type PurposeStanding } from '../../../shared/domain/standing.ts'
import { chainOf } from '../../ledger/chain.ts'
import { normaliseAddress } from '../address.ts'
import { serves } from '../served.ts'
import { appendForAddresses } from '../append.ts'
import { confirmOptIn } from '../confirm.ts'
import { pendingFor } from '../pending.ts'
import type { InboundMessage } from './event.ts'
import { idOf } from './identity.ts'
import { programsFrom, senderOf, type Inbox, type InboundSite } from './inbox.ts'
import { lastAgreed, personAt, type Person } from './person.ts'

/** `asked`: nothing had been shown that a yes could agree to, so it is none. */
export type Started =
  | { readonly did: 'confirmed' | 'opted-in'; readonly id: string; readonly duplicate: boolean }
  | { readonly did: 'asked' }

/**
 * A yes by text message: to a confirmation that was asked for, or to what the same number stopped before. It counts from
 * when it was written, and once: told again, or late, it is no yes to what came after it.
 */
export async function takeStart(inbox: Inbox, site: InboundSite, event: InboundMessage): Promise<Started> {
  const { ledger } = inbox
  const known = ledger.store.entryById(site.key, idOf(site.key, event, 'start'))
  if (known) return { did: 'opted-in', id: known.entry.id, duplicate: true }
  const person = personAt(ledger, site, event)
  const wasTold = inbox.messages.message(site.key, idOf(site.key, event, 'in')) !== undefined
  if (!person || wasTold) return { did: 'asked' }
  const programs = programsFrom(site, event.channel, senderOf(site, event)).flatMap(program => {
    const stands = programStanding(person.standing, event.channel, program.id)
    return stands ? [{ program, stands }] : []
  })
  return (
    (await confirmPending(inbox, site, event, person, programs)) ??
    (await resume(inbox, site, event, person, programs)) ?? { did: 'asked' }
  )
}

interface Stood {
  readonly program: Program
  readonly stands: PurposeStanding
}

const writtenAt = ({ ledger }: Inbox, { at = Infinity }: InboundMessage): number => Math.min(at, ledger.now())

/** Of several requests the last one: that is the message the person has in front of them. */
async function confirmPending(
  inbox: Inbox,
  { key, configuration }: InboundSite,
  event: InboundMessage,
  { subject }: Person,
  programs: readonly Stood[],
): Promise<Started | undefined> {
  const { ledger } = inbox
  const { channel } = event
  const at = writtenAt(inbox, event)
  const pending = pendingFor(ledger, key, { subject, channel }, configuration).find(
    ({ program: id, since }) => since <= at && programs.some(({ program }) => program.id === id),
  )
  if (!pending) return undefined
  const { program, request: confirms } = pending
  const done = await confirmOptIn(ledger, key, { subject, channel, program, confirms, method: 'keyword' })
  return done.confirmed ? { did: 'confirmed', id: confirms, duplicate: done.duplicate } : undefined
}

/**
 * What a stop to the same sender ended begins again by the words that were agreed to before it. A no by any other road is
 * not undone by a text message, nor is a stop to another sender.
 */
async function resume(
  inbox: Inbox,
  site: InboundSite,
  event: InboundMessage,
  person: Person,
  programs: readonly Stood[],
): Promise<Started | undefined> {
  const { ledger } = inbox
  const { key } = site
  const { channel, address } = event
  const at = writtenAt(inbox, event)
  const saidTo = senderOf(site, event)?.address ?? event.sender
  const resumed = programs.flatMap(({ program, stands }) => {
    if (stands.state !== 'withdrawn' || !isStopTo(saidTo, entryAt(ledger, key, stands))) return []
    if (stands.lastNo !== undefined && at <= stands.lastNo) return []
    const earlier = lastAgreed(ledger, key, person, program.id)
    if (!earlier || !onlyStopped(ledger, key, person, earlier, saidTo)) return []
    return mayResume(ledger, site, event, program, earlier) ? [{ program, earlier }] : []
  })
  if (resumed.length === 0) return undefined
  const drafts = resumed.map(({ program, earlier }, n) => {
    const id = idOf(key, event, n === 0 ? 'start' : `start ${program.id}`)
    const said = agreedAgain(earlier, { id, decidedAt: at })
    const { address: normal } = normaliseAddress(channel, address, program.countries[0]) as {
      address: string
    }
    return {
      blind: ledger.blindIndex.blindOf(key, channel, normal),
      entry: {
        type: 'opt-in' as const,
        ...said,
        basis: 'consent' as const,
        purpose: earlier.purpose,
        confirmation: confirmationNow(ledger, key, program, earlier),
      },
      said: { ...said, decidedAt: 0 },
      private: { address: normal, given: address },
    }
  })
  const answers = await appendForAddresses(ledger, key, drafts)
  // The number itself has answered: there is nothing left to confirm.
  for (const { entry } of drafts)
    if (entry.confirmation === 'double') {
      const confirming = {
        subject: person.subject,
        channel,
        program: entry.program,
        confirms: entry.id,
      } as const
      // oxlint-disable-next-line no-await-in-loop -- one or two programs
      await confirmOptIn(ledger, key, { ...confirming, method: 'keyword' })
    }
  const duplicate = answers.every(answer => !('index' in answer) || answer.duplicate)
  return { did: 'opted-in', id: drafts[0]!.entry.id, duplicate }
}

function entryAt(
  { store }: Inbox['ledger'],
  site: string,
  { act }: PurposeStanding,
): OptOutEntry | undefined {
  const entry = act && store.entryById(site, act.id)?.entry
  return entry && isAct(entry) && entry.type === 'opt-out' ? entry : undefined
}

const isStopTo = (sender: string | undefined, no: OptOutEntry | undefined): boolean =>
  no !== undefined &&
  (no.method === 'keyword' || no.method === 'provider') &&
  no.cause === undefined &&
  no.sender === sender

/** Nothing since that yes was a no but stops to this sender: one behind a no by another road ended nothing. */
function onlyStopped(
  { store }: Inbox['ledger'],
  site: string,
  { subject }: Person,
  earlier: OptInEntry,
  saidTo: string | undefined,
): boolean {
  const since = countsFrom(earlier)
  for (const { entry } of chainOf(store, site, subject)) {
    const act = contentOf(entry)
    if (act.type !== 'opt-out' || act.channel !== earlier.channel) continue
    if (act.program !== undefined && act.program !== earlier.program) continue
    // By its time and not its place: a late yes stands behind the no that it came too late for.
    if (countsFrom(entry) >= since && !isStopTo(saidTo, act)) return false
  }
  return true
}

/** The words are those of a form or of a place of the owner's, and the program would take this person today. */
function mayResume(
  { store }: Inbox['ledger'],
  { key, configuration: { collectionPoints = [] } }: InboundSite,
  { channel, address }: InboundMessage,
  { open, minimumAge = 0, countries, purpose, sharesWith }: Program,
  earlier: OptInEntry,
): boolean {
  const normalised = normaliseAddress(channel, address, countries[0])
  const point = earlier.collectionPoint
  return (
    open &&
    'address' in normalised &&
    normalised.country !== undefined &&
    serves(countries, normalised.country) &&
    (minimumAge === 0 || earlier.ofAge === true) &&
    earlier.purpose === purpose &&
    earlier.sharesWith === sharesWith &&
    store.publication(key, earlier.configuration) !== undefined &&
    (point === undefined
      ? earlier.method !== 'page' && earlier.method !== 'preferences'
      : collectionPoints.some(({ id }) => id === point))
  )
}

const confirmationNow = (
  { store }: Inbox['ledger'],
  site: string,
  current: Program,
  { configuration }: OptInEntry,
) => {
  const shown = store.publication(site, configuration)?.programs.find(({ id }) => id === current.id)
  return confirmationOf({ shown: shown ?? current, current })
}

function agreedAgain(
  { program, channel, configuration, text, language, ofAge, collectionPoint, sharesWith }: OptInEntry,
  act: { readonly id: string; readonly decidedAt: number },
) {
  return {
    ...act,
    program,
    channel,
    configuration,
    text,
    language,
    method: 'keyword' as const,
    ...(ofAge !== undefined && { ofAge }),
    ...(collectionPoint !== undefined && { collectionPoint }),
    ...(sharesWith !== undefined && { sharesWith }),
  }
}
