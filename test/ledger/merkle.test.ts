import { describe, expect, test } from 'vitest'
import {
  consistencyProof,
  EMPTY_ROOT,
  hashChildren,
  hashLeaf,
  inclusionProof,
  integrate,
  LEVEL_HEIGHT,
  root,
  rootAt,
  type KeptTree,
} from '../../server/ledger/merkle.ts'
import { nodesOf } from '../../server/ledger/nodes.ts'
import { verifyConsistency } from '../../server/ledger/proof.ts'
import { verifyInclusion } from '../../shared/receipt/inclusion.ts'
import type { Frontier, Hash, TreeNode } from '../../server/ledger/store.ts'
import vectors from '../vectors/merkle.json' with { type: 'json' }

const EMPTY: Frontier = { size: 0, hashes: [] }
const hex = (hash: Hash): string => Buffer.from(hash).toString('hex')

/** A tree in memory: what a store keeps of it. */
function treeOf(leaves: readonly Hash[], lacksLeaves = false): { frontier: Frontier; read: KeptTree } {
  const { frontier, nodes: kept } = integrate(EMPTY, leaves)
  const at = new Map(kept.map((node: TreeNode) => [`${node.level}:${node.n}`, node.hash]))
  const nodes = (_: string, level: number, n: number, count: number) =>
    Array.from({ length: count }, (_, i) =>
      level > 0 ? at.get(`${level}:${n + i}`) : lacksLeaves ? undefined : leaves[n + i],
    ).filter(hash => hash !== undefined)
  return { frontier, read: nodesOf({ nodes }, 'harbor', leaves.length) }
}

const numbered = (count: number): Hash[] => Array.from({ length: count }, (_, i) => hashLeaf(`entry ${i}`))

describe('known answers of transparency-dev/merkle', () => {
  const leaves = vectors.leaves.map(leaf => hashLeaf(Buffer.from(leaf, 'hex')))

  test.each(vectors.roots.map((root, size) => ({ root, size })))(
    'root of size $size',
    ({ root: expected, size }) => {
      const { frontier, read } = treeOf(leaves.slice(0, size))
      expect(hex(root(frontier))).toBe(expected)
      expect(hex(rootAt(size, read))).toBe(expected)
    },
  )

  test.each(vectors.inclusion)('inclusion of $index in $size', async ({ index, size, proof }) => {
    const found = inclusionProof(index, size, treeOf(leaves).read)
    expect(found.map(hex)).toEqual(proof)
    expect(
      await verifyInclusion(index, size, leaves[index]!, found, Buffer.from(vectors.roots[size]!, 'hex')),
    ).toBe(true)
  })

  test.each(vectors.consistency)('consistency of $older and $size', ({ older, size, proof }) => {
    const found = consistencyProof(older, size, treeOf(leaves).read)
    expect(found.map(hex)).toEqual(proof)
    const rootOf = (n: number) => Buffer.from(vectors.roots[n]!, 'hex')
    expect(verifyConsistency(older, size, rootOf(older), rootOf(size), found)).toBe(true)
  })
})

test('entries one by one, in batches or all at once make the same tree and the same nodes', () => {
  const leaves = numbered(700)
  const whole = integrate(EMPTY, leaves)
  for (const batch of [1, 7, 256, 300]) {
    let frontier = EMPTY
    const nodes: TreeNode[] = []
    for (let i = 0; i < leaves.length; i += batch) {
      const grown = integrate(frontier, leaves.slice(i, i + batch))
      frontier = grown.frontier
      nodes.push(...grown.nodes)
    }
    expect(frontier).toEqual(whole.frontier)
    expect(nodes).toEqual(whole.nodes)
  }
})

test('a kept node is the root of the entries below it', () => {
  const leaves = numbered(600)
  const { nodes } = integrate(EMPTY, leaves)
  expect(nodes.filter(node => node.level === 2)).toHaveLength(2)
  for (const { level, n, hash } of nodes) {
    const width = 2 ** (level * LEVEL_HEIGHT)
    expect(hex(hash)).toBe(hex(root(integrate(EMPTY, leaves.slice(n * width, (n + 1) * width)).frontier)))
  }
})

test('every entry is proven in every size up to 70, and around the edges of nodes', async () => {
  const leaves = numbered(530)
  const { read } = treeOf(leaves)
  const roots = leaves.map((_, i) => root(integrate(EMPTY, leaves.slice(0, i + 1)).frontier))
  const sizes = [...Array(70).keys(), 254, 255, 256, 270, 271, 511, 529].map(n => n + 1)
  for (const size of sizes)
    for (let index = 0; index < size; index += size > 70 ? 13 : 1) {
      const proof = inclusionProof(index, size, read)
      const holds = (at: number, leaf: Hash, hashes: readonly Hash[]) =>
        verifyInclusion(at, size, leaf, hashes, roots[size - 1]!)
      const [leaf, next] = [leaves[index]!, (index + 1) % size]
      // oxlint-disable-next-line no-await-in-loop
      const found = await Promise.all([
        holds(index, leaf, proof),
        holds(index, leaf, [...proof, EMPTY_ROOT]),
        size > 1 && holds(index, leaves[next]!, proof),
        size > 1 && holds(next, leaf, proof),
        size > 1 && holds(index, leaf, proof.slice(1)),
      ])
      expect(found).toEqual([true, false, false, false, false])
    }
})

test('every size is proven to extend every earlier one, and no other history is', () => {
  const leaves = numbered(70)
  const forged = leaves.with(3, hashLeaf('forged'))
  const { read } = treeOf(leaves)
  const rootOf = (of: readonly Hash[], size: number) => root(integrate(EMPTY, of.slice(0, size)).frontier)
  for (let size = 1; size <= 70; size++)
    for (let older = 1; older <= size; older++) {
      const proof = consistencyProof(older, size, read)
      const [was, is] = [rootOf(leaves, older), rootOf(leaves, size)]
      expect(verifyConsistency(older, size, was, is, proof)).toBe(true)
      expect(older > 3 && verifyConsistency(older, size, rootOf(forged, older), is, proof)).toBe(false)
      expect(proof.length > 0 && verifyConsistency(older, size, was, is, proof.slice(1))).toBe(false)
      expect(verifyConsistency(older, size, was, is, [...proof, was])).toBe(false)
    }
})

test('sizes beyond 32 bits keep their shape', () => {
  const size = 2 ** 40 + 1
  const frontier: Frontier = { size, hashes: [hashLeaf('left'), hashLeaf('right')] }
  const grown = integrate(frontier, [hashLeaf('next')])
  expect(grown.frontier.size).toBe(size + 1)
  expect(grown.frontier.hashes).toEqual([hashLeaf('left'), hashChildren(hashLeaf('right'), hashLeaf('next'))])
})

test('a missing node is a fault, not a wrong proof', () => {
  const { read } = treeOf(numbered(300), true)
  expect(() => inclusionProof(0, 300, read)).toThrow('the tree lacks nodes')
})
