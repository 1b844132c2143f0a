import type { Context, MiddlewareHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Problem } from '../../shared/domain/problem.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { AppEnv } from '../middleware/env.ts'
import type { ProblemSlug } from '../middleware/problem.ts'
import type { FindSite } from '../middleware/site.ts'
import { answerPage, pageOf } from './form-page.ts'
import { plainRefusal } from './plain-refusal.ts'

export interface Refusal {
  readonly slug: ProblemSlug
  readonly status: ContentfulStatusCode
  /** Id of the fault in the server's log. */
  readonly number?: string
}

/** Which case of the published page it is; whatever is not listed is ours to mend, and passes. */
const CASES: Partial<Record<ProblemSlug, string>> = {
  'unknown-site': 'none',
  'unknown-file': 'none',
  'unknown-route': 'none',
  'unknown-link': 'none',
  'unknown-receipt': 'none',
  'method-not-allowed': 'none',
  'program-closed': 'closed',
  'origin-missing': 'elsewhere',
  'origin-not-allowed': 'elsewhere',
  'bad-request': 'unread',
  'not-one-click': 'unread',
  'body-too-large': 'unread',
  'unsupported-type': 'unread',
}

/** Where people come with a browser, a refusal is a page they can read; programs get the problem itself. */
export const refusalPage =
  (ledger: Ledger, find: FindSite): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const key = c.req.param('site') ?? ''
    await next()
    const refusal = await refusalFor(c)
    if (!refusal) return
    const fact = CASES[refusal.slug] ?? 'later'
    c.res = published(c, ledger, find, key, refusal, fact) ?? plainRefusal(c, refusal, fact)
  }

/** The refusal that is about to leave, where a person is to read it. */
export async function refusalFor(c: Context<AppEnv>): Promise<Refusal | undefined> {
  const isProblem = c.res.headers.get('content-type') === 'application/problem+json'
  if (!isProblem || !/\btext\/html\b/.test(c.req.header('accept') ?? '')) return undefined
  const { type, status, instance } = (await c.res.clone().json()) as Problem
  return {
    slug: type.split(':').at(-1) as ProblemSlug,
    status: status as ContentfulStatusCode,
    ...(instance !== undefined && { number: instance }),
  }
}

/** In the site's look and the reader's language, as far as site and storage are there. */
function published(
  c: Context<AppEnv>,
  ledger: Ledger,
  find: FindSite,
  key: string,
  { status, number }: Refusal,
  fact: string,
): Response | undefined {
  try {
    const site = find(key)
    const page = site && pageOf(c, ledger, site, 'refusal-page')
    if (!page) return undefined
    const filled = {
      facts: new Set([fact, ...(number === undefined ? [] : ['numbered'])]),
      values: {},
      ticked: new Set<string>(),
      receipts: {},
      said: { number: number ?? '' },
    }
    return answerPage(c, page, filled, { status })
  } catch {
    // Storage fails, which is what is refused here, and was logged as that.
    return undefined
  }
}
