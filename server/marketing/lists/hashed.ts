import { createHash } from 'node:crypto'

/** SHA-256 (hex) of what passed by: known once all of it has. */
export interface Hashed {
  add(piece: string | Uint8Array): void
  digest(): string
}

export function hashing(): Hashed {
  const hash = createHash('sha256')
  return { add: piece => void hash.update(piece), digest: () => hash.digest('hex') }
}

/** The same bytes, each piece added as it passes. */
export async function* passing(bytes: AsyncIterable<Uint8Array>, to: Hashed): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    to.add(piece)
    yield piece
  }
}
