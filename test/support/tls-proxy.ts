import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer as createPlainServer, request as requestPlain } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer, request, type RequestOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** A self-signed certificate for localhost and further names, made now. Fails, saying so, where there is no openssl. */
export function selfSigned(folder: string, ...names: string[]): Certificate {
  const files = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') }
  try {
    execFileSync(
      'openssl',
      [
        'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost'.split(
          ' ',
        ),
        ['-addext', ['subjectAltName=DNS:localhost', 'IP:127.0.0.1', ...names].join(',')],
        ['-keyout', files.key, '-out', files.cert],
      ].flat(),
      { stdio: 'pipe' },
    )
  } catch (cause) {
    throw new Error('this test needs the openssl command to make a certificate', { cause })
  }
  return files
}

/** A reverse proxy as the README's Caddy and nginx lines set one up: TLS on one port, plain http on another. */
export interface TlsProxy {
  readonly https: string
  readonly http: string
  /** Where it sends what it takes. */
  forwardTo(url: string): void
  close(): void
}

export async function startTlsProxy({ cert, key }: Certificate): Promise<TlsProxy> {
  let target: URL | undefined
  const forward = (scheme: string) => (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const said = incoming.headers['x-forwarded-for']
    const headers: IncomingHttpHeaders = {
      ...incoming.headers,
      'x-forwarded-for': [said, incoming.socket.remoteAddress].filter(Boolean).join(', '),
      'x-forwarded-proto': scheme,
    }
    const { method, url: path } = incoming
    const onward = requestPlain(
      { host: target!.hostname, port: target!.port, method, path, headers },
      answer => {
        outgoing.writeHead(answer.statusCode!, answer.headers)
        answer.pipe(outgoing)
      },
    )
    onward.on('error', () => outgoing.writeHead(502).end())
    incoming.pipe(onward)
  }
  const secure = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, forward('https'))
  const plain = createPlainServer(forward('http'))
  const [securePort, plainPort] = await Promise.all([listen(secure), listen(plain)])
  return {
    https: `https://localhost:${securePort}`,
    http: `http://localhost:${plainPort}`,
    forwardTo: url => (target = new URL(url)),
    close: () => {
      for (const server of [secure, plain]) {
        server.closeAllConnections()
        server.close()
      }
    },
  }
}

function listen(server: Server): Promise<number> {
  return new Promise(resolve =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  )
}

export interface Asked {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** One request that follows no redirect. `from` is the address of this machine it comes from. */
export async function askServer(
  url: string,
  { method = 'GET', headers = {}, body, from = '127.0.0.1', ca }: AskOptions = {},
): Promise<Asked> {
  const to = new URL(url)
  const options: RequestOptions = {
    method,
    headers,
    localAddress: from,
    // Not ::1: only IPv4 has a whole network of loopback addresses to come from.
    family: 4,
    ...(ca !== undefined && { ca: readFileSync(ca) }),
  }
  const answer = await new Promise<IncomingMessage>((resolve, fail) => {
    const sent = (to.protocol === 'https:' ? request : requestPlain)(to, options, resolve)
    sent.on('error', fail).end(body)
  })
  return { status: answer.statusCode!, headers: answer.headers, body: await text(answer) }
}

interface AskOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly from?: string
  readonly ca?: string
}
