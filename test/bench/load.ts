import { connect } from 'node:net'

/** What one run against one address measured; latencies in milliseconds. */
export interface LoadResult {
  readonly answered: number
  readonly refused: number
  readonly seconds: number
  readonly p50: number
  readonly p99: number
}

export interface LoadOptions {
  readonly port: number
  readonly method: 'GET' | 'POST'
  readonly path: string | (() => string)
  readonly headers?: Readonly<Record<string, string>>
  /** A body for every request; it is made while the clock runs, so keep it cheap. */
  readonly body?: () => string
  readonly connections: number
  readonly seconds: number
}

/**
 * Keeps `connections` sockets busy with one request each for `seconds`. Raw sockets and no HTTP client: on two cores a
 * client library would be the bottleneck it is meant to find. A non-2xx answer counts as refused.
 */
export function load(options: LoadOptions): Promise<LoadResult> {
  const { connections, seconds } = options
  const latencies: number[] = []
  let refused = 0
  const started = performance.now()
  const until = started + seconds * 1000
  const one = () =>
    keepAsking(options, until, (milliseconds, ok) => {
      latencies.push(milliseconds)
      if (!ok) refused++
    })
  return Promise.all(Array.from({ length: connections }, one)).then(() => {
    latencies.sort((a, b) => a - b)
    const at = (share: number) =>
      latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? NaN
    return {
      answered: latencies.length - refused,
      refused,
      seconds: (performance.now() - started) / 1000,
      p50: at(0.5),
      p99: at(0.99),
    }
  })
}

function keepAsking(
  { port, method, path, headers = {}, body }: LoadOptions,
  until: number,
  answered: (milliseconds: number, ok: boolean) => void,
): Promise<void> {
  const headerLines =
    `Host: 127.0.0.1:${port}\r\n` +
    Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let sentAt = 0
    let received = Buffer.alloc(0)
    const ask = () => {
      if (performance.now() >= until) {
        socket.end()
        resolve()
        return
      }
      const content = body?.() ?? ''
      sentAt = performance.now()
      const address = typeof path === 'string' ? path : path()
      socket.write(
        `${method} ${address} HTTP/1.1\r\n${headerLines}Content-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`,
      )
    }
    socket.once('connect', ask)
    socket.once('error', reject)
    socket.on('data', chunk => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      const size = answerSize(received)
      if (size === undefined || received.length < size) return
      answered(performance.now() - sentAt, received[9] === 0x32)
      received = Buffer.alloc(0)
      ask()
    })
  })
}

/** Bytes of a whole answer, once its headers are here. */
function answerSize(received: Buffer): number | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const length = /content-length: (\d+)/i.exec(received.toString('latin1', 0, end))
  if (!length) throw new Error('an answer without Content-Length: this generator reads no other')
  return end + 4 + Number(length[1])
}
