import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Encoding } from './accept.ts'

const brotliAsync = promisify(brotliCompress)
const gzipAsync = promisify(gzip)

/** Bytes of immutable content, compressed as far as it goes, once. */
export interface CompressedFiles {
  /** `key` stands for these bytes and no others, such as their hash. */
  encode(key: string, bytes: Uint8Array, encoding: Encoding): Promise<Uint8Array<ArrayBuffer>>
}

/** Keeps at most `limit` bytes; the longest unused go first. Visitors that ask at the same moment share one run. */
export function createCompressedFiles(limit: number): CompressedFiles {
  const kept = new Map<string, Promise<Uint8Array<ArrayBuffer>>>()
  const sizes = new Map<string, number>()
  let total = 0

  function forget(key: string): void {
    total -= sizes.get(key) ?? 0
    sizes.delete(key)
    kept.delete(key)
  }

  async function remember(key: string, making: Promise<Uint8Array<ArrayBuffer>>): Promise<void> {
    const made = await making
    sizes.set(key, made.length)
    total += made.length
    for (const oldest of sizes.keys()) {
      if (total <= limit) break
      forget(oldest)
    }
  }

  return {
    async encode(name, bytes, encoding) {
      if (encoding === 'identity') return new Uint8Array(bytes)
      const key = `${encoding}:${name}`
      const known = kept.get(key)
      if (known) {
        // Moved to the end: Map order is the order of use.
        const size = sizes.get(key)
        if (size !== undefined && sizes.delete(key)) sizes.set(key, size)
        return known
      }
      const making = compress(bytes, encoding)
      kept.set(key, making)
      // A failed run is forgotten, so that the next visitor tries again; this one sees the fault.
      remember(key, making).catch(() => forget(key))
      return making
    },
  }
}

async function compress(
  bytes: Uint8Array,
  encoding: Exclude<Encoding, 'identity'>,
): Promise<Uint8Array<ArrayBuffer>> {
  if (encoding === 'gzip') return new Uint8Array(await gzipAsync(bytes, { level: 9 }))
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  }
  return new Uint8Array(await brotliAsync(bytes, { params }))
}
