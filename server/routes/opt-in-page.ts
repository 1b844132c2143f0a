import type { Context, Handler } from 'hono'
import type { Channel, Program } from '../../shared/domain/site.ts'
import { sentOptIn } from '../../shared/schemas/marketing.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { appendOptIns, type OptInAnswer } from '../marketing/opt-in.ts'
import { readForm } from '../middleware/body.ts'
import type { AppEnv } from '../middleware/env.ts'
import type { NoteRefusals } from '../middleware/refusals.ts'
import { overLimit, type Limits } from '../middleware/rate-limit.ts'
import { answerPage, mintId, noSuchPage, pageOf, type FormPage } from './form-page.ts'
import { readItem } from './item.ts'
import { decidedAtOf, sentTwiceIsOnce } from './sent-twice.ts'
import { senderOf } from './opt-ins.ts'

/** Refusals that have words of their own on the page, beside a field or for the whole form. */
const OF_FIELD = ['invalid-address', 'country-not-served']
const OF_FORM: Readonly<Record<string, string>> = {
  minor: 'of-age:minor',
  'program-closed': 'program-closed',
}

/** The form for whoever has no scripts, with fresh ids in it. */
export const showOptInPage =
  (ledger: Ledger): Handler<AppEnv> =>
  c => {
    const asked = find(c, ledger)
    return asked ? show(c, ledger, asked, new URLSearchParams(), []) : noSuchPage(c)
  }

export const receiveOptInPage =
  (ledger: Ledger, limits: Limits, refusals: NoteRefusals): Handler<AppEnv> =>
  async c => {
    const asked = find(c, ledger)
    if (!asked) return noSuchPage(c)
    const body = await readForm(c)
    if ('refusal' in body) return body.refusal
    const { form } = body
    const faults = missing(asked.program, form)
    if (faults.length > 0) return show(c, ledger, asked, form, faults)
    const ticked = tickedIn(asked.program, form)
    const over = overLimit(c, limits, ticked.length)
    if (over) return over
    return show(c, ledger, asked, form, await append(c, { ledger, refusals }, asked, form, ticked))
  }

interface Asked {
  readonly program: Program
  readonly page: FormPage
}

function find(c: Context<AppEnv>, ledger: Ledger): Asked | undefined {
  const { site } = c.var
  const program = site.configuration.programs.find(({ id }) => id === c.req.param('page')?.split('.')[1])
  const page = program && pageOf(c, ledger, site, `opt-in-page.${program.id}`)
  return page && { program, page }
}

const tickedIn = ({ disclosures }: Program, form: URLSearchParams): Channel[] =>
  disclosures.map(({ channel }) => channel).filter(channel => form.get(channel) === 'yes')

/** What keeps the form from being read at all: then nobody's address goes any further. */
function missing(program: Program, form: URLSearchParams): string[] {
  const ticked = tickedIn(program, form)
  if (ticked.length === 0) return ['nothing']
  const isMinor = program.minimumAge !== undefined && form.get('of-age') !== 'yes'
  const empty = ticked.filter(channel => !form.get(`${channel}-address`)?.trim())
  return [...empty.map(channel => `${channel}:empty`), ...(isMinor ? ['of-age:minor'] : [])]
}

/** Facts that follow from the answers. */
async function append(
  c: Context<AppEnv>,
  { ledger, refusals }: { readonly ledger: Ledger; readonly refusals: NoteRefusals },
  { program, page }: Asked,
  form: URLSearchParams,
  ticked: readonly Channel[],
): Promise<string[]> {
  const { key, configuration } = c.var.site
  const optInOf = (channel: Channel): unknown => ({
    id: form.get(`${channel}-id`),
    program: program.id,
    channel,
    address: form.get(`${channel}-address`),
    decidedAt: decidedAtOf(ledger, key, form.get(`${channel}-id`)),
    configuration: form.get('configuration'),
    text: form.get('text'),
    language: page.language,
    method: 'page',
    ...(form.get('of-age') === 'yes' && { ofAge: true }),
  })
  const answers = await sentTwiceIsOnce(() => {
    const read = ticked.map(channel => readItem(sentOptIn, optInOf(channel), 'the form'))
    const wellFormed = read.flatMap(each => ('item' in each ? [each.item] : []))
    return appendOptIns(ledger, key, wellFormed, configuration, senderOf(c))
  })
  refusals(key, answers)
  return ticked.flatMap(channel =>
    factsOf(
      channel,
      answers.find(({ id }) => id === form.get(`${channel}-id`)),
    ),
  )
}

function factsOf(channel: Channel, answer: OptInAnswer | undefined): string[] {
  if (answer && 'index' in answer)
    return ['done', `done:${channel}`, ...(answer.confirmation === 'double' ? [`waits:${channel}`] : [])]
  const reason = answer?.refused ?? ''
  return [OF_FIELD.includes(reason) ? `${channel}:${reason}` : (OF_FORM[reason] ?? 'failed')]
}

/** What is stored has its receipt number; what is not gets a fresh id, and stands as it was typed. */
function show(
  c: Context<AppEnv>,
  { now }: Ledger,
  { program, page }: Asked,
  form: URLSearchParams,
  facts: readonly string[],
): Response {
  const { hash, configuration } = c.var.site
  const channels = program.disclosures.map(({ channel }) => channel)
  const done = channels.filter(channel => facts.includes(`done:${channel}`))
  const isOver = done.length > 0 && done.length === tickedIn(program, form).length
  const values = channels.map(channel => [
    [`${channel}-id`, mintId(now())],
    [`${channel}-address`, form.get(`${channel}-address`) ?? ''],
  ])
  const ticked = [...channels, 'of-age'].filter(
    name => form.get(name) === 'yes' && !(done as readonly string[]).includes(name),
  )
  return answerPage(
    c,
    page,
    {
      facts: new Set([...facts, ...(isOver ? ['over'] : [])]),
      values: { ...Object.fromEntries(values.flat()), configuration: hash, text: page.text.hash },
      ticked: new Set(ticked),
      receipts: Object.fromEntries(done.map(channel => [channel, form.get(`${channel}-id`)!])),
    },
    configuration.origins,
  )
}
