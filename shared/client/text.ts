import { bytesOf, type CallOptions, type Send } from './send.ts'

/** The bytes whose SHA-256 is the hash. */
export const text =
  (send: Send) =>
  async (hash: string, { signal }: CallOptions = {}): Promise<Uint8Array> =>
    bytesOf(
      await send('GET /v1/sites/{site}/texts/{hash}', { path: { hash }, ...(signal && { signal }) }),
      signal,
    )
