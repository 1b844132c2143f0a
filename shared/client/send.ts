import type { Problem } from '../domain/problem.ts'
import { AssentError } from './error.ts'

export interface ClientOptions {
  /** Where the server is, such as `https://consent.example`. */
  readonly url: string
  /** The site everything is about. */
  readonly site: string
  /** Of this site, with the scopes that the calls need. Keep it out of web pages. */
  readonly key?: string | undefined
  /** Instead of the runtime's own. */
  readonly fetch?: typeof globalThis.fetch
}

export interface CallOptions {
  /** Ends the call: it rejects with the signal's reason. There is no time limit without one: `AbortSignal.timeout(10_000)`. */
  readonly signal?: AbortSignal
}

/** As OpenAPI writes it: method, blank, path with its parameters in braces. */
export type Operation = `${'GET' | 'POST'} /${string}`

export interface Asked extends CallOptions {
  /** Parameters of the path; the site is filled in by itself. */
  readonly path?: Readonly<Record<string, string>>
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly json?: unknown
  readonly csv?: ReadableStream<Uint8Array> | string | Uint8Array | Blob
  /** Of a browser, instead of the key. */
  readonly secret?: string
}

/** Sends one request; answers when the head of a good answer is there, and rejects with `AssentError` otherwise. */
export type Send = (operation: Operation, asked?: Asked) => Promise<Response>

export function sender({ url, site, key, fetch = globalThis.fetch }: ClientOptions): Send {
  const base = baseOf(url)
  return async (operation, asked = {}) => {
    const [method = '', template = ''] = operation.split(' ')
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => step(name, { site, ...asked.path }))
    const response = await reach(asked.signal, () =>
      fetch(`${base}${path}${queryOf(asked.query)}`, {
        method,
        headers: headersOf(asked, key),
        // A redirect would turn a POST into a GET, or take the key elsewhere.
        redirect: 'error',
        ...bodyOf(asked),
        ...(asked.signal && { signal: asked.signal }),
      }),
    )
    if (response.status === 200) return response
    throw await refusal(response, asked.signal)
  }
}

export const jsonOf = async <T>(response: Response, signal?: AbortSignal): Promise<T> => {
  const text = await textOf(response, signal)
  try {
    return JSON.parse(text) as T
  } catch (cause) {
    throw unreadable(response.status, cause)
  }
}

export const textOf = (response: Response, signal?: AbortSignal): Promise<string> =>
  reach(signal, () => response.text())

export const bytesOf = async (response: Response, signal?: AbortSignal): Promise<Uint8Array> =>
  new Uint8Array(await reach(signal, () => response.arrayBuffer()))

/** What the network fails with says little by itself; a signal's reason is the caller's own. */
export async function reach<T>(signal: AbortSignal | undefined, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    signal?.throwIfAborted()
    throw unreachable(cause)
  }
}

export const unreachable = (cause: unknown): AssentError =>
  new AssentError({
    slug: 'unreachable',
    detail: 'No whole answer came: check the address and the network, then send the same again.',
    cause,
  })

export const unreadable = (status: number, cause?: unknown): AssentError =>
  new AssentError({
    slug: 'unreadable',
    status,
    detail: `What answered with status ${status} is not Assent: check the address, and any proxy in front of it.`,
    cause,
  })

async function refusal(response: Response, signal: AbortSignal | undefined): Promise<AssentError> {
  const text = await textOf(response, signal)
  const problem = problemIn(text)
  if (!problem) return unreadable(response.status)
  const { type, title, detail, instance } = problem
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new AssentError({
    slug: type.split(':').at(-1)!,
    status: response.status,
    title,
    detail,
    ...(instance !== undefined && { instance }),
    ...(Number.isFinite(seconds) && { retryAfter: seconds }),
  })
}

function problemIn(text: string): Problem | undefined {
  try {
    const problem = JSON.parse(text) as Partial<Problem> | null
    return problem?.type?.startsWith('urn:assent:problem:') ? (problem as Problem) : undefined
  } catch {
    // A proxy's page, and the caller is told that it is none of ours.
    return undefined
  }
}

function baseOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed?.protocol.startsWith('http')) throw new TypeError(`url must be an http address, not ${url}`)
  return parsed.href.replace(/[?#].*$/, '').replace(/\/+$/, '')
}

/** Addresses of tiles have slashes of their own; anything else is one step, and none leads out of its place. */
const WITH_SLASHES = ['tile', 'bundle']

function step(name: string, values: Readonly<Record<string, string>>): string {
  const value = values[name] ?? ''
  const steps = WITH_SLASHES.includes(name) ? value.split('/') : [value]
  if (steps.some(each => /^\.{0,2}$/.test(each))) throw new TypeError(`${name} is missing, or no ${name}`)
  return steps.map(encodeURIComponent).join('/')
}

function queryOf(query: Asked['query'] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return text === '' ? '' : `?${text}`
}

function headersOf({ json, csv, secret }: Asked, key: string | undefined): Record<string, string> {
  const ofKey = key ? `Bearer ${key}` : undefined
  const authorization = secret === undefined ? ofKey : `Assent ${secret}`
  return {
    ...(authorization !== undefined && { Authorization: authorization }),
    ...(json !== undefined && { 'Content-Type': 'application/json' }),
    ...(csv !== undefined && { 'Content-Type': 'text/csv' }),
  }
}

function bodyOf({ json, csv }: Asked): RequestInit {
  if (json !== undefined) return { body: JSON.stringify(json) }
  if (csv === undefined) return {}
  const body = csv as BodyInit
  // A stream is sent while the answer is read: runtimes want to be told.
  return csv instanceof ReadableStream ? ({ body, duplex: 'half' } as RequestInit) : { body }
}
