import {
  createServer,
  request as ask,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { exitFile } from '../browser/gates/files.ts'
import { MOODS, type Mood } from './moods.ts'

/** One thing a browser asked for. */
export interface Asked {
  readonly method: string
  /** `host/path`, without port and query. */
  readonly address: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/**
 * All the network a browser of these tests has: a proxy. It knows hosts of this machine and the invented ones, which are all
 * this machine; whatever else is asked for gets no answer from anybody. So its log is the whole of what left the browser.
 */
export interface Network {
  readonly port: number
  readonly asked: readonly Asked[]
  /** Addresses asked for that contain this. */
  askedFor(part: string): string[]
  /** From now on this host behaves like this; without a mood, well. */
  treat(host: string, mood?: Mood): void
  /** Every host behaves well, nothing was asked. */
  reset(): void
  close(): void
}

const INVENTED = /^(127\.0\.0\.1|localhost|[a-z.]+\.(test|example))$/

export async function startNetwork(): Promise<Network> {
  const asked: Asked[] = []
  const moods = new Map<string, Mood | undefined>()
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // A browser without a proxy for this host asks with a path alone, and never comes here.
    const url = new URL(request.url!)
    if (!INVENTED.test(url.hostname)) return void response.writeHead(502).end()
    const entry = { method: request.method!, address: url.hostname + url.pathname, headers: request.headers }
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const body = Buffer.concat(parts)
    asked.push({ ...entry, body: body.toString() })
    const mood = moods.get(url.hostname)
    if (mood && !(await MOODS[mood](response))) return
    if (url.pathname.startsWith('/sample/')) return sample(url.pathname, response)
    if (url.pathname.startsWith('/exit/')) return exitFile(url.pathname, response)
    const { method, headers } = request
    const on = ask({ host: '127.0.0.1', port: url.port, path: url.pathname + url.search, method, headers })
    on.on('response', answer => {
      response.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(response)
    })
    // A server that was stopped, or a visitor who has left.
    on.on('error', () => response.destroy())
    on.end(body)
  }
  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy())
  })
  // Encrypted connections: only the browser's own maker is asked this way.
  server.on('connect', (_, socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'))
  await listening(server)
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    askedFor: part => asked.map(({ address }) => address).filter(address => address.includes(part)),
    treat: (host, mood) => void moods.set(host, mood),
    reset() {
      moods.clear()
      asked.length = 0
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

const listening = (server: Server): Promise<void> =>
  new Promise(done => {
    server.listen(0, '127.0.0.1', done)
  })

/** A script, page or picture that says it was here; a number in its name is how many milliseconds it takes to come. */
function sample(path: string, response: ServerResponse): void {
  const name = path.split('/').at(-1)!
  const type = /\.\w+$/.exec(name)?.[0] ?? '.js'
  const says = `(window.ran??=[]).push(${JSON.stringify(name)})`
  const [mime, text] = {
    '.html': ['text/html', `<!doctype html><title>${name}</title>`],
    '.svg': ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    '.css': ['text/css', ''],
  }[type] ?? ['text/javascript', says]
  const headers = { 'content-type': mime, 'cache-control': 'no-store' }
  setTimeout(() => response.writeHead(200, headers).end(text), Number(/\d+/.exec(name) ?? 0))
}
