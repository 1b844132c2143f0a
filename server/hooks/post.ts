import { lookup } from 'node:dns/promises'
import {
  Agent as PlainAgent,
  request as requestPlain,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http'
import { Agent, request } from 'node:https'
import { isIP, type LookupFunction, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { faultText } from '../../shared/domain/log.ts'
import { hostOf, isAllowed, urlFault } from './outward.ts'

export interface Resolved {
  readonly address: string
  readonly family: number
}

/** Every address of a host. */
export type Resolve = (host: string) => Promise<readonly Resolved[]>

export interface PosterOptions {
  readonly production: boolean
  /** The system's own when left out. */
  readonly resolve?: Resolve
  /** Certificates believed besides the system's own (PEM). */
  readonly ca?: string
  /** How long one attempt may take, all in all. */
  readonly timeout?: number
}

export interface Outgoing {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type Outcome =
  | { readonly kind: 'delivered'; readonly status: number }
  /** It wants nothing more (410). */
  | { readonly kind: 'gone'; readonly status: number }
  | {
      readonly kind: 'failed'
      readonly why: string
      readonly status?: number
      /** It asks to be left alone for so many milliseconds. */
      readonly retryAfter?: number
    }
  /** There was nothing to send any more. */
  | { readonly kind: 'dropped' }

export interface Poster {
  /**
   * Posts one message. What is sent is asked for only when the connection stands, so that nothing is on its way that was
   * erased while the other side kept us waiting. Rejects only when `signal` ends it.
   */
  post(url: string, outgoing: () => Outgoing | undefined, signal: AbortSignal): Promise<Outcome>
  close(): void
}

const TIMEOUT = 15_000
/** More of an answer is not read: nothing in it matters but its status. */
const ANSWER_LIMIT = 65_536
const LONGEST_RETRY_AFTER = 3_600_000

const ask: Resolve = host => lookup(host, { all: true, verbatim: true })

export function createPoster({ production, resolve = ask, ca, timeout = TIMEOUT }: PosterOptions): Poster {
  const agents = {
    'http:': new PlainAgent({ keepAlive: true }),
    'https:': new Agent({ keepAlive: true, ...(ca !== undefined && { ca }) }),
  }

  /** Every address is looked at: a name with one address inside and one outside is somebody's attempt to get in. */
  async function addressesOf(host: string): Promise<readonly Resolved[]> {
    const version = isIP(host)
    const addresses = version === 0 ? await resolve(host) : [{ address: host, family: version }]
    if (addresses.length === 0) throw new Error(`${host} has no address`)
    const inside = addresses.find(({ address }) => !isAllowed(address, production))
    if (inside)
      throw new Error(
        `${host} leads to ${inside.address}, on this machine or a private network: nothing was sent`,
      )
    return addresses
  }

  return {
    async post(url, outgoing, signal) {
      const fault = urlFault(url, production)
      if (fault !== undefined) return failed(fault)
      const ended = AbortSignal.any([signal, AbortSignal.timeout(timeout)])
      try {
        const to = new URL(url)
        const addresses = await unlessEnded(addressesOf(hostOf(to)), ended)
        const options = {
          method: 'POST',
          agent: agents[to.protocol as keyof typeof agents],
          lookup: only(addresses),
          signal: ended,
        }
        const send = to.protocol === 'https:' ? request : requestPlain
        for (let again = true; ; again = false) {
          const sent = send(to, options)
          try {
            // oxlint-disable-next-line no-await-in-loop -- twice at most
            return await answerOf(sent, outgoing, production)
          } catch (cause) {
            // The other side had closed the connection that was kept open: that says nothing about a new one.
            if (!again || !sent.reusedSocket || ended.aborted) throw cause
          }
        }
      } catch (cause) {
        signal.throwIfAborted()
        return failed(ended.aborted ? `no answer within ${timeout / 1000} s` : oneLine(faultText(cause)))
      }
    },
    close: () => Object.values(agents).forEach(agent => agent.destroy()),
  }
}

const failed = (why: string, more: { status?: number; retryAfter?: number } = {}): Outcome => ({
  kind: 'failed',
  why,
  ...more,
})

/** What is connected to is what was looked at: the host is not asked for a second time. */
const only =
  (addresses: readonly Resolved[]): LookupFunction =>
  (_host, { all }, answer) => {
    if (all === true) answer(null, [...addresses])
    else answer(null, addresses[0]!.address, addresses[0]!.family)
  }

function answerOf(
  sent: ClientRequest,
  outgoing: () => Outgoing | undefined,
  production: boolean,
): Promise<Outcome> {
  return new Promise((settle, fail) => {
    sent.on('error', fail)
    sent.on('socket', socket =>
      whenConnected(socket, sent.reusedSocket, () => {
        try {
          // A connection that was kept open counts as little as a name.
          if (!isAllowed(socket.remoteAddress ?? '', production)) throw new Error('connected elsewhere')
          const message = outgoing()
          if (!message) {
            settle({ kind: 'dropped' })
            sent.destroy()
            return
          }
          for (const [name, value] of Object.entries(message.headers)) sent.setHeader(name, value)
          sent.setHeader('content-length', Buffer.byteLength(message.body))
          sent.end(message.body)
        } catch (fault) {
          sent.destroy(fault as Error)
        }
      }),
    )
    sent.on('response', response => {
      settle(outcomeOf(response))
      let read = 0
      response.on('data', (chunk: Buffer) => {
        read += chunk.length
        if (read > ANSWER_LIMIT) response.destroy()
      })
      // The status is known: what becomes of the rest is of no consequence.
      response.on('error', () => {})
    })
  })
}

function whenConnected(socket: Socket, reused: boolean, then: () => void): void {
  if (reused) then()
  // Not before the certificate was found good.
  else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', then)
}

function outcomeOf({ statusCode: status = 0, headers }: IncomingMessage): Outcome {
  if (status >= 200 && status < 300) return { kind: 'delivered', status }
  if (status === 410) return { kind: 'gone', status }
  if (status >= 300 && status < 400)
    return failed(`it answered ${status}: redirects are not followed, so give the address it leads to`, {
      status,
    })
  const retryAfter = retryAfterIn(headers['retry-after'])
  return failed(`it answered ${status}`, { status, ...(retryAfter !== undefined && { retryAfter }) })
}

function retryAfterIn(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  const wait = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, wait), LONGEST_RETRY_AFTER)
}

/** Looking a name up cannot be cut off: it is left to itself. */
function unlessEnded<T>(wait: Promise<T>, ended: AbortSignal): Promise<T> {
  return new Promise((resolve, fail) => {
    if (ended.aborted) return fail(ended.reason as Error)
    ended.addEventListener('abort', () => fail(ended.reason as Error), { once: true })
    wait.then(resolve, fail)
  })
}

/** A stranger's certificate or resolver may say anything: one line of it, fit for a log. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Cs}]+/gu, ' ').slice(0, 300)
