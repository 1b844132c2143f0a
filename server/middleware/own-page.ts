import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from './env.ts'
import { problem } from './problem.ts'

/** A form without scripts is sent by the page we served it in, and by no other. */
export const fromOwnPage =
  (url: string): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const origin = c.req.header('origin')
    // Browsers say so by themselves, but not on plain http; a proxy may have put another Host in.
    const said = c.req.header('sec-fetch-site') ?? 'same-origin'
    const host = origin === undefined ? undefined : URL.parse(origin)?.host
    const isOurs = host !== undefined && (origin === new URL(url).origin || host === c.req.header('host'))
    if (said !== 'same-origin' || !isOurs)
      return problem(
        c,
        origin === undefined ? 'origin-missing' : 'origin-not-allowed',
        'Open the form at this very address and send it from there.',
      )
    await next()
  }
