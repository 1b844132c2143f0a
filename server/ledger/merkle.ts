import { hash } from 'node:crypto'
import type { Frontier, Hash, LogFormat, TreeNode } from './store.ts'

/** The tree of RFC 6962 section 2.1 (and RFC 9162): leaves under 0x00, inner nodes under 0x01. */

/** Heights between two kept levels of nodes. At 4, a kept node stands for 16 of the level below. */
export const LEVEL_HEIGHT = 4

/** As a binary string into a pooled buffer: the `buffer` output allocates memory outside the heap, and took twice as long. */
const sha256 = (data: string | Uint8Array): Hash => Buffer.from(hash('sha256', data, 'binary'), 'latin1')

export const EMPTY_ROOT: Hash = sha256('')

export const hashLeaf = (entry: string | Uint8Array): Hash =>
  typeof entry === 'string' ? sha256(`\0${entry}`) : sha256(Buffer.concat([Buffer.of(0), entry]))

const children = Buffer.alloc(65, 1)

export function hashChildren(left: Hash, right: Hash): Hash {
  children.set(left, 1)
  children.set(right, 33)
  return sha256(children)
}

/** Adds leaves to a frontier. Also returns the nodes this completed, which are kept so that proofs stay cheap. */
export const integrate: LogFormat['integrate'] = ({ size, hashes }, leaves) => {
  const edge = [...hashes]
  const nodes: TreeNode[] = []
  let next = size
  for (let node of leaves) {
    let height = 0
    let n = next
    // Divided, not shifted: a shift would cut the size to 32 bits.
    for (; n % 2 === 1; n = (n - 1) / 2) {
      node = hashChildren(edge.pop()!, node)
      height++
      if (height % LEVEL_HEIGHT === 0)
        nodes.push({ level: height / LEVEL_HEIGHT, n: (n - 1) / 2, hash: node })
    }
    edge.push(node)
    next++
  }
  return { frontier: { size: next, hashes: edge }, nodes }
}

export function root({ hashes }: Frontier): Hash {
  if (hashes.length === 0) return EMPTY_ROOT
  return hashes.reduceRight((right, left) => hashChildren(left, right))
}

/** What is kept of a tree. */
export interface KeptTree {
  /** Root of the n-th complete subtree of 2 ** height leaves; `undefined` when what is kept lacks a part of it. */
  subtree(height: number, n: number): Hash | undefined
  /** Roots of subtrees that are not complete, by `begin-end`: what was hashed once is looked up here. */
  readonly edges: Map<string, Hash>
}

/** Root of the tree as it was at an earlier size. */
export const rootAt = (size: number, tree: KeptTree): Hash =>
  size === 0 ? EMPTY_ROOT : rootOf(0, size, tree)

/** Sibling hashes from the leaf upwards (RFC 6962 section 2.1.1). */
export function inclusionProof(index: number, size: number, tree: KeptTree): Hash[] {
  const siblings: Hash[] = []
  let [begin, end] = [0, size]
  while (end - begin > 1) {
    const middle = begin + split(end - begin)
    if (index < middle) {
      siblings.push(rootOf(middle, end, tree))
      end = middle
    } else {
      siblings.push(rootOf(begin, middle, tree))
      begin = middle
    }
  }
  return siblings.toReversed()
}

/**
 * Proof that the tree of `size` extends the tree of `older` (RFC 6962 section 2.1.2). What extends the empty tree is not
 * defined there; as C2SP tlog-witness has it, the proof is then empty: everything does.
 */
export function consistencyProof(older: number, size: number, tree: KeptTree): Hash[] {
  return older === 0 || older === size ? [] : extension(older, 0, size, true, tree)
}

function extension(older: number, begin: number, end: number, known: boolean, tree: KeptTree): Hash[] {
  if (older === end) return known ? [] : [rootOf(begin, end, tree)]
  const middle = begin + split(end - begin)
  return older <= middle
    ? [...extension(older, begin, middle, known, tree), rootOf(middle, end, tree)]
    : [...extension(older, middle, end, false, tree), rootOf(begin, middle, tree)]
}

/** Largest power of two below n. */
const split = (n: number): number => 2 ** Math.ceil(Math.log2(n) - 1)

/** `begin` is a multiple of the power of two that `end - begin` rounds up to, as it is everywhere in this tree. */
function rootOf(begin: number, end: number, tree: KeptTree): Hash {
  const height = Math.log2(end - begin)
  return Number.isInteger(height) ? completeRoot(height, begin, tree) : edgeRoot(begin, end, tree)
}

function completeRoot(height: number, begin: number, tree: KeptTree): Hash {
  const found = tree.subtree(height, begin / 2 ** height)
  if (!found) throw new Error(`the tree lacks nodes at entry ${begin}: run assent verify`)
  return found
}

function edgeRoot(begin: number, end: number, tree: KeptTree): Hash {
  const key = `${begin}-${end}`
  const known = tree.edges.get(key)
  if (known) return known
  const middle = begin + split(end - begin)
  const hash = hashChildren(rootOf(begin, middle, tree), rootOf(middle, end, tree))
  tree.edges.set(key, hash)
  return hash
}
