import { hashChildren, LEVEL_HEIGHT, type SubtreeRoot } from './merkle.ts'
import type { Hash, LedgerStore } from './store.ts'

const BLOCK = 2 ** LEVEL_HEIGHT

/** The kept nodes of one block, and above them what was hashed of them so far. */
type Block = Hash[][]

/** Blocks of upper levels remembered per store: all of a log of ten million entries take about 8 MB. */
const REMEMBERED = 4_096

/**
 * Complete blocks never change, whoever writes. Those of level 2 and above are few and part of every proof; below, each is
 * part of hardly any.
 */
const remembered = new WeakMap<Pick<LedgerStore, 'nodes'>, Map<string, Block>>()

/**
 * Reads a tree by blocks of 16 neighbouring nodes, each once: the siblings of one proof lie together, and a query costs
 * more than the hashes it brings. For one proof or root only, as the last block of a level still grows.
 */
export function nodesOf(store: Pick<LedgerStore, 'nodes'>, site: string): SubtreeRoot {
  const upper = remembered.get(store) ?? new Map<string, Block>()
  remembered.set(store, upper)
  const blocks = new Map<string, Block>()

  function blockAt(level: number, first: number): Block {
    const key = `${site}:${level}:${first}`
    const known = blocks.get(key) ?? upper.get(key)
    if (known) return known
    const kept = store.nodes(site, level, first, BLOCK)
    const block: Block = [kept, [], [], []]
    blocks.set(key, block)
    if (level > 1 && kept.length === BLOCK) {
      if (upper.size >= REMEMBERED) upper.clear()
      upper.set(key, block)
    }
    return block
  }

  return (height, n) => {
    const above = height % LEVEL_HEIGHT
    const first = n * 2 ** above
    const block = first - (first % BLOCK)
    const level = (height - above) / LEVEL_HEIGHT
    return rootIn(blockAt(level, block), above, (first - block) / 2 ** above)
  }
}

/** `undefined` when the block lacks a node below it. */
function rootIn(block: Block, above: number, i: number): Hash | undefined {
  const known = block[above]![i]
  if (known || above === 0) return known
  const left = rootIn(block, above - 1, 2 * i)
  const right = rootIn(block, above - 1, 2 * i + 1)
  return left && right && (block[above]![i] = hashChildren(left, right))
}
