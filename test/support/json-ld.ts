import { createRequire } from 'node:module'

/** A node of a flattened graph, its names compacted again. */
export type GraphNode = Readonly<Record<string, unknown>>

interface Processor {
  flatten(document: unknown, context: unknown, options: object): Promise<{ readonly '@graph': GraphNode[] }>
  toRDF(document: unknown, options: object): Promise<string>
}

/** The package has no types of its own. */
const processor = createRequire(import.meta.url)('jsonld') as Processor

/** Refuses whatever a document would have fetched, so that it must be whole in itself. `safe`: what would be dropped is an error. */
const OFFLINE = {
  safe: true,
  documentLoader: (url: string): never => {
    throw new Error(`a receipt must need nothing from ${url}`)
  },
}

/** Every node of a JSON-LD document, by its id. */
export async function graphOf(document: GraphNode): Promise<ReadonlyMap<string, GraphNode>> {
  const { '@graph': nodes } = await processor.flatten(document, { '@context': document['@context'] }, OFFLINE)
  return new Map(nodes.map(node => [node['@id'] as string, node]))
}

/** N-Quads. */
export const rdfOf = (document: unknown): Promise<string> =>
  processor.toRDF(document, { ...OFFLINE, format: 'application/n-quads' })
