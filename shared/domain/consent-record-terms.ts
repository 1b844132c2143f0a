/** A node of JSON-LD, as plain JSON. */
export type Node = Readonly<Record<string, unknown>>

const SCHEMA = 'https://w3id.org/dpv/schema/dpv-27560#'
export const CONFORMS = { receipt: `${SCHEMA}receipt`, record: `${SCHEMA}record` } as const

const reference = { '@type': '@id' } as const

/**
 * The JSON-LD context, whole in itself: no processor has to fetch anything. Prefixes as in the W3C DPV's guide to
 * ISO/IEC TS 27560; the evidence is a JSON literal, so that no byte of it is lost on the way to RDF.
 */
export const CONTEXT: Node = {
  '@version': 1.1,
  dct: 'http://purl.org/dc/terms/',
  dpv: 'https://w3id.org/dpv#',
  loc: 'https://w3id.org/dpv/loc#',
  pd: 'https://w3id.org/dpv/pd#',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  schema: 'https://schema.org/',
  skos: 'http://www.w3.org/2004/02/skos/core#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  'dct:conformsTo': reference,
  'dct:created': { '@type': 'xsd:dateTime' },
  'dct:date': { '@type': 'xsd:date' },
  'dct:publisher': reference,
  'dpv:hasApplicability': reference,
  'dpv:hasCountry': reference,
  'dpv:hasDataController': reference,
  'dpv:hasDataSubject': reference,
  'dpv:hasJurisdiction': reference,
  'dpv:hasLegalBasis': reference,
  'dpv:hasLocation': reference,
  'dpv:hasNotice': reference,
  'dpv:isExercisedAt': reference,
  'dpv:isIndicatedAtTime': { '@type': 'xsd:dateTime' },
  'dpv:isIndicatedBy': reference,
  'schema:url': reference,
  'skos:broader': reference,
  assentReceipt: 'urn:assent:receipt:version',
  evidence: { '@id': 'urn:assent:receipt:evidence', '@type': '@json' },
}

/** A field that must be there, and cannot be filled: said so, and why, in the DPV's own terms. */
export const absent = (why: string, more: Node = {}): Node => ({
  ...more,
  'dpv:hasApplicability': 'dpv:NotAvailable',
  'dpv:hasJustification': why,
})

/** A text in a known language. */
export const spoken = (text: string, language: string | undefined): unknown =>
  language === undefined ? text : { '@value': text, '@language': language }

/** RFC 3339 in UTC; `undefined` for a number that is no moment. */
export const instant = (milliseconds: unknown): string | undefined =>
  typeof milliseconds === 'number' && Math.abs(milliseconds) <= 253_402_300_799_999
    ? new Date(milliseconds).toISOString()
    : undefined

export const lasting = (duration: string): Node => ({
  '@type': 'dpv:TemporalDuration',
  'rdf:value': duration,
})

export const until = (event: string): Node => ({ '@type': 'dpv:UntilEventDuration', 'rdf:value': event })

/** Only what is shaped like a country of ISO 3166-1 is one of the DPV's locations. */
export const country = (code: unknown): string | undefined =>
  typeof code === 'string' && /^[A-Z]{2}$/.test(code) ? `loc:${code}` : undefined
