import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { consentReceipt } from '../../shared/domain/consent-record.ts'
import type { Receipt } from '../../shared/receipt/receipt.ts'
import { verifyReceipt } from '../../shared/receipt/verify.ts'
import terms from '../fixtures/dpv-terms.json' with { type: 'json' }
import { graphOf, rdfOf, type GraphNode } from '../support/json-ld.ts'
import { LOOM, someReceipts, type SomeReceipts } from '../support/receipts.ts'
import { listOf, MANDATORY, typesOf, valuesAt } from '../support/ts-27560.ts'

let some: SomeReceipts
beforeAll(async () => {
  some = await someReceipts()
})
afterAll(() => some.ledger.remove())

const CONSENTS = ['granted', 'refused', 'withdrawn', 'ownInterface', 'optIn', 'optOut'] as const

const CLASSES = new Set(terms.files.flatMap(file => ('classes' in file ? (file.classes ?? []) : [])))
const PROPERTIES = new Set(terms.files.flatMap(file => ('properties' in file ? (file.properties ?? []) : [])))

const recordsIn = (nodes: Iterable<GraphNode>): GraphNode[] =>
  [...nodes].filter(node => typesOf(node).includes('dpv:ConsentRecord'))

describe.each(CONSENTS)('the receipt "%s", read by a JSON-LD processor that may fetch nothing', kind => {
  let graph: ReadonlyMap<string, GraphNode>
  let receipt: Receipt
  beforeAll(async () => {
    receipt = some[kind]
    graph = await graphOf(receipt)
  })

  test('is a consent receipt of one record for each purpose answered', () => {
    const id = (JSON.parse(receipt.evidence.entry) as { id: string }).id
    const node = graph.get(`urn:uuid:${id}`)!
    expect(node['@type']).toBe('dpv:ConsentReceipt')
    expect(node['dct:conformsTo']).toBe('https://w3id.org/dpv/schema/dpv-27560#receipt')
    expect(node['dct:identifier']).toBe(id)
    expect(recordsIn(graph.values())).toHaveLength(listOf(node['dpv:hasRecordOfActivity']).length)
  })

  test('uses no term that the DPV does not define, and each as what it is', () => {
    const unknown: string[] = []
    for (const node of graph.values())
      for (const [name, value] of Object.entries(node)) {
        if (/^(dpv|pd|loc):/.test(name) && !PROPERTIES.has(name)) unknown.push(name)
        const used = listOf(value).flatMap(v =>
          typeof v === 'string' ? v : ((v as GraphNode)?.['@id'] ?? []),
        )
        for (const term of used as string[])
          if (/^(dpv|pd|loc):/.test(term) && !CLASSES.has(term) && !isCountry(term)) unknown.push(term)
      }
    expect([...new Set(unknown)]).toEqual([])
    expect(CLASSES.size + PROPERTIES.size).toBeGreaterThan(80)
  })

  test('has every mandatory field of ISO/IEC TS 27560, or says that it is not there and why', () => {
    const records = recordsIn(graph.values())
    expect(records.length).toBeGreaterThan(0)
    const missing = records.flatMap(record =>
      Object.entries(MANDATORY).flatMap(([field, path]) => {
        const { values, absent } = valuesAt(graph, record, path)
        return values.length + absent.length > 0 ? [] : [`${record['dct:identifier'] as string}: ${field}`]
      }),
    )
    expect(missing).toEqual([])
  })

  test('has times and dates that are ones', () => {
    const valuesOf = (name: string): unknown[] => [...graph.values()].flatMap(node => node[name] ?? [])
    const times = ['dct:created', 'dpv:isIndicatedAtTime'].flatMap(valuesOf)
    expect(times.length).toBeGreaterThan(1)
    expect(times.filter(time => new Date(time as string).toISOString() !== time)).toEqual([])
    expect(valuesOf('dct:date').filter(date => !/^\d{4}-\d\d-\d\d$/.test(date as string))).toEqual([])
  })

  test('becomes RDF, its evidence a JSON literal from which it still verifies', async () => {
    const quads = await rdfOf(receipt)
    expect(quads).toContain('<https://w3id.org/dpv#hasConsentStatus>')
    const [, literal] = /<urn:assent:receipt:evidence> ("(?:[^"\\]|\\.)*")\^\^<[^>]*#JSON>/.exec(quads)!
    const evidence = JSON.parse(JSON.parse(literal!) as string) as unknown
    expect(await verifyReceipt({ ...receipt, evidence })).toMatchObject({ ok: true })
  })
})

const isCountry = (term: string): boolean => {
  const code = /^loc:([A-Z]{2})$/.exec(term)?.[1]
  return code !== undefined && new Intl.DisplayNames('en', { type: 'region' }).of(code) !== code
}

