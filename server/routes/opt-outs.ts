import type { Context, Handler } from 'hono'
import { MOST_OPT_INS, optOutBatch, sentOptOut } from '../../shared/schemas/marketing.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { appendOptOuts, type SentOptOut } from '../marketing/opt-out.ts'
import { readJson } from '../middleware/body.ts'
import type { AppEnv } from '../middleware/env.ts'
import type { NoteRefusals } from '../middleware/refusals.ts'
import { problem } from '../middleware/problem.ts'
import { freshJson } from '../middleware/public-answer.ts'
import { overLimit, type Limits } from '../middleware/rate-limit.ts'
import { readItem, type Malformed } from './item.ts'
import { wireAnswer } from './marketing-answer.ts'

/** Takes opt-outs; the answer is the same for an address that is known and one that is not. */
export const receiveOptOuts =
  (ledger: Ledger, limits: Limits, refusals: NoteRefusals): Handler<AppEnv> =>
  async c => {
    const body = await readJson(c)
    if ('refusal' in body) return body.refusal
    const batch = optOutBatch.safeParse(body.json)
    if (!batch.success)
      return problem(
        c,
        'not-a-batch',
        `Send {"optOuts": […]} with 1 to ${MOST_OPT_INS} opt-outs and nothing else.`,
      )
    const { optOuts } = batch.data
    // Who holds a key passes on what many people said, and no no may be lost for that.
    const over = hasKey(c) ? undefined : overLimit(c, limits, optOuts.length)
    if (over) return over

    const read = optOuts.map(value => withMethod(c, readItem(sentOptOut, value, 'the opt-out')))
    const wellFormed = read.flatMap(r => ('item' in r ? [r.item] : []))
    const { key, configuration } = c.get('site')
    const appended = await appendOptOuts(ledger, key, wellFormed, configuration)
    let next = 0
    const entries = read.map(r => wireAnswer('item' in r ? appended[next++]! : r))
    refusals(key, entries)
    return freshJson(c, { entries })
  }

const hasKey = (c: Context<AppEnv>): boolean => (c.get('key') as unknown) !== undefined

/** Where somebody acted is not the sender's to choose: a page says form or page, a key api. */
function withMethod(
  c: Context<AppEnv>,
  read: { readonly item: SentOptOut } | Malformed,
): { readonly item: SentOptOut } | Malformed {
  if (!('item' in read) || (read.item.method === 'api') === hasKey(c)) return read
  const right = hasKey(c) ? '"api"' : '"form" or "page"'
  return { id: read.item.id, refused: 'malformed', detail: `Correct method: must be ${right} here.` }
}
