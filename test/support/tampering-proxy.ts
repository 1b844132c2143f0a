import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'

/** Changes the body of an answer; `undefined` leaves it as it is. */
export type Tamper = (path: string, body: Buffer) => Buffer | string | undefined | Promise<Buffer | string>

export interface TamperingProxy {
  readonly url: string
  /** What is done to answers from now on; nothing without. */
  set(tamper?: Tamper): void
  close(): void
}

/** A server in front of the real one, that alters what passes: somebody who holds the network, or the server itself. */
export async function tamperingProxy(target: string): Promise<TamperingProxy> {
  let tamper: Tamper | undefined
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const path = incoming.url ?? '/'
      const { authorization } = incoming.headers
      const response = await fetch(`${target}${path}`, {
        headers: authorization === undefined ? {} : { authorization },
      })
      const body = Buffer.from(await response.arrayBuffer())
      outgoing.writeHead(response.status, { 'Content-Type': response.headers.get('content-type') ?? '' })
      outgoing.end((await tamper?.(path, body)) ?? body)
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: next => void (tamper = next),
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
