import type { Context, Hono, NotFoundHandler } from 'hono'
import { LinearRouter } from 'hono/router/linear-router'
import { problem } from './problem.ts'
import type { AppEnv } from './env.ts'

/** Which methods each address answers, read from the routes themselves. */
function methodsAt(app: Hono<AppEnv>): (path: string) => string[] {
  const router = new LinearRouter<string>()
  for (const { method, path } of app.routes) if (method !== 'ALL') router.add('ALL', path, method)
  return path => {
    const found = new Set(router.match('ALL', path)[0].map(([method]) => method))
    if (found.has('GET')) found.add('HEAD')
    if (found.size > 0) found.add('OPTIONS')
    return [...found].sort()
  }
}

/**
 * Unknown address: 404. Known address, other method: 405 with what it answers instead. OPTIONS is no route's own, so a
 * browser's question is answered here, and no other request pays for it.
 */
export function unanswered(app: Hono<AppEnv>): NotFoundHandler<AppEnv> {
  const methods = methodsAt(app)
  return c => {
    const allowed = methods(c.req.path)
    if (allowed.length === 0)
      return problem(c, 'unknown-route', 'Check the address; GET /v1/openapi.json lists every one there is.')
    if (c.req.method === 'OPTIONS') return allow(c, allowed)
    c.header('Allow', allowed.join(', '))
    return problem(c, 'method-not-allowed', `Use ${allowed.join(' or ')} here.`)
  }
}

/** Answers a browser's question whether a page may send this. */
function allow(c: Context, methods: readonly string[]): Response {
  c.header('Allow', methods.join(', '))
  c.header('Access-Control-Allow-Methods', methods.join(', '))
  c.header('Access-Control-Allow-Headers', 'Authorization, Content-Type')
  c.header('Access-Control-Max-Age', '86400')
  return c.body(null, 204)
}
