import { strictBase64, type Bytes } from './bytes.ts'

/** C2SP tlog-proof: an entry's place, its inclusion proof and the checkpoint that covers it, as one text. */
export interface TlogProof {
  readonly index: number
  /** RFC 6962 inclusion proof, from the leaf's sibling upwards. */
  readonly hashes: readonly Bytes[]
  /** The signed note, verbatim. */
  readonly checkpoint: string
}

const FIRST = 'c2sp.org/tlog-proof@v1'

/** `hashes` in base64. */
export const formatTlogProof = (index: number, hashes: readonly string[], checkpoint: string): string =>
  `${[FIRST, `index ${index}`, ...hashes].join('\n')}\n\n${checkpoint}`

/** `undefined` when it is none. Extra data is refused: nothing authenticates it, and ours has none. */
export function readTlogProof(text: string): TlogProof | undefined {
  const end = text.indexOf('\n\n')
  const [first, place = '', ...lines] = text.slice(0, Math.max(end, 0)).split('\n')
  const [, index] = /^index (0|[1-9]\d{0,15})$/.exec(place) ?? []
  if (first !== FIRST || index === undefined) return undefined
  return readPath(Number(index), lines, text.slice(end + 2))
}

/** The same from its three parts; `undefined` when the index or a hash is none. */
export function readPath(index: number, lines: readonly string[], checkpoint: string): TlogProof | undefined {
  const hashes = lines.map(strictBase64)
  if (!Number.isSafeInteger(index) || index < 0) return undefined
  return hashes.every(hash => hash?.length === 32)
    ? { index, hashes: hashes as Bytes[], checkpoint }
    : undefined
}
