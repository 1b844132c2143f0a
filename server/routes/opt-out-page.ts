import type { Context, Handler } from 'hono'
import { CHANNELS, type Channel } from '../../shared/domain/site.ts'
import { sentOptOut } from '../../shared/schemas/marketing.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { findAddress } from '../marketing/find-address.ts'
import { appendOptOuts } from '../marketing/opt-out.ts'
import { idOfNo } from '../marketing/said-once-more.ts'
import { readForm } from '../middleware/body.ts'
import type { AppEnv } from '../middleware/env.ts'
import type { NoteRefusals } from '../middleware/refusals.ts'
import { overLimit, type Limits } from '../middleware/rate-limit.ts'
import { idFor, saidOf, type FormAgain, type Passing } from './form-again.ts'
import { answerPage, noSuchPage, pageOf } from './form-page.ts'
import { readItem } from './item.ts'
import { decidedAtOf, sentTwiceIsOnce } from './sent-twice.ts'

const NAME = 'opt-out-page'

export const showOptOutPage =
  (ledger: Ledger): Handler<AppEnv> =>
  c =>
    show(c, ledger, new URLSearchParams(), [])

/** An address and nothing else; the answer is the same whether it was ever known or not. */
export const receiveOptOutPage =
  (ledger: Ledger, limits: Limits, refusals: NoteRefusals): Handler<AppEnv> =>
  async c => {
    const body = await readForm(c)
    if ('refusal' in body) return body.refusal
    const { form } = body
    const named = CHANNELS.filter(channel => form.get(`${channel}-address`)?.trim())
    if (named.length === 0) return show(c, ledger, form, ['nothing'])
    const over = overLimit(c, limits, named.length)
    if (over) return over
    return show(c, ledger, form, await append(c, { ledger, refusals }, form, named))
  }

/** The form as it was typed, with what keeps it from being taken. */
export const optOutAgain =
  (ledger: Ledger): FormAgain =>
  (c, form, passing) =>
    show(c, ledger, form, [passing.fact], passing)

async function append(
  c: Context<AppEnv>,
  { ledger, refusals }: { readonly ledger: Ledger; readonly refusals: NoteRefusals },
  form: URLSearchParams,
  named: readonly Channel[],
): Promise<string[]> {
  const { key, configuration } = c.get('site')
  const ids = new Map(named.map(channel => [channel, idOf(c, ledger, form, channel)]))
  const optOutOf = (channel: Channel): unknown => ({
    id: ids.get(channel),
    channel,
    address: form.get(`${channel}-address`),
    decidedAt: decidedAtOf(ledger, key, ids.get(channel) ?? null),
    method: 'page',
  })
  const answers = await sentTwiceIsOnce(() => {
    const read = named.map(channel => readItem(sentOptOut, optOutOf(channel), 'the form'))
    const wellFormed = read.flatMap(each => ('item' in each ? [each.item] : []))
    return appendOptOuts(ledger, key, wellFormed, configuration)
  })
  refusals(key, answers)
  return named.flatMap(channel => {
    const answer = answers.find(({ id }) => id === ids.get(channel))
    if (answer && 'index' in answer) return ['done', `done:${channel}`]
    return answer?.refused === 'invalid-address' ? [`${channel}:invalid-address`] : ['failed']
  })
}

function idOf(c: Context<AppEnv>, ledger: Ledger, form: URLSearchParams, channel: Channel): string | null {
  const [sent, given] = [form.get(`${channel}-id`), form.get(`${channel}-address`) ?? '']
  const { key, configuration } = c.get('site')
  const found = findAddress(ledger, key, { channel, given }, configuration)
  return sent === null || 'detail' in found
    ? sent
    : idOfNo(ledger, key, sent, { subject: found.subject, channel })
}

function show(
  c: Context<AppEnv>,
  ledger: Ledger,
  form: URLSearchParams,
  facts: readonly string[],
  passing?: Passing,
): Response {
  const page = pageOf(c, ledger, c.get('site'), NAME)
  if (!page) return noSuchPage(c)
  const done = CHANNELS.filter(channel => facts.includes(`done:${channel}`))
  const isOver = done.length > 0 && done.length === facts.filter(fact => fact.includes(':')).length
  const values = CHANNELS.map(channel => [
    [`${channel}-id`, idFor(form.get(`${channel}-id`), passing, ledger.now())],
    [`${channel}-address`, form.get(`${channel}-address`) ?? ''],
  ])
  return answerPage(
    c,
    page,
    {
      facts: new Set([...facts, ...(isOver && !facts.includes('failed') ? ['over'] : [])]),
      values: Object.fromEntries(values.flat()) as Record<string, string>,
      ticked: new Set(),
      receipts: Object.fromEntries(done.map(channel => [channel, form.get(`${channel}-id`)!])),
      said: saidOf(passing, page.language),
    },
    passing,
  )
}
