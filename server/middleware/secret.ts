import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from './env.ts'

/** Reads `Authorization: Assent <secret>`; whether it is needed, and what it opens, is the route's to say. */
export const browserSecret: MiddlewareHandler<AppEnv> = async (c, next) => {
  const given = /^assent ([0-9a-f]{44})$/i.exec(c.req.header('authorization') ?? '')
  c.set('secret', given?.[1]?.toLowerCase())
  c.header('Vary', 'Authorization')
  c.header('Cache-Control', 'no-store')
  await next()
}
