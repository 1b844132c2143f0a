import { controllerParty, CONTROLLER, SUBJECT, subjectParty } from './consent-record-parties.ts'
import { processOf, type Asked } from './consent-record-process.ts'
import { absent, CONFORMS, CONTEXT, instant, lasting, until, type Node } from './consent-record-terms.ts'
import { looseObject, looseText, type Loose } from './loose.ts'
import { UNDATED_YES } from './marketing.ts'
import { isUndatedChoice } from './take-over.ts'
import { isPlausible } from './standing.ts'

/**
 * The consent receipt of one entry in the terms of ISO/IEC TS 27560, as the W3C DPV's guide writes them in JSON-LD: a record
 * for each purpose, for each is a consent of its own. Made from nothing but the entry and the configuration it names, and
 * pure, so that whoever checks a receipt makes this again and compares.
 *
 * Receipts are kept by people: for one version of receipts this gives the same JSON for ever. A change to it, a newly
 * known type of entry included, is a new version. Neither argument is believed to have any shape.
 */
export function consentReceipt(entry: unknown, configuration: unknown): Node {
  const given = looseObject(entry)
  const id = looseText(given['id']) ?? ''
  const acts = actsIn(given)
  const created = instant(given['receivedAt'])
  const start = {
    '@context': CONTEXT,
    ...(acts.length > 0 && { '@id': `urn:uuid:${id}`, '@type': 'dpv:ConsentReceipt' }),
    'dct:identifier': id,
    'dct:created': created ?? absent('The entry has no time.'),
  }
  // What is no consent has a place in the log, and is no consent record.
  if (acts.length === 0) return { ...start, 'dct:type': looseText(given['type']) ?? '' }
  const source = { entry: given, configuration: configured(configuration) }
  const notices = noticesOf(source)
  return {
    ...start,
    'dct:conformsTo': CONFORMS.receipt,
    'dct:publisher': CONTROLLER,
    'dpv:hasEntity': [controllerParty(source.configuration), subjectParty(given['subject'])],
    'dpv:hasNotice': notices,
    'dpv:hasRecordOfActivity': acts.map(act => record(source, act, notices)),
  }
}

const configured = (configuration: unknown): Loose | undefined =>
  configuration === undefined ? undefined : looseObject(configuration)

interface Source {
  readonly entry: Loose
  readonly configuration: Loose | undefined
}

/** One answer to one question. */
interface Act {
  /** Tells the records of one entry apart. */
  readonly about: string
  readonly purpose: string | undefined
  readonly state: ConsentStatus
  readonly messages?: Asked['messages']
}

type ConsentStatus =
  `dpv:Consent${'Given' | 'Refused' | 'Withdrawn' | 'Revoked' | 'Requested' | 'Invalidated'}`

function actsIn(entry: Loose): readonly Act[] {
  const { type, decidedAt, receivedAt } = entry
  const yes = (state: ConsentStatus): ConsentStatus =>
    isPlausible(Number(decidedAt), Number(receivedAt)) ? state : 'dpv:ConsentInvalidated'
  const messages = { program: looseText(entry['program']), channel: looseText(entry['channel']) }
  const about = `${messages.channel}:${messages.program ?? '*'}`
  switch (type) {
    case 'decision':
    case 'withdrawal':
      return Object.entries(looseObject(entry['choices'])).map(([purpose, granted]) => ({
        about: purpose,
        purpose,
        state:
          granted === true
            ? yes('dpv:ConsentGiven')
            : type === 'withdrawal'
              ? 'dpv:ConsentWithdrawn'
              : 'dpv:ConsentRefused',
      }))
    case 'opt-in': {
      const state = entry['confirmation'] === 'double' ? 'dpv:ConsentRequested' : 'dpv:ConsentGiven'
      return [{ about, purpose: looseText(entry['purpose']), state: yes(state), messages }]
    }
    case 'opt-out': {
      const state = entry['cause'] === undefined ? 'dpv:ConsentWithdrawn' : 'dpv:ConsentRevoked'
      return [{ about, purpose: undefined, state, messages }]
    }
    case 'confirmation':
      return [{ about, purpose: undefined, state: yes('dpv:ConsentGiven'), messages }]
    case 'consent-recorded':
      // What rests on something else than consent is no consent, whoever recorded it.
      return entry['basis'] === 'consent'
        ? [{ about, purpose: looseText(entry['purpose']), state: 'dpv:ConsentGiven', messages }]
        : []
    default:
      return []
  }
}