describe('the checks find what is missing', () => {
  test('a field taken out', async () => {
    const graph = await graphOf(some.granted)
    const [record] = recordsIn(graph.values())
    for (const [field, [first]] of Object.entries(MANDATORY)) {
      const { [first!]: _, ...without } = record!
      const found = valuesAt(graph, without, MANDATORY[field]!)
      expect([field, found.values.length + found.absent.length]).toEqual([field, 0])
    }
  })

  test('a term that would be dropped, and a context that would be fetched', async () => {
    await expect(graphOf({ ...some.granted, nonsense: 1 })).rejects.toThrow('Safe mode')
    await expect(graphOf({ ...some.granted, '@context': 'https://w3id.org/dpv' })).rejects.toThrow(
      'Dereferencing a URL',
    )
  })
})

describe('what the records say', () => {
  type Record = {
    'dct:identifier': string
    'dpv:hasConsentStatus': { '@type': string; 'dpv:hasDuration': object }
    'dpv:hasProcess': GraphNode
  }
  const recordsOf = (receipt: Receipt): Record[] => receipt['dpv:hasRecordOfActivity'] as Record[]
  const states = (receipt: Receipt): string[] =>
    recordsOf(receipt).map(
      r =>
        `${r['dct:identifier'].split('#')[1]} ${r['dpv:hasConsentStatus']['@type'].slice('dpv:Consent'.length)}`,
    )

  test('a state of the closed list for each answer', () => {
    expect(states(some.granted)).toEqual(['analytics Given', 'marketing Refused', 'preferences Given'])
    expect(states(some.refused)).toEqual(['analytics Refused', 'marketing Refused', 'preferences Refused'])
    expect(states(some.withdrawn)).toEqual([
      'analytics Withdrawn',
      'marketing Withdrawn',
      'preferences Withdrawn',
    ])
    expect(states(some.optIn)).toEqual(['email:weekly Given'])
    expect(states(some.optOut)).toEqual(['email:* Withdrawn'])
  })

  test('a yes that needs confirming is requested only, and one at a time that cannot be true is void', () => {
    const entry = JSON.parse(some.optIn.evidence.entry) as { receivedAt: number }
    const stateOf = (changes: object): unknown =>
      recordsOf(consentReceipt({ ...entry, ...changes }, LOOM) as never)[0]!['dpv:hasConsentStatus']['@type']
    expect(stateOf({ confirmation: 'double' })).toBe('dpv:ConsentRequested')
    expect(stateOf({ decidedAt: entry.receivedAt + 3_600_000 })).toBe('dpv:ConsentInvalidated')
  })

  test('from the configuration: who, for what, with which services, for how long', () => {
    const [analytics] = recordsOf(some.granted)
    expect(analytics!['dpv:hasConsentStatus']).toMatchObject({
      'dpv:hasDuration': { '@type': 'dpv:TemporalDuration', 'rdf:value': 'P180D' },
    })
    expect(analytics!['dpv:hasProcess']).toMatchObject({
      'dpv:hasPurpose': {
        'dct:title': { '@value': 'Analytics', '@language': 'en' },
        'skos:broader': 'dpv:ServiceUsageAnalytics',
      },
      'dpv:hasRecipient': [{ 'dpv:hasName': 'Tempo Metrics Oy', 'dpv:hasCountry': 'loc:FI' }],
      'dpv:hasJurisdiction': 'loc:DE',
    })
    expect(some.granted['dpv:hasEntity']).toMatchObject([
      { '@type': 'dpv:DataController', 'dpv:hasName': 'Loomwork GmbH' },
      { '@type': 'dpv:DataSubject', 'dct:identifier': expect.stringMatching(/^[0-9a-f]{40,}$/) },
    ])
    expect(some.refused['dpv:hasEntity']).toMatchObject([
      {},
      { 'dct:identifier': { 'dpv:hasApplicability': 'dpv:NotAvailable' } },
    ])
  })

  test('no address, nor anything else that is private', () => {
    const { evidence: _, ...record } = some.optIn
    expect(JSON.stringify(record)).not.toMatch(/weaver/i)
    expect(JSON.stringify(some.optIn.evidence.private)).toMatch(/weaver/i)
  })

  test('an entry that is no consent makes no consent record, and keeps its evidence', () => {
    expect(some.published).not.toHaveProperty('@type')
    expect(some.published).toMatchObject({ 'dct:type': 'text-published', assentReceipt: 2 })
  })
})

describe('whatever stands in a log of somebody else, it is read without a fault', () => {
  const odd = [undefined, null, 1, '', 'x', [], {}, [[]], { id: '__proto__' }, Number.NaN, 1e300]
  const entry = {
    v: 1,
    type: 'decision',
    id: 'x',
    site: 's',
    choices: { constructor: true, a: 1 },
    method: 'constructor',
  }
  test.each(odd.map(value => [value]))('%j in every place', value => {
    const members = [
      'id',
      'type',
      'choices',
      'decidedAt',
      'receivedAt',
      'language',
      'method',
      'subject',
      'configuration',
    ]
    for (const name of members)
      expect(() => JSON.stringify(consentReceipt({ ...entry, [name]: value }, LOOM))).not.toThrow()
    for (const name of Object.keys(LOOM))
      expect(() => JSON.stringify(consentReceipt(entry, { ...LOOM, [name]: value }))).not.toThrow()
    expect(() => consentReceipt(value, value)).not.toThrow()
  })
})
