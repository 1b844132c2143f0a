import { approvedServices, CONTROLLER, recipients } from './consent-record-parties.ts'
import { absent, country, lasting, spoken, until, type Node } from './consent-record-terms.ts'
import { inLanguage, looseList, looseObject, looseText, type Loose } from './loose.ts'

/** What was asked: one purpose of the page, or one program of messages on one channel. */
export interface Asked {
  readonly configuration: Loose | undefined
  readonly language: string | undefined
  /** Id of the purpose. */
  readonly purpose: string | undefined
  /** How the person expressed it, where the DPV has a word for it. */
  readonly consentType: 'dpv:ExpressedConsent' | 'dpv:Consent'
  readonly messages?: { readonly program: string | undefined; readonly channel: string | undefined }
}

const MESSAGES = 'dpv:DirectMarketing'
/** Maps, for names come from outside: an object also has what it inherits. */
const KINDS = new Map<unknown, string>([
  ['necessary', 'dpv:ServiceProvision'],
  ['preferences', 'dpv:ServicePersonalisation'],
  ['analytics', 'dpv:ServiceUsageAnalytics'],
  ['marketing', 'dpv:Marketing'],
  ['messages', MESSAGES],
])

const BASES = new Map<unknown, string>([
  ['contract', 'dpv:Contract'],
  ['legal-obligation', 'dpv:LegalObligation'],
  ['legitimate-interests', 'dpv:LegitimateInterest'],
])

/** The processing fields of ISO/IEC TS 27560 for one purpose. */
export function processOf(asked: Asked): Node {
  const { configuration, consentType } = asked
  const purpose = purposeIn(asked)
  const services = configuration && asked.purpose ? approvedServices(configuration, asked.purpose) : []
  return {
    '@type': 'dpv:Process',
    'dpv:hasPurpose': purposeNode(asked, purpose),
    'dpv:hasLegalBasis': BASES.get(purpose['basis']) ?? consentType,
    'dpv:hasPersonalData': personalData(asked, services),
    'dpv:hasDataController': CONTROLLER,
    'dpv:hasRecipient': configuration ? recipients(services) : absent(NO_CONFIGURATION),
    'dpv:hasStorageCondition': storage(asked, services),
    'dpv:hasJurisdiction':
      country(looseObject(configuration?.['controller'])['country']) ??
      absent(configuration ? 'The configuration does not say it.' : NO_CONFIGURATION),
    'dpv:hasConsentControl': withdrawal(asked),
  }
}

const NO_CONFIGURATION = 'The entry names no configuration.'

const purposeIn = ({ configuration, purpose }: Asked): Loose =>
  looseList(configuration?.['purposes']).find(p => p['id'] === purpose) ?? {}

function purposeNode({ configuration, language, purpose, messages }: Asked, found: Loose): Node {
  const program = looseList(configuration?.['programs']).find(p => p['id'] === messages?.program) ?? {}
  const disclosure = looseList(program['disclosures']).find(d => d['channel'] === messages?.channel) ?? {}
  const title = inLanguage(program['name'], language) ?? inLanguage(found['name'], language)
  const description = inLanguage(disclosure['text'], language) ?? inLanguage(found['description'], language)
  const broader = messages ? MESSAGES : KINDS.get(found['kind'])
  return {
    '@type': 'dpv:Purpose',
    'dct:identifier':
      messages?.program ?? purpose ?? absent('Every program of this channel, those to come included.'),
    ...(title && { 'dct:title': spoken(title, language) }),
    ...(description && { 'dct:description': spoken(description, language) }),
    ...(broader && { 'skos:broader': broader }),
  }
}

const ADDRESSES = new Map<unknown, string>([
  ['email', 'pd:EmailAddress'],
  ['sms', 'pd:TelephoneNumber'],
])

const cookiesOf = (services: readonly Loose[]): readonly Loose[] =>
  services.flatMap(service => looseList(service['cookies']))

function personalData({ language, messages }: Asked, services: readonly Loose[]): unknown {
  const address = ADDRESSES.get(messages?.channel)
  const cookies = cookiesOf(services).map(cookie => {
    const description = inLanguage(cookie['description'], language)
    return {
      '@type': 'dpv:PersonalData',
      'skos:broader': 'dpv:CollectedPersonalData',
      'dct:identifier': looseText(cookie['name']) ?? '',
      ...(description && { 'dct:description': spoken(description, language) }),
    }
  })
  if (address) return [{ '@type': 'dpv:PersonalData', 'skos:broader': address }, ...cookies]
  return cookies.length > 0
    ? cookies
    : absent('The configuration lists no cookie or other storage for this purpose.')
}

/** Where and how long: what lies in the person's own browser the configuration knows; of the rest, what it promises to keep how long. */
function storage({ configuration, purpose }: Asked, services: readonly Loose[]): readonly Node[] {
  const cookies = cookiesOf(services).map(cookie => ({
    '@type': 'dpv:StorageDuration',
    'dct:identifier': looseText(cookie['name']) ?? '',
    'dpv:hasLocation': 'dpv:WithinDevice',
    'dpv:hasDuration': ended(looseText(cookie['duration'])),
  }))
  const rules = looseList(configuration?.['retention'])
    .filter(rule => rule['purpose'] === purpose)
    .map(rule => ({
      '@type': 'dpv:StorageDuration',
      'dct:identifier': looseText(rule['data']) ?? '',
      'dct:description': [looseText(rule['startsFrom']), looseText(rule['method'])].join('; '),
      'dpv:hasDuration': ended(looseText(rule['period'])),
    }))
  const durations = [...cookies, ...rules]
  return [
    ...(cookies.length > 0
      ? [{ '@type': 'dpv:StorageLocation', 'dpv:hasLocation': 'dpv:WithinDevice' }]
      : []),
    absent(
      configuration ? 'Outside the person’s device: the configuration does not say where.' : NO_CONFIGURATION,
      { '@type': 'dpv:StorageLocation' },
    ),
    ...durations,
    ...(durations.length > 0
      ? []
      : [
          absent(
            configuration ? 'The configuration has no retention rule for this purpose.' : NO_CONFIGURATION,
            { '@type': 'dpv:StorageDuration' },
          ),
        ]),
  ]
}

const ended = (duration: string | undefined): Node =>
  duration === undefined
    ? absent('The configuration does not say how long.')
    : /^P(?=.)/.test(duration)
      ? lasting(duration)
      : until('End of the browser session')

function withdrawal({ configuration, messages }: Asked): Node {
  const website = looseText(looseObject(configuration?.['controller'])['website'])
  return {
    '@type': 'dpv:WithdrawConsent',
    'dct:description': messages
      ? 'The page for stopping messages, which the forms of the site link to. No login is needed.'
      : 'The control for cookie settings on the pages of the site.',
    'dpv:isExercisedAt':
      website ?? absent(configuration ? 'The configuration does not say it.' : NO_CONFIGURATION),
  }
}
