import type { Frontier, Hash } from '../../ledger/store.ts'

const HASH_SIZE = 32

export function frontierOf(row: { size: number; frontier: Buffer } | undefined): Frontier {
  if (!row) return { size: 0, hashes: [] }
  const hashes = Array.from({ length: row.frontier.length / HASH_SIZE }, (_, i) =>
    row.frontier.subarray(i * HASH_SIZE, (i + 1) * HASH_SIZE),
  )
  return { size: row.size, hashes }
}

export const joinHashes = (hashes: readonly Hash[]): Buffer => Buffer.concat(hashes)
