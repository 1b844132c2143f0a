import { LEVEL_HEIGHT, type ReadNodes } from './merkle.ts'
import type { Hash, LedgerStore } from './store.ts'

const BLOCK = 2 ** LEVEL_HEIGHT

/**
 * Reads a tree's nodes by blocks, each once: the siblings of one proof lie together, and a query costs more than the
 * hashes it brings. For one proof or root only, as the last block of a level still grows.
 */
export function nodesOf(store: Pick<LedgerStore, 'nodes'>, site: string): ReadNodes {
  const blocks = new Map<string, Hash[]>()
  return (level, n, count) => {
    const first = n - (n % BLOCK)
    const key = `${level}:${first}`
    const block = blocks.get(key) ?? store.nodes(site, level, first, BLOCK)
    blocks.set(key, block)
    return block.slice(n - first, n - first + count)
  }
}
