import type { Context, Handler } from 'hono'
import type { Ledger } from '../ledger/ledger.ts'
import { confirmOptIn } from '../marketing/confirm.ts'
import { maskAddress } from '../marketing/mask.ts'
import { askedBy, type Asked } from '../messages/asked.ts'
import type { Outbox } from '../messages/outbox.ts'
import { readForm } from '../middleware/body.ts'
import type { AppEnv } from '../middleware/env.ts'
import { overLimit, type Limits } from '../middleware/rate-limit.ts'
import { saidOf, type FormAgain, type Passing } from './form-again.ts'
import { answerPage, noSuchPage, pageOf } from './form-page.ts'
import { senderOf } from './opt-ins.ts'

/**
 * Where a link of a confirmation leads. Opening it writes nothing, for whatever reads mail before its person does opens
 * links too: one button does. Whoever has the token may press it, so the request need not come from the page itself, which
 * tells no other site, nor this one, where it is.
 */
export const showConfirmPage =
  (outbox: Outbox): Handler<AppEnv> =>
  c =>
    show(c, outbox.ledger, askedIn(c, outbox))

export const receiveConfirmPage =
  (outbox: Outbox, limits: Limits): Handler<AppEnv> =>
  async c => {
    const body = await readForm(c)
    if ('refusal' in body) return body.refusal
    const over = overLimit(c, limits, 1)
    if (over) return over
    const asked = askedIn(c, outbox)
    // Asked for once more since the page was opened: in other words, it may be. Those are shown first.
    if (asked.is !== 'waiting' || body.form.get('request') !== asked.request.id)
      return show(c, outbox.ledger, asked)
    const { ledger, messages } = outbox
    const { key } = c.get('site')
    const { subject, channel, program, id: confirms } = asked.request
    const confirming = { subject, channel, program, confirms, method: 'link' } as const
    const done = await confirmOptIn(ledger, key, confirming, senderOf(c))
    if (done.confirmed) messages.useToken(key, asked.token.hash, ledger.now())
    return show(c, ledger, askedIn(c, outbox))
  }

/** The page with what keeps it from being taken just now. */
export const confirmAgain =
  (outbox: Outbox): FormAgain =>
  (c, _form, passing) =>
    show(c, outbox.ledger, askedIn(c, outbox), passing)

const askedIn = (c: Context<AppEnv>, outbox: Outbox): Asked =>
  askedBy(outbox, c.get('site').key, c.req.query('token'))

function show(c: Context<AppEnv>, ledger: Ledger, asked: Asked, passing?: Passing): Response {
  const page = pageOf(c, ledger, c.get('site'), 'confirm-page')
  if (!page) return noSuchPage(c)
  const isKnown = asked.is === 'waiting' || asked.is === 'confirmed'
  const said = isKnown
    ? {
        program: asked.program.name[page.language] ?? asked.program.id,
        address: maskAddress(asked.token.channel, asked.address),
        words: asked.words,
      }
    : {}
  return answerPage(
    c,
    page,
    {
      facts: new Set([asked.is, ...(passing && asked.is === 'waiting' ? [passing.fact] : [])]),
      values: isKnown ? { request: asked.request.id } : {},
      ticked: new Set(),
      receipts: {},
      said: { ...said, ...saidOf(passing, page.language) },
    },
    { referrer: 'no-referrer', status: passing?.status ?? (asked.is === 'gone' ? 404 : 200) },
  )
}
