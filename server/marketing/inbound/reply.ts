import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { pickLanguage } from '../../../shared/domain/language.ts'
import { programStanding } from '../../../shared/domain/standing.ts'
import { derivedId } from '../../ledger/derived-id.ts'
import { findAddress } from '../find-address.ts'
import { idOf } from './identity.ts'
import type { InboundMessage } from './event.ts'
import { programsFrom, senderOf, type Inbox, type InboundSite } from './inbox.ts'
import { lastOptIn, personAt, type Person } from './person.ts'

/** A text that goes back in the answer to the provider. */
export interface Reply {
  readonly kind: 'stopped' | 'help'
  readonly text: string
}

/** A confirmation of a stop is presumed to be wanted for so long (47 CFR 64.1200(a)(12)). */
const CONFIRM_WITHIN = 5 * 60_000

/**
 * The one confirmation of a stop, in the program's own words; it is in the log before it is out, so that there is never a
 * second one. When it would come too late, the log says so and nothing goes out.
 */
export function confirmStop(
  inbox: Inbox,
  site: InboundSite,
  event: InboundMessage,
  { id: entry, ended }: { readonly id: string; readonly ended: boolean },
): Reply | undefined {
  const { ledger, messages } = inbox
  if (!ended || !isAnsweredHere(inbox, event)) return undefined
  const person = personAt(ledger, site, event)
  const text = textOf(inbox, site, event, person, 'stopped')
  if (!person || text === undefined) return undefined
  const now = ledger.now()
  const isLate = now - (event.at ?? now) > CONFIRM_WITHIN
  const isFirst = messages.add(site.key, {
    id: derivedId(['stopped', site.key, entry], entry),
    subject: person.subject,
    channel: event.channel,
    direction: 'out',
    kind: 'stopped',
    entry,
    at: now,
    state: isLate ? 'failed' : 'sent',
    attempts: isLate ? 0 : 1,
    ...(isLate && { fault: 'not sent: more than five minutes after the stop' }),
  })
  return isFirst && !isLate ? { kind: 'stopped', text } : undefined
}

/** What HELP is answered with; nothing to whoever is not to be written to any more. */
export function helpWith(inbox: Inbox, site: InboundSite, event: InboundMessage): Reply | undefined {
  if (!isAnsweredHere(inbox, event)) return undefined
  const { ledger, messages } = inbox
  const person = personAt(ledger, site, event)
  if (person ? isOptedOut(site, event, person) : isErased(inbox, site, event)) return undefined
  const text = textOf(inbox, site, event, person, 'help')
  if (text === undefined) return undefined
  // Of a stranger nothing is kept, and there is nobody to keep it for.
  if (person)
    messages.add(site.key, {
      id: idOf(site.key, event, 'help'),
      subject: person.subject,
      channel: event.channel,
      direction: 'out',
      kind: 'help',
      at: ledger.now(),
      state: 'sent',
      attempts: 1,
    })
  return { kind: 'help', text }
}

/** Not by the provider or the network itself: two answers to one message are one too many. */
const isAnsweredHere = ({ replies }: Inbox, { sender, takenFor }: InboundMessage): boolean =>
  replies === 'assent' && takenFor === undefined && !(sender !== undefined && isTollFree(sender))

/** North American networks answer STOP to these themselves. */
const isTollFree = (number: string): boolean => {
  const parsed = parsePhoneNumberFromString(number)
  return parsed?.countryCallingCode === '1' && parsed.getType() === 'TOLL_FREE'
}

function isOptedOut(site: InboundSite, event: InboundMessage, { standing }: Person): boolean {
  const sender = senderOf(site, event)
  const states = programsFrom(site, event.channel, sender).map(
    ({ id }) => programStanding(standing, event.channel, id)?.state,
  )
  return states.length > 0 && states.every(state => state === 'withdrawn' || state === 'refused')
}

function isErased({ ledger }: Inbox, { key, configuration }: InboundSite, event: InboundMessage): boolean {
  const { channel, address: given } = event
  const found = findAddress(ledger, key, { channel, given }, configuration)
  return 'suppressedAt' in found && found.suppressedAt !== undefined
}

/** In the language the person signed up in. */
function textOf(
  { ledger }: Inbox,
  site: InboundSite,
  event: InboundMessage,
  person: Person | undefined,
  kind: Reply['kind'],
): string | undefined {
  const programs = programsFrom(site, event.channel, senderOf(site, event))
  const texts = programs.map(({ replies }) => replies?.[kind]).find(localized => localized !== undefined)
  if (!texts) return undefined
  const spoken = person && lastOptIn(ledger, site.key, person)?.language
  const offered = site.configuration.languages.filter(language => Object.hasOwn(texts, language))
  if (offered.length === 0) return undefined
  return texts[pickLanguage(spoken === undefined ? [] : [spoken], offered)]
}
