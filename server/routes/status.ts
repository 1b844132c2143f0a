import type { Context, Handler } from 'hono'
import type { Meter } from '../../shared/domain/meter.ts'
import { CHANNELS, isChannel } from '../../shared/domain/site.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { misspelt } from '../marketing/misspelt.ts'
import { statusOf } from '../marketing/status.ts'
import type { StatusQuestion } from '../marketing/status/question.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { freshJson } from '../middleware/public-answer.ts'
import { endOfTurn } from './end-of-turn.ts'
import { MOMENTS, readMoments } from './moments.ts'
import { readSending, SENDING, statusSending, type SendDeps } from './send-question.ts'

/** Whether an address may be written to. What is not known is an answer too, and never a yes. */
export const showStatus =
  (ledger: Ledger, messages: SendDeps['messages'], meter?: Meter): Handler<AppEnv> =>
  async c => {
    const question = readQuestion(c, { messages, now: ledger.now })
    if ('detail' in question) return problem(c, 'invalid-query', question.detail)
    const unknown = misspelt(ledger, c.get('site'), question.program)
    if (unknown !== undefined) return problem(c, 'invalid-query', unknown)
    const { consentedAt, expiresAt, notBefore, asOf, known, ...answer } = statusOf(
      ledger,
      c.get('site'),
      question,
    )
    meter?.statusAnswered(answer.decision)
    await endOfTurn()
    return freshJson(c, {
      ...answer,
      ...(consentedAt !== undefined && { consentedAt: new Date(consentedAt).toISOString() }),
      ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
      ...(notBefore !== undefined && { notBefore: new Date(notBefore).toISOString() }),
      asOf: new Date(asOf).toISOString(),
      ...(known && { known: { ...known, asOf: new Date(known.asOf).toISOString() } }),
    })
  }

const PARAMETERS = new Set(['channel', 'address', 'program', ...SENDING, 'zone', 'region', ...MOMENTS])

function readQuestion(c: Context<AppEnv>, deps: SendDeps): StatusQuestion | { readonly detail: string } {
  const asked: Record<string, string | undefined> = {}
  const queries = c.req.queries()
  for (const name in queries) {
    const values = queries[name]!
    // What is misspelt would be passed over, and of two addresses one: the answer would be to another question.
    if (!PARAMETERS.has(name) || values.length > 1)
      return { detail: `Ask with ${[...PARAMETERS].join(', ')}, each once, and with nothing else.` }
    asked[name] = values[0]
  }
  const { channel, address, program, seller, sender, sendAt, zone, region } = asked
  if (!isChannel(channel)) return { detail: `Ask with channel=${CHANNELS.join(' or channel=')}.` }
  if (!address) return { detail: 'Ask with address=…, percent-encoded: a + in an address is %2B.' }
  if (!program) return { detail: 'Ask with program=…, the id of a program of the site.' }
  const inTime = readMoments(asked)
  if ('detail' in inTime) return inTime
  const sending = readSending(
    deps,
    c.get('site'),
    { channel, program, onlySilence: true },
    { seller, sender, sendAt },
  )
  if ('detail' in sending) return sending
  return {
    channel,
    address: withPlus(address),
    program,
    ...statusSending(sending),
    ...(zone && { zone }),
    ...(region && { region }),
    ...inTime,
  }
}

/** An unencoded + arrives as a blank; no address begins with one. */
const withPlus = (address: string): string => (address.startsWith(' ') ? `+${address.slice(1)}` : address)
