import type { MiddlewareHandler } from 'hono'
import type { CurrentSite } from '../inventory/current.ts'
import type { AppEnv } from './env.ts'
import { problem, type ProblemSlug } from './problem.ts'

export type FindSite = (site: string) => CurrentSite | undefined

/** Only published sites have addresses. */
export const knownSite =
  (find: FindSite, slug: ProblemSlug = 'unknown-site'): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const key = c.req.param('site') ?? ''
    const site = find(key)
    if (!site)
      return problem(
        c,
        slug,
        'Check the site key in the address; "assent site list" names the published sites.',
      )
    c.set('site', site)
    await next()
  }

/** Writes come from pages of the site only, by its configuration of this moment. */
export const ownOrigin: MiddlewareHandler<AppEnv> = async (c, next) => {
  const origin = c.req.header('origin')
  if (origin === undefined)
    return problem(
      c,
      'origin-missing',
      'Send this from a page of the site: browsers name its origin by themselves.',
    )
  if (!c.var.site.configuration.origins.includes(origin))
    return problem(
      c,
      'origin-not-allowed',
      `Add this page's origin to "origins" in the configuration of "${c.var.site.key}" and publish it.`,
    )
  await next()
}

/** Pages name their origin by themselves, programs do not: what each of the two needs. */
export const fromPage =
  (needed: MiddlewareHandler<AppEnv>): MiddlewareHandler<AppEnv> =>
  (c, next) =>
    c.req.header('origin') === undefined ? next() : needed(c, next)
export const fromProgram =
  (needed: MiddlewareHandler<AppEnv>): MiddlewareHandler<AppEnv> =>
  (c, next) =>
    c.req.header('origin') === undefined ? needed(c, next) : next()
