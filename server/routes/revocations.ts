import type { Handler } from 'hono'
import { parseMoment } from '../../shared/schemas/moment.ts'
import { revocationRequest } from '../../shared/schemas/revocation.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { recordRevocation } from '../marketing/revocation.ts'
import { readJson } from '../middleware/body.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { freshJson } from '../middleware/public-answer.ts'
import { plainWords } from '../../shared/schemas/plain-words.ts'
import { mintId } from '../ledger/mint-id.ts'

/** Records a no that somebody was told. No limit: whoever holds the key passes on what people said. */
export const receiveRevocation =
  (ledger: Ledger): Handler<AppEnv> =>
  async c => {
    const body = await readJson(c)
    if ('refusal' in body) return body.refusal
    const sent = revocationRequest.safeParse(body.json, { error: plainWords })
    if (!sent.success) {
      const { path, message } = sent.error.issues[0]!
      return problem(c, 'not-a-revocation', `Correct ${path.join('.') || 'the body'}: ${message}.`)
    }
    const { key, configuration } = c.get('site')
    const { id = mintId(ledger.now()), decidedAt, ...said } = sent.data
    const answer = await recordRevocation(
      ledger,
      key,
      { id, ...said, decidedAt: parseMoment(decidedAt)!, actor: `key:${c.get('key').id}` },
      configuration,
    )
    if ('detail' in answer) return problem(c, 'not-a-revocation', `Correct it: ${answer.detail}.`)
    return freshJson(c, { ...answer, receivedAt: new Date(answer.receivedAt).toISOString() })
  }
