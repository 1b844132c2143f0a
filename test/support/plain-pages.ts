import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface PlainPages {
  /** Address under one of the host names that the test browser maps to this machine. */
  origin(host: string): string
  /** `host/path` → what is served there from now on. */
  serve(address: string, body: string, headers?: Readonly<Record<string, string>>): void
  /** Leaves every request for this address without an answer, as a host that hangs does. */
  hang(address: string): void
  /** Every request so far, as `host/path`. */
  readonly seen: readonly string[]
  close(): void
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
}

/** One server for many host names: the pages of a test and the third parties in them. */
export function servePages(): Promise<PlainPages> {
  const served = new Map<string, { body: string; headers: Readonly<Record<string, string>> }>()
  const hanging = new Set<string>()
  const seen: string[] = []
  const respond = (address: string, response: ServerResponse): void => {
    const found = served.get(address)
    const type = TYPES[address.split('.').at(-1)!] ?? 'text/html'
    if (hanging.has(address)) return
    if (found)
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, ...found.headers }).end(found.body)
    else response.writeHead(404).end()
  }
  const server = createServer((request, response) => {
    const host = (request.headers.host ?? '').split(':')[0]!
    const address = host + (request.url ?? '/').split('?')[0]!
    seen.push(address)
    respond(address, response)
  })
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      resolve({
        origin: host => `http://${host}:${port}`,
        serve: (address, body, headers = {}) => void served.set(address, { body, headers }),
        hang: address => void hanging.add(address),
        seen,
        close: () => {
          server.closeAllConnections()
          server.close()
        },
      })
    })
  })
}
