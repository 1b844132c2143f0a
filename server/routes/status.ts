import type { Context, Handler } from 'hono'
import { CHANNELS, type Channel } from '../../shared/domain/site.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { statusOf, type StatusQuestion } from '../marketing/status.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { freshJson } from '../middleware/public-answer.ts'
import { endOfTurn } from './end-of-turn.ts'

/** Whether an address may be written to. What is not known is an answer too, and never a yes. */
export const showStatus =
  (ledger: Ledger): Handler<AppEnv> =>
  async c => {
    const question = readQuestion(c)
    if ('detail' in question) return problem(c, 'invalid-query', question.detail)
    const { consentedAt, asOf, ...answer } = statusOf(ledger, c.var.site, question)
    await endOfTurn()
    return freshJson(c, {
      ...answer,
      ...(consentedAt !== undefined && { consentedAt: new Date(consentedAt).toISOString() }),
      asOf: new Date(asOf).toISOString(),
    })
  }

function readQuestion(c: Context<AppEnv>): StatusQuestion | { readonly detail: string } {
  const { channel, address, program, at } = c.req.query()
  if (!isChannel(channel)) return { detail: `Ask with channel=${CHANNELS.join(' or channel=')}.` }
  if (!address) return { detail: 'Ask with address=…, percent-encoded: a + in an address is %2B.' }
  if (!program) return { detail: 'Ask with program=…, the id of a program of the site.' }
  if (at === undefined) return { channel, address: withPlus(address), program }
  const moment = readMoment(at)
  if (moment === undefined)
    return { detail: 'Ask with at=2026-11-28T18:00:00Z, a time with its zone (RFC 3339), or without it.' }
  return { channel, address: withPlus(address), program, at: moment }
}

const isChannel = (text: string | undefined): text is Channel => CHANNELS.some(channel => channel === text)

/** An unencoded + arrives as a blank; no address begins with one. */
const withPlus = (address: string): string => (address.startsWith(' ') ? `+${address.slice(1)}` : address)

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/

function readMoment(text: string): number | undefined {
  // A + in an offset that was not percent-encoded.
  const written = text.replace(/ (?=\d\d:\d\d$)/, '+')
  const moment = RFC3339.test(written) ? Date.parse(written) : NaN
  return Number.isNaN(moment) ? undefined : moment
}
