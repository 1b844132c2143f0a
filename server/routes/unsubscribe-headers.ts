import type { Context, Handler } from 'hono'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { hasChannel } from '../../shared/domain/check-opt-in.ts'
import { CHANNELS, isChannel } from '../../shared/domain/site.ts'
import { MOST_ADDRESSES } from '../../shared/schemas/check.ts'
import { headersRequest } from '../../shared/schemas/mail-headers.ts'
import {
  mailHeaders,
  type HeaderQuestion,
  type HeadersAnswer,
  type HeadersDeps,
} from '../marketing/mail-headers.ts'
import { noSuchProgram } from '../marketing/misspelt.ts'
import { readJson } from '../middleware/body.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { freshJson } from '../middleware/public-answer.ts'

const WHAT_TO_DO = {
  'unknown-address': 'Nobody signed up with this address, or it was erased: send nothing to it.',
  'invalid-address': 'Correct "address": it is no address of this channel.',
} as const

/** The header block for one message. */
export const showHeaders =
  (deps: HeadersDeps): Handler<AppEnv> =>
  c => {
    const question = readQuestion(c, ['channel', 'program', 'address'])
    if ('detail' in question) return problem(c, 'invalid-query', question.detail)
    const address = c.req.query('address')
    if (!address) return problem(c, 'invalid-query', 'Ask with address=…, percent-encoded: a + in it is %2B.')
    const answer = mailHeaders(deps, c.get('site'), question)(address)
    if (!('refused' in answer)) return freshJson(c, answer)
    const { refused } = answer
    return problem(c, refused === 'unknown-address' ? refused : 'invalid-query', WHAT_TO_DO[refused])
  }

/** `MOST_ADDRESSES` of them, each with its quotes and comma. */
const JSON_LIMIT = 1_048_576
/** So many without a pause: others are heard in between. */
const AT_ONCE = 200

/** The same for many: a mailer sends to thousands. */
export const showManyHeaders =
  (deps: HeadersDeps): Handler<AppEnv> =>
  async c => {
    const question = readQuestion(c, ['channel', 'program'])
    if ('detail' in question) return problem(c, 'invalid-query', question.detail)
    const body = await readJson(c, JSON_LIMIT)
    if ('refusal' in body) return body.refusal
    const asked = headersRequest.safeParse(body.json)
    if (!asked.success)
      return problem(
        c,
        'not-a-batch',
        `Send {"addresses": […]} with 1 to ${MOST_ADDRESSES} addresses and nothing else.`,
      )
    const headersOf = mailHeaders(deps, c.get('site'), question)
    const rows: HeadersAnswer[] = []
    for (let n = 0; n < asked.data.addresses.length; n += AT_ONCE) {
      const some = asked.data.addresses.slice(n, n + AT_ONCE)
      rows.push(...deps.ledger.store.snapshot(() => some.map(headersOf)))
      // oxlint-disable-next-line no-await-in-loop -- one part after the other
      await nextTurn()
    }
    return freshJson(c, {
      rows: rows.map(row => ('refused' in row ? { ...row, detail: WHAT_TO_DO[row.refused] } : row)),
    })
  }

function readQuestion(
  c: Context<AppEnv>,
  parameters: readonly string[],
): HeaderQuestion | { readonly detail: string } {
  const asked = Object.entries(c.req.queries())
  // What is misspelt would be passed over: the answer would be to another question.
  if (asked.some(([name, values]) => !parameters.includes(name) || values.length > 1))
    return { detail: `Ask with ${parameters.join(', ')}, each once, and with nothing else.` }
  const { channel, program } = c.req.query()
  if (!isChannel(channel)) return { detail: `Ask with channel=${CHANNELS.join(' or channel=')}.` }
  const known = c.get('site').configuration.programs.find(({ id }) => id === program)
  if (!known) return { detail: noSuchProgram(c.get('site'), program) }
  if (!hasChannel(known, channel)) return { detail: `"${known.id}" writes nobody by ${channel}.` }
  return { channel, program: known.id }
}
