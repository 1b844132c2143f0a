import { hashChildren, LEVEL_HEIGHT, type KeptTree } from './merkle.ts'
import type { Hash, LedgerStore } from './store.ts'

/** Neighbouring nodes that are read together: all that lie below one node of the next kept level. */
const BLOCK_WIDTH = 2 ** LEVEL_HEIGHT

/** The kept nodes of one block, and above them what was hashed of them so far. */
type Block = Hash[][]

/** What of each kind is remembered per store: all upper blocks of a log of ten million entries take about 8 MB. */
const REMEMBERED = 4_096

interface Remembered {
  readonly blocks: Map<string, Block>
  /** By site. */
  readonly edges: Map<string, Map<string, Hash>>
}

/**
 * The first so many nodes of a block never change, whoever writes. The blocks of level 2 and above are few, and those at
 * the edge of a tree are part of every proof in it; of the others each is part of hardly any.
 */
const remembered = new WeakMap<Pick<LedgerStore, 'nodes'>, Remembered>()

function rememberedOf(store: Pick<LedgerStore, 'nodes'>): Remembered {
  const known = remembered.get(store) ?? { blocks: new Map(), edges: new Map() }
  remembered.set(store, known)
  if (known.blocks.size > REMEMBERED) known.blocks.clear()
  return known
}

function edgesOf({ edges }: Remembered, site: string): Map<string, Hash> {
  const known = edges.get(site) ?? new Map<string, Hash>()
  edges.set(site, known)
  if (known.size > REMEMBERED) known.clear()
  return known
}

/**
 * Reads the tree of the first `size` entries by blocks of 16 neighbouring nodes, each once: the siblings of one proof lie
 * together, and a query costs more than the hashes it brings.
 */
export function nodesOf(store: Pick<LedgerStore, 'nodes'>, site: string, size: number): KeptTree {
  const shared = rememberedOf(store)
  const blocks = new Map<string, Block>()
  // A proof asks for the siblings of one level one after the other.
  const latest: { readonly first: number; readonly block: Block }[] = []

  function blockAt(level: number, first: number): Block {
    const known = latest[level]
    if (known?.first === first) return known.block
    const block = readBlock(level, first)
    latest[level] = { first, block }
    return block
  }

  function readBlock(level: number, first: number): Block {
    const width = Math.max(0, Math.min(BLOCK_WIDTH, Math.floor(size / BLOCK_WIDTH ** level) - first))
    const key = `${site}:${level}:${first}:${width}`
    const known = blocks.get(key) ?? shared.blocks.get(key)
    if (known) return known
    const kept = width > 0 ? store.nodes(site, level, first, width) : []
    const block: Block = [kept, [], [], []]
    const isRemembered = (level > 1 || width < BLOCK_WIDTH) && kept.length === width
    ;(isRemembered ? shared.blocks : blocks).set(key, block)
    return block
  }

  return {
    subtree(height, n) {
      const above = height % LEVEL_HEIGHT
      const first = n * 2 ** above
      const block = first - (first % BLOCK_WIDTH)
      const level = (height - above) / LEVEL_HEIGHT
      return rootIn(blockAt(level, block), above, (first - block) / 2 ** above)
    },
    edges: edgesOf(shared, site),
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