function record(source: Source, act: Act, notices: readonly Node[]): Node {
  const { entry, configuration } = source
  const id = `${looseText(entry['id']) ?? ''}#${act.about}`
  const language = looseText(entry['language'])
  const asked: Asked = {
    configuration,
    language,
    purpose: act.purpose,
    // How it was expressed elsewhere, nobody here saw.
    consentType: ELSEWHERE.has(entry['method']) ? 'dpv:Consent' : 'dpv:ExpressedConsent',
    ...(act.messages && { messages: act.messages }),
  }
  return {
    '@type': 'dpv:ConsentRecord',
    'dct:identifier': id,
    'dct:conformsTo': CONFORMS.record,
    'dct:language': language ?? absent('The entry names no language.'),
    'dpv:hasDataSubject': SUBJECT,
    'dpv:hasNotice': notices.map(notice => notice['@id']),
    'dpv:hasProcess': processOf(asked),
    'dpv:hasConsentStatus': status(source, act),
  }
}

const ELSEWHERE = new Set<unknown>(['api', 'gpc', 'staff', 'import', 'provider', 'take-over'])

/** The event fields. The time is the one the browser claimed; the receipt's own `dct:created` is the server's. */
function status({ entry, configuration }: Source, { state, messages }: Act): Node {
  return {
    '@type': state,
    'dpv:isIndicatedAtTime': indicatedAt(entry),
    // A state that its person did not bring about: the controller says so.
    'dpv:isIndicatedBy': state === 'dpv:ConsentRevoked' ? CONTROLLER : SUBJECT,
    'dpv:hasIndicationMethod': METHODS.get(entry['method']) ?? absent('The entry does not say how.'),
    'dpv:hasDuration': messages ? until('Withdrawal, or erasure') : remembered(configuration),
  }
}

const indicatedAt = (entry: Loose): unknown =>
  (entry['type'] === 'consent-recorded' && entry['decidedAt'] === UNDATED_YES) || isUndatedChoice(entry)
    ? absent('Nobody kept when. It is known only that it was before the receipt was created.')
    : (instant(entry['decidedAt']) ?? absent('The entry has no time.'))

function remembered(configuration: Loose | undefined): Node {
  const days = looseObject(configuration?.['choice'])['expiresAfterDays']
  return Number.isSafeInteger(days) && (days as number) > 0
    ? lasting(`P${days as number}D`)
    : absent('The configuration does not say how long a choice is remembered.')
}

const METHODS = new Map<unknown, string>([
  ['banner', 'A button of the banner'],
  ['settings', 'The cookie settings'],
  ['embed', 'A button in place of embedded content'],
  ['form', 'A form on a page'],
  ['offer', 'A small banner of the program'],
  ['page', 'A page of its own'],
  ['api', 'An interface that is not ours'],
  ['gpc', 'The opt-out signal of the browser (Global Privacy Control)'],
  ['keyword', 'A text message'],
  ['link', 'A link sent to the address'],
  ['one-click', 'The unsubscribe button of a mail program'],
  ['preferences', 'The preference centre'],
  ['provider', 'The provider that carries the messages'],
  ['staff', 'Told to the controller'],
  ['import', 'A list of another system'],
  ['take-over', 'Another consent tool, which the site had before'],
  ['hold', 'A hold that nobody settled'],
])

/** What the person read, by the hash of its bytes, and the privacy notice of that configuration. */
function noticesOf({ entry, configuration }: Source): readonly Node[] {
  const shown = looseText(entry['text'])
  const language = looseText(entry['language'])
  const revised = looseText(looseObject(configuration?.['notice'])['lastRevised'])
  const node = { '@id': '_:notice', '@type': 'dpv:ConsentNotice' }
  return [
    shown
      ? { ...node, 'dct:identifier': `sha256:${shown}`, ...(language && { 'dct:language': language }) }
      : absent('No text of ours was shown: the log does not know the words.', node),
    ...(revised !== undefined && /^\d{4}-\d\d-\d\d$/.test(revised)
      ? [
          {
            '@id': '_:privacy-notice',
            '@type': 'dpv:PrivacyNotice',
            'dct:identifier': `sha256:${looseText(entry['configuration']) ?? ''}`,
            'dct:date': revised,
          },
        ]
      : []),
  ]
}
