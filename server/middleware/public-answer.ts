import type { MiddlewareHandler } from 'hono'

/**
 * Headers of every answer, refusals included: without them a page's script cannot tell a refusal from being offline.
 * No credentials are ever used, so any origin may read; who may write is the site's own list.
 */
export const publicAnswer: MiddlewareHandler = async (c, next) => {
  c.header('Access-Control-Allow-Origin', '*')
  c.header('Cross-Origin-Resource-Policy', 'cross-origin')
  c.header('X-Content-Type-Options', 'nosniff')
  await next()
}
