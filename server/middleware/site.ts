import type { Handler } from 'hono'
import type { CurrentSite } from '../inventory/current.ts'
import type { AppEnv } from './env.ts'
import { problem, type ProblemSlug } from './problem.ts'
import { isOrigin, type NoteRefused } from './refused-origins.ts'

export type FindSite = (site: string) => CurrentSite | undefined

// Handlers, and not async: every layer that awaits the next one costs each request a promise or two.

/** Only published sites have addresses. */
export const knownSite =
  (find: FindSite, slug: ProblemSlug = 'unknown-site'): Handler<AppEnv> =>
  (c, next) => {
    const key = c.req.param('site') ?? ''
    const site = find(key)
    if (!site)
      return problem(
        c,
        slug,
        'Check the site key in the address; "assent site list" names the published sites.',
      )
    c.set('site', site)
    return next()
  }

/** Writes come from pages of the site only, by its configuration of this moment. */
export const ownOrigin =
  (note: NoteRefused): Handler<AppEnv> =>
  (c, next) => {
    const origin = c.req.header('origin')
    if (origin === undefined)
      return problem(
        c,
        'origin-missing',
        'Send this from a page of the site: browsers name its origin by themselves.',
      )
    const { key, configuration } = c.get('site')
    if (configuration.origins.includes(origin)) return next()
    note(key, origin)
    // The owner reads this in their browser's network panel, so it says what to write where.
    const line = isOrigin(origin) ? `"${origin}"` : `this page's origin`
    return problem(
      c,
      'origin-not-allowed',
      `Add ${line} to "origins" in the configuration of "${key}" and publish that.`,
    )
  }

/** Pages name their origin by themselves, programs do not: what each of the two needs. */
export const fromPage =
  (needed: Handler<AppEnv>): Handler<AppEnv> =>
  (c, next) =>
    c.req.header('origin') === undefined ? next() : needed(c, next)
export const fromProgram =
  (needed: Handler<AppEnv>): Handler<AppEnv> =>
  (c, next) =>
    c.req.header('origin') === undefined ? needed(c, next) : next()
