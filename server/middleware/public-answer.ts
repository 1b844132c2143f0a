import type { Context, MiddlewareHandler } from 'hono'
import type { AppEnv } from './env.ts'

/**
 * Headers of every answer, refusals included: without them a page's script cannot tell a refusal from being offline.
 * No credentials are ever used, so any origin may read; who may write is the site's own list.
 */
export const PUBLIC_HEADERS = {
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'X-Content-Type-Options': 'nosniff',
} as const
const EACH = Object.entries(PUBLIC_HEADERS)

export const publicAnswer: MiddlewareHandler<AppEnv> = (c, next) => {
  c.set('publicHeaders', PUBLIC_HEADERS)
  for (const [name, value] of EACH) c.header(name, value)
  return next()
}

/** JSON that no cache keeps. Node's adapter writes a plain object of headers as it is; a `Headers` it sorts and copies first. */
export const freshJson = (c: Context<AppEnv>, value: unknown): Response =>
  new Response(JSON.stringify(value), {
    headers: { ...c.get('publicHeaders'), 'Cache-Control': 'no-store', 'Content-Type': 'application/json' },
  })
