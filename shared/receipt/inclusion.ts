import { concat, isSame, sha256, utf8, type Bytes } from './bytes.ts'

/** RFC 6962 section 2.1: leaves under 0x00, inner nodes under 0x01. */
export const hashLeaf = (entry: string): Promise<Bytes> => sha256(concat(Uint8Array.of(0), utf8(entry)))

const hashChildren = (left: Uint8Array, right: Uint8Array): Promise<Bytes> =>
  sha256(concat(Uint8Array.of(1), left, right))

/** The leaf stands at this index of the tree of this size and root. */
export async function verifyInclusion(
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): Promise<boolean> {
  const found = await rootFromInclusion(index, size, leaf, proof)
  return found !== undefined && isSame(found, root)
}

/** The root a leaf and its inclusion proof lead to (RFC 9162 section 2.1.3.2); `undefined` when the proof has the wrong length. */
async function rootFromInclusion(
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
): Promise<Uint8Array | undefined> {
  if (index >= size) return undefined
  let fn = index
  let sn = size - 1
  let node = leaf
  for (const sibling of proof) {
    if (sn === 0) return undefined
    // Each step needs the one before it.
    // oxlint-disable no-await-in-loop
    if (fn % 2 === 1 || fn === sn) {
      node = await hashChildren(sibling, node)
      // Divided, not shifted: a shift would cut a number to 32 bits.
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)]
    } else node = await hashChildren(node, sibling)
    // oxlint-enable no-await-in-loop
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  return sn === 0 ? node : undefined
}
