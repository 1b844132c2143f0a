import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

export interface Weight {
  readonly what: string
  readonly raw: number
  readonly gzip: number
  readonly brotli: number
}

export const weigh = (what: string, text: string): Weight => ({
  what,
  raw: Buffer.byteLength(text),
  gzip: gzipSync(text, { level: 9 }).length,
  brotli: brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length,
})

/** Bytes of a body as the server sends it to a browser that takes Brotli; headers not counted. */
export async function onTheWire(address: string): Promise<number> {
  const answer = await fetch(address, { headers: { 'Accept-Encoding': 'br' } })
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`)
  return Number(answer.headers.get('content-length'))
}
