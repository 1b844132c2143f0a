import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'

export interface Told {
  readonly type: string
  readonly timestamp: string
  readonly site: string
  readonly sequence: number
  readonly data: Readonly<Record<string, unknown>>
}

export interface Received {
  readonly id: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** What was read of it. */
  readonly told: Told
}

/** How it answers the n-th request, from 0 on. */
export type Answers = (n: number) => number | RequestListener

/** A recipient on a real socket of this machine. It keeps whatever comes. */
export interface Receiver {
  readonly url: string
  readonly port: number
  readonly received: Received[]
  answerWith(answers: Answers): void
  /** Resolves when so many requests have come. */
  until(count: number): Promise<void>
  close(): Promise<void>
}

export async function startReceiver(tls?: ServerOptions): Promise<Receiver> {
  const received: Received[] = []
  const waiting: { readonly count: number; readonly go: () => void }[] = []
  let answers: Answers = () => 200
  const listener: RequestListener = (request, response) =>
    void text(request).then(body => {
      const n = received.length
      received.push({
        id: String(request.headers['webhook-id']),
        headers: request.headers,
        body,
        told: JSON.parse(body) as Told,
      })
      const answer = answers(n)
      if (typeof answer === 'number') response.writeHead(answer).end()
      else answer(request, response)
      for (const each of waiting) if (received.length >= each.count) each.go()
    })
  const server = tls ? createTlsServer(tls, listener) : createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: tls ? `https://localhost:${port}/in` : `http://127.0.0.1:${port}/in`,
    port,
    received,
    answerWith: given => void (answers = given),
    until: count =>
      new Promise(go => {
        if (received.length >= count) go()
        else waiting.push({ count, go })
      }),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** What a receiver of another make says of it. Throws where it would refuse. */
export const checkedBy = (secret: string, { headers, body }: Received): unknown =>
  new Webhook(secret).verify(body, {
    'webhook-id': String(headers['webhook-id']),
    'webhook-timestamp': String(headers['webhook-timestamp']),
    'webhook-signature': String(headers['webhook-signature']),
  })
