import { absent, country, type Node } from './consent-record-terms.ts'
import { looseList, looseObject, looseText, type Loose } from './loose.ts'

/** Where the receipt's other nodes refer to these. */
export const CONTROLLER = '_:controller'
export const SUBJECT = '_:subject'

const NOT_NAMED = 'The configuration does not say it.'

/** Who offered the choice: the party fields of ISO/IEC TS 27560. */
export function controllerParty(configuration: Loose | undefined): Node {
  const node = { '@id': CONTROLLER, '@type': 'dpv:DataController' }
  if (!configuration)
    return absent(
      'The entry names no configuration, so this receipt cannot say who the controller was. The log it stands in is the controller’s.',
      node,
    )
  const controller = looseObject(configuration['controller'])
  const website = looseText(controller['website'])
  const registrations = looseList(controller['registrations']).flatMap(r => looseText(r['value']) ?? [])
  const at = country(controller['country'])
  const officers = looseList(controller['dataProtectionOfficers']).map(officer => ({
    '@type': 'dpv:DataProtectionOfficer',
    'dpv:hasName': looseText(officer['name']) ?? absent(NOT_NAMED),
    'dpv:hasContact': looseText(officer['email']) ?? absent(NOT_NAMED),
  }))
  return {
    ...node,
    'dpv:hasIdentifier': orAbsent([...registrations, ...(website ? [website] : [])]),
    'dpv:hasName': looseText(controller['name']) ?? absent(NOT_NAMED),
    'dpv:hasAddress': looseText(controller['address']) ?? absent(NOT_NAMED),
    ...(at && { 'dpv:hasCountry': at }),
    'dpv:hasContact': orAbsent(['email', 'phone'].flatMap(name => looseText(controller[name]) ?? [])),
    ...(website && { 'schema:url': website }),
    ...(officers.length > 0 && { 'dpv:hasDataProtectionOfficer': officers }),
  }
}

const orAbsent = (values: readonly string[]): unknown => (values.length > 0 ? values : absent(NOT_NAMED))

/** The person, by the pseudonym of the entry. */
export const subjectParty = (subject: unknown): Node => ({
  '@id': SUBJECT,
  '@type': 'dpv:DataSubject',
  'dct:identifier': looseText(subject) ?? absent('Whoever has only refused keeps no identifier.'),
})

/** Services that may load for a purpose: whoever provides them receives what they learn. */
export const approvedServices = (configuration: Loose, purpose: string): readonly Loose[] =>
  looseList(configuration['services']).filter(
    service => service['purpose'] === purpose && looseObject(service['approval'])['state'] === 'approved',
  )

export function recipients(services: readonly Loose[]): unknown {
  if (services.length === 0) return absent('The configuration lists no service for this purpose.')
  return services.map(service => {
    const at = country(service['country'])
    const policy = looseText(service['policy'])
    return {
      '@type': 'dpv:Recipient',
      'dpv:hasIdentifier': looseText(service['id']) ?? absent(NOT_NAMED),
      'dpv:hasName': looseText(service['provider']) ?? absent(NOT_NAMED),
      'dpv:hasService': { '@type': 'dpv:Service', 'dct:title': looseText(service['name']) ?? '' },
      ...(at && { 'dpv:hasCountry': at }),
      'dpv:hasAddress': absent('The configuration knows a service’s country, not its address.'),
      'dpv:hasContact': absent('The configuration knows a service’s privacy policy, not its contact.'),
      ...(policy && { 'schema:url': policy }),
    }
  })
}
