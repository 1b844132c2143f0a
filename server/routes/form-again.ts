import type { Context, MiddlewareHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { readForm } from '../middleware/body.ts'
import type { AppEnv } from '../middleware/env.ts'
import type { ProblemSlug } from '../middleware/problem.ts'
import { mintId } from '../ledger/mint-id.ts'
import { refusalFor } from './refusal-page.ts'

/** A refusal that passes by itself. */
export interface Passing {
  /** Shows what to do about it, above the button. */
  readonly fact: string
  readonly status: ContentfulStatusCode
  /** After so many seconds it may be sent again. */
  readonly seconds: number
}

/** Shows the form with what was typed into it; `undefined` where there is no such form any more. */
export type FormAgain = (c: Context<AppEnv>, form: URLSearchParams, passing: Passing) => Response | undefined

const PASSING: Partial<Record<ProblemSlug, string>> = {
  'rate-limited': 'busy',
  'log-suspended': 'paused',
  'storage-unavailable': 'paused',
  'unexpected-fault': 'fault',
}

/** Whoever could not be served just now keeps what they typed: in the page itself, never in an address. */
export const formAgain =
  (show: FormAgain): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    await next()
    const refusal = await refusalFor(c)
    const fact = refusal && PASSING[refusal.slug]
    if (!fact) return
    const seconds = Number(c.res.headers.get('retry-after') ?? 0)
    try {
      const form = await formOf(c)
      const page = form && show(c, form, { fact, status: refusal.status, seconds })
      if (page) c.res = page
    } catch {
      // The page cannot be read either, or the body was broken off: the refusal stands, and was logged where it arose.
    }
  }

/** What was refused before it was read is read now: it is one small form, and goes nowhere but back. */
async function formOf(c: Context<AppEnv>): Promise<URLSearchParams | undefined> {
  const known = c.get('form')
  if (known) return known
  const body = await readForm(c)
  return 'form' in body ? body.form : undefined
}

/** Sent again unchanged, the same may have been recorded already: it keeps its id, and counts once. */
export const idFor = (sent: string | null, passing: Passing | undefined, now: number): string =>
  passing && sent ? sent : mintId(now)

/** How long, in words of the page's language: whole minutes, and at least one. */
export const saidOf = (passing: Passing | undefined, language: string): Record<string, string> => {
  if (!passing) return {}
  const minutes = Math.max(1, Math.ceil(passing.seconds / 60))
  const format = { style: 'unit', unit: 'minute', unitDisplay: 'long' } as const
  return { wait: new Intl.NumberFormat(language, format).format(minutes) }
}
