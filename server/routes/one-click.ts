import type { Context, Handler } from 'hono'
import { isStopped, oneClick } from '../marketing/one-click.ts'
import { readForm } from '../middleware/body.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { overLimitOf } from '../middleware/rate-limit.ts'
import { answerPressed, showPreferences, tokenIn, type PreferencesWrites } from './preferences-page.ts'

/**
 * What a mail program posts for its person (RFC 8058): no cookie, no origin, nothing to confirm, and an answer that leads
 * nowhere else. It is on disk before it is answered. The page behind the same address has buttons besides, which say more.
 */
export const receiveOneClick =
  (deps: PreferencesWrites): Handler<AppEnv> =>
  async (c, next) => {
    const body = await readForm(c, { multipart: true })
    if ('refusal' in body) return body.refusal
    const { form } = body
    if (form.get('List-Unsubscribe')?.trim() === 'One-Click')
      return (await stopped(c, deps)) ?? showStopped(c, deps, next)
    if (form.has('stop') || form.has('other')) return answerPressed(c, deps, form)
    return problem(c, 'not-one-click', 'Send the body List-Unsubscribe=One-Click, and nothing else.')
  }

/** A refusal, if there is one. */
async function stopped(
  c: Context<AppEnv>,
  { ledger, links, limits }: PreferencesWrites,
): Promise<Response | undefined> {
  const { key } = c.get('site')
  const claim = links.read(key, 'unsubscribe', tokenIn(c) ?? '')
  if (!claim) return nobody(c)
  // A provider posts for thousands from one address: a no that ends something is never asked to wait.
  const over = isStopped(ledger, key, claim) ? overLimitOf(c, limits, `link ${claim.subject}`) : undefined
  if (over) return over
  return 'refused' in (await oneClick(ledger, key, claim)) ? nobody(c) : undefined
}

const nobody = (c: Context<AppEnv>): Response =>
  problem(
    c,
    'unknown-link',
    'Check the link: it is not complete, or what was kept of its address was erased, so that nothing is sent there.',
  )

/** People get the page; programs one word. */
function showStopped(
  c: Context<AppEnv>,
  deps: PreferencesWrites,
  next: () => Promise<void>,
): ReturnType<Handler<AppEnv>> {
  if (/\btext\/html\b/.test(c.req.header('accept') ?? '')) return showPreferences(deps)(c, next)
  c.header('Cache-Control', 'no-store')
  return c.text('Stopped.\n')
}
