import type { Context, Handler } from 'hono'
import { MOST_OPT_INS, optInBatch, sentOptIn } from '../../shared/schemas/marketing.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { appendOptIns, type Sender } from '../marketing/opt-in.ts'
import { readJson } from '../middleware/body.ts'
import { networkOf } from '../middleware/client-address.ts'
import type { AppEnv } from '../middleware/env.ts'
import type { NoteRefusals } from '../middleware/refusals.ts'
import { problem } from '../middleware/problem.ts'
import { freshJson } from '../middleware/public-answer.ts'
import { overLimit, type Limits } from '../middleware/rate-limit.ts'
import { readItem } from './item.ts'
import { wireAnswer } from './marketing-answer.ts'

/** Takes the ticked boxes of one form; the answer is the same whether an address was known before or not. */
export const receiveOptIns =
  (ledger: Ledger, limits: Limits, refusals: NoteRefusals): Handler<AppEnv> =>
  async c => {
    const body = await readJson(c)
    if ('refusal' in body) return body.refusal
    const batch = optInBatch.safeParse(body.json)
    if (!batch.success)
      return problem(
        c,
        'not-a-batch',
        `Send {"optIns": […]} with 1 to ${MOST_OPT_INS} opt-ins and nothing else.`,
      )
    const { optIns } = batch.data
    const over = overLimit(c, limits, optIns.length)
    if (over) return over

    const read = optIns.map(value => readItem(sentOptIn, value, 'the opt-in'))
    const wellFormed = read.flatMap(r => ('item' in r ? [r.item] : []))
    const { key, configuration } = c.get('site')
    const appended = await appendOptIns(ledger, key, wellFormed, configuration, senderOf(c))
    let next = 0
    const entries = read.map(r => wireAnswer('item' in r ? appended[next++]! : r))
    refusals(key, entries)
    return freshJson(c, { entries })
  }

/** Longer ones tell more of the browser than of the person. */
const MOST_OF_AGENT = 512

export function senderOf(c: Context<AppEnv>): Sender {
  const network = networkOf(c.get('addressPrefix'))
  const userAgent = c.req.header('user-agent')?.slice(0, MOST_OF_AGENT)
  const page = c.req.header('origin')
  return {
    ...(network !== undefined && { network }),
    ...(userAgent !== undefined && { userAgent }),
    ...(page !== undefined && { page }),
  }
}
