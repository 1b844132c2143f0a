import type { LedgerAudit } from './audit.ts'
import { differs, type VerifyStep } from './finding.ts'
import { LEVEL_HEIGHT } from './merkle.ts'
import type { Hash, TreeNode } from './store.ts'

/** Entries below a node of the first kept level above them, and so on. */
const NODE_WIDTH = 2 ** LEVEL_HEIGHT

/** Holds what is kept of the tree against the nodes that the entries make, in the order in which they complete them. */
export interface KeptNodes {
  check(node: TreeNode): Generator<VerifyStep, void>
  /** The blocks that are still growing. */
  end(): Generator<VerifyStep, void>
  /** How many rows there must be. */
  rows(): number
}

/** Nodes of one level that are complete: those of its last block, and how many full blocks lie before it. */
interface Edge {
  full: number
  hashes: Hash[]
}

export function keptNodes(audit: Pick<LedgerAudit, 'nodeBlock' | 'blockWidth'>, site: string): KeptNodes {
  const edges: Edge[] = []

  function* hold(level: number, { full, hashes }: Edge): Generator<VerifyStep, void> {
    const stored = Buffer.from(audit.nodeBlock(site, level, full) ?? '')
    const wrong = hashes.findIndex(
      (hash, i) => Buffer.compare(stored.subarray(i * 32, i * 32 + 32), hash) !== 0,
    )
    if (wrong === -1 && stored.length === hashes.length * 32) return
    const n = full * audit.blockWidth + (wrong === -1 ? hashes.length : wrong)
    yield differs(
      site,
      'node_blocks.hashes',
      wrong === -1
        ? `level ${level} has more than ${n} nodes, and no entries below them`
        : `node ${n} of level ${level} is not the one of the entries below it`,
      n * NODE_WIDTH ** level,
    )
  }

  return {
    *check({ level, hash }) {
      const edge = (edges[level] ??= { full: 0, hashes: [] })
      if (edge.hashes.push(hash) < audit.blockWidth) return
      yield* hold(level, edge)
      edges[level] = { full: edge.full + 1, hashes: [] }
    },
    *end() {
      for (const [level, edge] of edges.entries()) if (edge.hashes.length > 0) yield* hold(level, edge)
    },
    rows: () => edges.reduce((sum, { full, hashes }) => sum + full + (hashes.length > 0 ? 1 : 0), 0),
  }
}
