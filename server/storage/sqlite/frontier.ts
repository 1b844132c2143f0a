import type { Frontier, Hash } from '../../ledger/store.ts'

const HASH_SIZE = 32

export const frontierOf = (row: { size: number; frontier: Buffer } | undefined): Frontier =>
  row ? { size: row.size, hashes: splitHashes(row.frontier) } : { size: 0, hashes: [] }

export const splitHashes = (joined: Buffer): Hash[] =>
  Array.from({ length: joined.length / HASH_SIZE }, (_, i) =>
    joined.subarray(i * HASH_SIZE, (i + 1) * HASH_SIZE),
  )

export const joinHashes = (hashes: readonly Hash[]): Buffer => Buffer.concat(hashes)
