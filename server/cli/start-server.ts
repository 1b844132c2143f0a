import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Log } from '../../shared/domain/log.ts'
import { createListener } from '../app.ts'
import type { Config } from '../config.ts'
import { BUILT_FILES } from '../inventory/built.ts'
import { startCheckpoints } from '../jobs/checkpoints.ts'
import { createProxies } from '../middleware/proxies.ts'
import { CommandError } from './command.ts'
import { openApiKeys } from '../operators/api-keys.ts'
import { openOperators } from '../storage/open.ts'
import { openData } from './data.ts'
import type { OpenData } from './data.ts'
import { readTls } from './tls.ts'
import { DIST, version } from './version.ts'

export interface RunningServer {
  readonly data: OpenData
  /** Where it listens; the port is the real one, also when any was asked for. */
  readonly address: string
  /** Takes nothing new, answers what it took, signs a last checkpoint and closes. */
  stop(): Promise<void>
}

export interface StartDeps {
  readonly log: Log
  readonly now: () => number
  readonly newId: () => string
}

/**
 * A slow or silent sender gives its place up again; 16 KB, the most a widget posts at once, may come at 2 KB/s. Node looks
 * who is late at an interval of its own, by default so rarely that it doubled these times.
 */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 12_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1_000,
}
/** So long a refused sender may take to read why; one that goes on sending is cut off. */
const REFUSED_FOR = 1_000
/** So long a stop waits for answers that are under way. */
const STOP_WITHIN = 10_000

export async function startServer(config: Config, { log, now, newId }: StartDeps): Promise<RunningServer> {
  const data = openData(config, now)
  const { ledger } = data
  const operators = openOperators(config.data)
  try {
    // A missing or readable key is said now, not at the first checkpoint.
    for (const site of ledger.store.sites()) ledger.signer(site)
    const job = startCheckpoints(ledger, log, config.checkpointEvery)
    // Before anything is taken: a database that is behind what was signed must not grow.
    job.run()
    const listener = createListener({
      ledger,
      apiKeys: openApiKeys(operators.apiKeys, now, log),
      log,
      newId,
      url: config.url,
      version: version(),
      production: config.production,
      ownTls: config.tls !== undefined,
      proxies: createProxies(config.trustedProxies),
      limits: config.limits,
      failedCheckpoints: () => job.failed(),
      suspended: job.suspended,
      builtFiles: () => BUILT_FILES.every(name => existsSync(new URL(name, DIST))),
      verifyPage: readOnce(new URL('verify.html', DIST)),
    })
    const server = config.tls
      ? createTlsServer({ ...TIMEOUTS, ...readTls(config.tls) }, listener)
      : createServer(TIMEOUTS, listener)
    server.on('clientError', refuseGarbage)
    await listen(server, config)
    const { port } = server.address() as AddressInfo
    const host = config.host.includes(':') ? `[${config.host}]` : config.host
    return {
      data,
      address: `${config.tls ? 'https' : 'http'}://${host}:${port}`,
      async stop() {
        await closeServer(server)
        job.stop()
        operators.close()
        await data.close()
      },
    }
  } catch (fault) {
    operators.close()
    await data.close()
    throw fault
  }
}

/** Read when it is first asked for; one that is missing is looked for again, so that a build need not be followed by a restart. */
function readOnce(file: URL): () => Uint8Array | undefined {
  let bytes: Uint8Array | undefined
  return () => (bytes ??= existsSync(file) ? readFileSync(file) : undefined)
}

async function listen(server: Server, { host, port }: Config): Promise<void> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    const why =
      code === 'EADDRINUSE'
        ? 'another process listens there: stop it, or take another port with --port'
        : code === 'EACCES'
          ? 'this user may not: take a port above 1023 with --port'
          : `${code ?? String(cause)}: check --host and --port`
    throw new CommandError(`Could not listen on ${host} port ${port}: ${why}.`)
  }
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  // A kept-alive connection whose last answer is out would otherwise hold the stop up.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  const force = setTimeout(() => server.closeAllConnections(), STOP_WITHIN)
  await closed
  clearInterval(sweep)
  clearTimeout(force)
}

/** What is no HTTP never becomes a request; it still gets an answer that a page may read. */
function refuseGarbage(fault: Error & { code?: string }, socket: import('node:stream').Duplex): void {
  if (!socket.writable || fault.code === 'ECONNRESET') return void socket.destroy()
  const [status, title] =
    fault.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'The headers are too large']
      : fault.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'The request took too long']
        : ['400 Bad Request', 'The request is not understood']
  const body = JSON.stringify({
    type: 'urn:assent:problem:bad-request',
    title,
    status: Number(status.slice(0, 3)),
    detail: 'Send a complete and well-formed HTTP/1.1 request.',
  })
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/problem+json\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
  setTimeout(() => socket.destroy(), REFUSED_FOR).unref()
}
