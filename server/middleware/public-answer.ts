import type { Context, MiddlewareHandler } from 'hono'
import type { AppEnv } from './env.ts'

/**
 * Headers of every answer, refusals included: without them a page's script cannot tell a refusal from being offline.
 * No credentials are ever used, so any origin may read; who may write is the site's own list.
 */
export function publicAnswer({ production }: { readonly production: boolean }): MiddlewareHandler<AppEnv> {
  const headers = {
    'Access-Control-Allow-Origin': '*',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'X-Content-Type-Options': 'nosniff',
    ...(production && { 'Strict-Transport-Security': 'max-age=31536000' }),
  }
  const set = Object.entries(headers)
  return (c, next) => {
    c.set('publicHeaders', headers)
    for (const [name, value] of set) c.header(name, value)
    return next()
  }
}

/** JSON that no cache keeps. Node's adapter writes a plain object of headers as it is; a `Headers` it sorts and copies first. */
export const freshJson = (c: Context<AppEnv>, value: unknown): Response =>
  new Response(JSON.stringify(value), {
    headers: { ...c.get('publicHeaders'), 'Cache-Control': 'no-store', 'Content-Type': 'application/json' },
  })
