import type { Handler } from 'hono'
import { erasureRequest } from '../../shared/schemas/erasure.ts'
import { erasedAnswer } from '../erasure/answer.ts'
import { certificateOf } from '../erasure/certificate.ts'
import type { Erasures } from '../erasure/erase.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { findAddress, type FoundAddress } from '../marketing/find-address.ts'
import { readJson } from '../middleware/body.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { freshJson } from '../middleware/public-answer.ts'
import { overLimit, type Limits } from '../middleware/rate-limit.ts'

/** Erases one person, for whoever holds a key that may: they are told whether there was anybody. */
export const receiveErasure =
  (ledger: Ledger, erasures: Erasures, limits: Limits): Handler<AppEnv> =>
  async c => {
    const body = await readJson(c)
    if ('refusal' in body) return body.refusal
    const asked = erasureRequest.safeParse(body.json)
    if (!asked.success)
      return problem(
        c,
        'not-an-erasure',
        'Send {"channel": "email" or "sms", "address": …} or {"subject": …}, and a "reason" of the list if you like.',
      )
    const over = overLimit(c, limits, 1)
    if (over) return over

    const { key: site, configuration } = c.get('site')
    const { reason } = asked.data
    const found: Partial<FoundAddress> | { readonly detail: string } =
      'subject' in asked.data
        ? { subject: asked.data.subject }
        : findAddress(ledger, site, { channel: asked.data.channel, given: asked.data.address }, configuration)
    if ('detail' in found) return problem(c, 'not-an-erasure', `"address" ${found.detail}`)
    const { subject, address, suppressedAt } = found
    const done =
      subject === undefined
        ? undefined
        : await erasures.erase(site, { subject, ...(address && { address }), reason })
    if (!done)
      return freshJson(c, {
        erased: false,
        ...(suppressedAt !== undefined && { suppressedAt: new Date(suppressedAt).toISOString() }),
      })
    return freshJson(c, { ...erasedAnswer(done), certificate: await certificateOf(ledger, site, done) })
  }
