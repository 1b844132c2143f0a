/**
 * The owner's own server, for their own site: remembers choices where scripts alone cannot, removes cookies scripts cannot see,
 * and reads what a visitor decided. Standard `Request` and `Response`, or Node's own; nothing else is needed.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerChoice, type EndpointSettings, type Told } from './endpoint.ts'

export { readChoice, type ChoiceSettings } from './choice.ts'
export type { EndpointSettings } from './endpoint.ts'
export type { RememberedChoice } from '../domain/choice-cookie.ts'

/** For servers that speak in `Request` and `Response`; `undefined` for whatever is not the endpoint's. */
export const choiceEndpoint =
  (settings: EndpointSettings) =>
  (request: Request): Response | undefined => {
    const { host, pathname, search, protocol } = new URL(request.url)
    const header = (name: string) => request.headers.get(name)
    const isSecure = protocol === 'https:' || header('x-forwarded-proto') === 'https'
    const told = answerChoice(
      settings,
      { method: request.method, host, address: pathname + search, header, isSecure },
      Date.now(),
    )
    if (!told) return undefined
    const headers = new Headers(headersOf(told))
    for (const cookie of told.cookies) headers.append('Set-Cookie', cookie)
    return new Response(told.status === 204 ? null : told.text, { status: told.status, headers })
  }

/** For Node's own server, and for those that take its middleware: calls `next` for whatever is not the endpoint's. */
export const choiceMiddleware =
  (settings: EndpointSettings) =>
  (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    const header = (name: string): string | undefined => {
      const value = request.headers[name]
      return Array.isArray(value) ? value.join('; ') : value
    }
    const isSecure = 'encrypted' in request.socket || header('x-forwarded-proto') === 'https'
    const told = answerChoice(
      settings,
      {
        method: request.method ?? '',
        host: header('host') ?? '',
        address: request.url ?? '/',
        header,
        isSecure,
      },
      Date.now(),
    )
    if (!told) return next()
    response.writeHead(told.status, { ...headersOf(told), 'Set-Cookie': [...told.cookies] })
    response.end(told.text)
  }

const headersOf = ({ status, removed }: Told): Record<string, string> => ({
  'Cache-Control': 'no-store',
  // No name of a cookie has a semicolon in it.
  ...(removed.length > 0 && { 'Assent-Removed': removed.join(';') }),
  ...(status === 405 && { Allow: 'POST' }),
  ...(status !== 204 && { 'Content-Type': 'text/plain; charset=utf-8' }),
})
