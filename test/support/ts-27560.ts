import type { GraphNode } from './json-ld.ts'

/**
 * Fields that ISO/IEC TS 27560:2023 wants of every consent record, and where the W3C DPV's guide to it puts them (repository
 * w3c/dpv, guides/consent-27560.html at 02cdc2c511424ee3e8db8b14d45fd8dab4bfe345, section "ISO 27560:2023, EU GDPR, and DPV").
 * A path starts at the record; `Class/` in front of a name takes the values of that type only.
 */
export const MANDATORY: Readonly<Record<string, readonly string[]>> = {
  schema_version: ['dct:conformsTo'],
  record_id: ['dct:identifier'],
  pii_principal_id: ['dpv:hasDataSubject', 'dct:identifier'],
  privacy_notice: ['dpv:hasNotice', 'dpv:ConsentNotice/dct:identifier'],
  language: ['dct:language'],
  purpose: ['dpv:hasProcess', 'dpv:hasPurpose', 'dct:identifier'],
  pii_information: ['dpv:hasProcess', 'dpv:hasPersonalData'],
  pii_controllers: ['dpv:hasProcess', 'dpv:hasDataController'],
  storage_locations: ['dpv:hasProcess', 'dpv:hasStorageCondition', 'dpv:StorageLocation/dpv:hasLocation'],
  retention_period: ['dpv:hasProcess', 'dpv:hasStorageCondition', 'dpv:StorageDuration/dpv:hasDuration'],
  jurisdiction: ['dpv:hasProcess', 'dpv:hasJurisdiction'],
  recipient_third_parties: ['dpv:hasProcess', 'dpv:hasRecipient'],
  withdrawal_method: ['dpv:hasProcess', 'dpv:hasConsentControl', 'dpv:isExercisedAt'],
  pii_type: ['dpv:hasProcess', 'dpv:hasPersonalData', 'skos:broader'],
  party_id: ['dpv:hasProcess', 'dpv:hasDataController', 'dpv:hasIdentifier'],
  party_name: ['dpv:hasProcess', 'dpv:hasDataController', 'dpv:hasName'],
  party_address: ['dpv:hasProcess', 'dpv:hasDataController', 'dpv:hasAddress'],
  party_contact: ['dpv:hasProcess', 'dpv:hasDataController', 'dpv:hasContact'],
  party_type: ['dpv:hasProcess', 'dpv:hasDataController', '@type'],
  'party_id of recipients': ['dpv:hasProcess', 'dpv:hasRecipient', 'dpv:hasIdentifier'],
  'party_name of recipients': ['dpv:hasProcess', 'dpv:hasRecipient', 'dpv:hasName'],
  'party_address of recipients': ['dpv:hasProcess', 'dpv:hasRecipient', 'dpv:hasAddress'],
  'party_contact of recipients': ['dpv:hasProcess', 'dpv:hasRecipient', 'dpv:hasContact'],
  event_time: ['dpv:hasConsentStatus', 'dpv:isIndicatedAtTime'],
  validity_duration: ['dpv:hasConsentStatus', 'dpv:hasDuration'],
  entity_id: ['dpv:hasConsentStatus', 'dpv:isIndicatedBy'],
  event_type: ['dpv:hasProcess', 'dpv:hasLegalBasis'],
  event_state: ['dpv:hasConsentStatus', '@type'],
}

type Graph = ReadonlyMap<string, GraphNode>
export type Found = { readonly values: readonly unknown[]; readonly absent: readonly string[] }

/** The values at the end of a path; where the way there ends in a field that is marked as not available, the reasons given. */
export function valuesAt(graph: Graph, start: GraphNode, path: readonly string[]): Found {
  const [step, ...rest] = path
  if (step === undefined) return { values: [start], absent: [] }
  const [name, type] = step.split('/').toReversed() as [string, string | undefined]
  const reason = absence(start)
  if (type !== undefined && !typesOf(start).includes(type)) return NOTHING
  if (!(name in start)) return reason === undefined ? NOTHING : { values: [], absent: [reason] }
  return listOf(start[name])
    .map(value => {
      const node = resolved(graph, value)
      if (node === undefined) return { values: rest.length === 0 ? [value] : [], absent: [] }
      const why = absence(node)
      if (rest.length === 0)
        return why === undefined ? { values: [node], absent: [] } : { values: [], absent: [why] }
      return valuesAt(graph, node, rest)
    })
    .reduce((a, b) => ({ values: [...a.values, ...b.values], absent: [...a.absent, ...b.absent] }), NOTHING)
}

const NOTHING: Found = { values: [], absent: [] }

/** Why a node stands for nothing, in the DPV's terms. */
function absence(node: GraphNode): string | undefined {
  if (!('dpv:hasApplicability' in node)) return undefined
  const reason = node['dpv:hasJustification']
  return node['dpv:hasApplicability'] === 'dpv:NotAvailable' &&
    typeof reason === 'string' &&
    reason.length > 10
    ? reason
    : undefined
}

function resolved(graph: Graph, value: unknown): GraphNode | undefined {
  if (typeof value === 'string') return graph.get(value)
  if (typeof value !== 'object' || value === null) return undefined
  const id = (value as GraphNode)['@id']
  return typeof id === 'string' ? graph.get(id) : undefined
}

export const typesOf = (node: GraphNode): readonly string[] => listOf(node['@type']) as readonly string[]

export const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]
