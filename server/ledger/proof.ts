import { EMPTY_ROOT, hashChildren } from './merkle.ts'
import type { Hash } from './store.ts'

/** Checking proofs, by the algorithms of RFC 9162 sections 2.1.3.2 and 2.1.4.2. */

/** The root a leaf and its inclusion proof lead to; `undefined` when the proof has the wrong length. */
export function rootFromInclusion(
  index: number,
  size: number,
  leaf: Hash,
  proof: readonly Hash[],
): Hash | undefined {
  if (!isIndex(index) || !isIndex(size) || index >= size) return undefined
  let fn = index
  let sn = size - 1
  let node = leaf
  for (const sibling of proof) {
    if (sn === 0) return undefined
    if (fn % 2 === 1 || fn === sn) {
      node = hashChildren(sibling, node)
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, half(sn)]
    } else node = hashChildren(node, sibling)
    fn = half(fn)
    sn = half(sn)
  }
  return sn === 0 ? node : undefined
}

export function verifyInclusion(
  index: number,
  size: number,
  leaf: Hash,
  proof: readonly Hash[],
  root: Hash,
): boolean {
  const found = rootFromInclusion(index, size, leaf, proof)
  return found !== undefined && equal(found, root)
}

/** The tree of `size` and `root` begins with the tree of `older` and `olderRoot`. */
export function verifyConsistency(
  older: number,
  size: number,
  olderRoot: Hash,
  root: Hash,
  proof: readonly Hash[],
): boolean {
  if (!isIndex(older) || !isIndex(size) || older > size) return false
  if (older === size) return proof.length === 0 && equal(olderRoot, root)
  // There is but one empty tree, and every tree extends it.
  if (older === 0) return proof.length === 0 && equal(olderRoot, EMPTY_ROOT)
  // A tree that is one complete subtree is its own first node, and is left out of the proof.
  const nodes = Number.isInteger(Math.log2(older)) ? [olderRoot, ...proof] : [...proof]
  const first = nodes.shift()
  if (first === undefined) return false
  let fn = older - 1
  let sn = size - 1
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)]
  let was = first
  let is = first
  for (const node of nodes) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      was = hashChildren(node, was)
      is = hashChildren(node, is)
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, half(sn)]
    } else is = hashChildren(is, node)
    fn = half(fn)
    sn = half(sn)
  }
  return sn === 0 && equal(was, olderRoot) && equal(is, root)
}

const isIndex = (n: number): boolean => Number.isSafeInteger(n) && n >= 0
const half = (n: number): number => Math.floor(n / 2)
const equal = (a: Hash, b: Hash): boolean => Buffer.compare(a, b) === 0
