import type { Context, MiddlewareHandler } from 'hono'
import type { Meter } from '../../shared/domain/meter.ts'
import type { AppEnv } from './env.ts'
import { problem } from './problem.ts'

/** Nothing is added to a log that is behind what was signed of it; the sender keeps what it has. */
export const growingLog =
  (suspended: ReadonlySet<string>, meter?: Meter): MiddlewareHandler<AppEnv> =>
  (c, next) => {
    if (!suspended.has(c.get('site').key)) return next()
    meter?.faulted('log-suspended')
    return Promise.resolve(logSuspended(c))
  }

export function logSuspended(c: Context): Response {
  c.header('Retry-After', '60')
  // Otherwise a page of another origin could not read it.
  c.header('Access-Control-Expose-Headers', 'Retry-After')
  return problem(
    c,
    'log-suspended',
    'Nothing of this request was stored: send it again later, unchanged. The operator has to look at the server log.',
  )
}
