import { randomFillSync } from 'node:crypto'

const POOL_SIZE = 4_096

let pool = Buffer.alloc(0)

/** Random bytes, each given out once. Drawn by the page: asking the system for every salt and nonce costs three times as much. */
export function random(size: number): Buffer {
  if (pool.length < size) pool = randomFillSync(Buffer.alloc(Math.max(POOL_SIZE, size)))
  const bytes = Buffer.from(pool.subarray(0, size))
  // Wiped where it lay, so that what is forgotten elsewhere does not linger here.
  pool.fill(0, 0, size)
  pool = pool.subarray(size)
  return bytes
}
