import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { hasAsLongAsItTakes } from '../middleware/patience.ts'
import { CommandError } from './command.ts'

/**
 * A slow or silent sender gives its place up again; 16 KB, the most a widget posts at once, may come at 2 KB/s. Node looks
 * who is late at an interval of its own, by default so rarely that it doubled these times.
 */
export const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 12_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1_000,
}
/** So long a refused sender may take to read why; one that goes on sending is cut off. */
const REFUSED_FOR = 1_000
/** So long a stop waits for answers that are under way. */
const STOP_WITHIN = 10_000

/**
 * Resolves once it listens, with what stops it: takes nothing new, and resolves once what was taken is answered. Throws,
 * saying what to do, when it cannot listen.
 */
export async function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<() => Promise<void>> {
  let answering = 0
  server.on('request', (_: IncomingMessage, response: ServerResponse) => {
    answering++
    response.once('close', () => answering--)
  })
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
  return () => closeServer(server, () => answering)
}

async function closeServer(server: Server, answering: () => number): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  // A kept-alive connection whose last answer is out would otherwise hold the stop up, and so would one that was opened
  // ahead and has never asked anything: that one does not count as idle.
  const sweep = setInterval(
    () => (answering() === 0 ? server.closeAllConnections() : server.closeIdleConnections()),
    50,
  )
  const force = setTimeout(() => server.closeAllConnections(), STOP_WITHIN)
  await closed
  clearInterval(sweep)
  clearTimeout(force)
}

/** What is no HTTP never becomes a request; it still gets an answer that a page may read. */
export function refuseGarbage(fault: Error & { code?: string }, socket: Duplex): void {
  if (fault.code === 'ERR_HTTP_REQUEST_TIMEOUT' && hasAsLongAsItTakes(socket)) return
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
