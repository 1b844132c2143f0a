import { EMPTY_ROOT, hashChildren } from './merkle.ts'
import type { Hash } from './store.ts'

/** Checking consistency, by the algorithm of RFC 9162 section 2.1.4.2. Inclusion is checked where receipts are: shared/receipt. */

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
