import type { Context, Handler } from 'hono'
import { readChoiceCookie } from '../../shared/domain/choice-cookie.ts'
import { askedHandOver, leftHandOver } from '../../shared/schemas/hand-over.ts'
import type { HandOvers } from '../hand-over/waiting.ts'
import { readJson } from '../middleware/body.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { freshJson } from '../middleware/public-answer.ts'

/** A page leaves its visitor's choice for a page of the site's on another domain, which they are on their way to. */
export const leaveHandOver =
  (handOvers: HandOvers, now: () => number): Handler<AppEnv> =>
  async c => {
    const { key, configuration } = c.var.site
    if (!configuration.choice.handOver) return notOffered(c)
    const body = await readJson(c)
    if ('refusal' in body) return body.refusal
    const sent = leftHandOver.safeParse(body.json)
    if (!sent.success)
      return problem(c, 'not-a-hand-over', 'Send {"token": …, "to": …, "choice": …} and nothing else.')
    const { token, to, choice } = sent.data
    if (!configuration.origins.includes(to))
      return problem(c, 'not-a-hand-over', `Name in "to" one of the site's own "origins".`)
    if (!readChoiceCookie(choice, configuration.choice.expiresAfterDays, now()))
      return problem(c, 'not-a-hand-over', 'Send in "choice" what the cookie of the page remembers now.')
    const until = handOvers.leave(key, token, { from: c.req.header('origin')!, to, choice })
    if (until === undefined)
      return problem(c, 'id-reused', 'Make a new token: something waits under this one.')
    return freshJson(c, { until: new Date(until).toISOString() })
  }

/** The page they came to takes it, once. */
export const takeHandOver =
  (handOvers: HandOvers): Handler<AppEnv> =>
  async c => {
    const { key, configuration } = c.var.site
    if (!configuration.choice.handOver) return notOffered(c)
    const body = await readJson(c)
    if ('refusal' in body) return body.refusal
    const sent = askedHandOver.safeParse(body.json)
    if (!sent.success) return problem(c, 'not-a-hand-over', 'Send {"token": …} and nothing else.')
    const found = handOvers.take(key, sent.data.token, c.req.header('origin')!)
    if (!found)
      return problem(
        c,
        'unknown-hand-over',
        'Go on without: it was taken already, is older than a minute, or was for another page.',
      )
    return freshJson(c, { choice: found.choice, from: found.from })
  }

const notOffered = (c: Context<AppEnv>): Response =>
  problem(
    c,
    'unknown-hand-over',
    'Set "handOver": true under "choice" in the configuration and publish that.',
  )
