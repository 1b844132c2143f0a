import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import type { Candidate } from './candidates.ts'

export interface Pages {
  readonly origin: string
  address(candidate: Candidate): string
  /** Bytes of scripts and styles sent since the last time, Brotli; the page itself, the same for all but its head, apart. */
  sent(): number
  close(): void
}

const STYLE = `body{margin:0 auto;max-width:42em;padding:2em 1em;font:1.0625em/1.6 Georgia,serif;color:#222}h1{font-size:2.25em;line-height:1.2}`
const TEXT = Array.from(
  { length: 12 },
  (_, i) => `<p>${'The harbour wakes before the town does. '.repeat(6 + (i % 3))}</p>`,
).join('')

/** A page with content and one stylesheet; only the head differs. */
const page = (head: string): string => `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>A page</title><link rel="icon" href="data:,">
${head}
<link rel="stylesheet" href="/style.css"></head><body><h1>A page with something to read</h1>${TEXT}</body></html>`

/** Serves every candidate the same way: compressed beforehand, cached for an hour. */
export async function servePages(peers: string, candidates: readonly Candidate[]): Promise<Pages> {
  const packed = new Map<string, Buffer>()
  let bytes = 0
  const compressed = (key: string, read: () => string | Buffer): Buffer => {
    const known = packed.get(key)
    if (known) return known
    const made = brotliCompressSync(read())
    packed.set(key, made)
    return made
  }
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '/').split('?')[0]!)
    const send = (type: string, body: Buffer, counts: boolean): void => {
      if (counts) bytes += body.length
      response
        .writeHead(200, {
          'Content-Type': type,
          'Content-Encoding': 'br',
          'Content-Length': body.length,
          'Cache-Control': path.startsWith('/p/') ? 'no-store' : 'max-age=3600',
        })
        .end(body)
    }
    if (path === '/style.css')
      return send(
        'text/css',
        compressed(path, () => STYLE),
        false,
      )
    const shown = candidates.find(({ name }) => path === `/p/${name}`)
    if (shown)
      return send(
        'text/html; charset=utf-8',
        compressed(path, () => page(shown.head)),
        false,
      )
    const file = candidates.map(({ files }) => files[path.slice(3)]).find(each => each !== undefined)
    if (file === undefined || !path.startsWith('/a/')) return void response.writeHead(404).end()
    const type = path.endsWith('.css') ? 'text/css' : 'text/javascript'
    return send(
      type,
      compressed(path, () => readFileSync(join(peers, 'node_modules', file))),
      true,
    )
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  return {
    origin,
    address: ({ name }) => `${origin}/p/${encodeURIComponent(name)}`,
    sent() {
      const now = bytes
      bytes = 0
      return now
    },
    close: () => server.close(),
  }
}
