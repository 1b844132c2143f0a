import type { Context, Handler } from 'hono'
import { takesOptIns, type Channel, type Program } from '../../shared/domain/site.ts'
import { sentOptIn } from '../../shared/schemas/marketing.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { appendOptIns, type OptInAnswer } from '../marketing/opt-in.ts'
import { readForm } from '../middleware/body.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import type { NoteRefusals } from '../middleware/refusals.ts'
import { overLimit, type Limits } from '../middleware/rate-limit.ts'
import { idFor, saidOf, type FormAgain, type Passing } from './form-again.ts'
import { answerPage, noSuchPage, pageOf, type FormPage } from './form-page.ts'
import { readItem } from './item.ts'
import { decidedAtOf, sentTwiceIsOnce } from './sent-twice.ts'
import { senderOf } from './opt-ins.ts'

/** Refusals that have words of their own on the page, beside a field or for the whole form. */
const OF_FIELD = ['invalid-address', 'country-not-served']
const OF_FORM: Readonly<Record<string, string>> = { minor: 'of-age:minor' }

/** The form for whoever has no scripts, with fresh ids in it. */
export const showOptInPage =
  (ledger: Ledger): Handler<AppEnv> =>
  c => {
    const asked = find(c, ledger)
    return asked instanceof Response ? asked : show(c, ledger, asked, new URLSearchParams(), [])
  }

export const receiveOptInPage =
  (ledger: Ledger, limits: Limits, refusals: NoteRefusals): Handler<AppEnv> =>
  async c => {
    const asked = find(c, ledger)
    if (asked instanceof Response) return asked
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

/** The form as it was typed, with what keeps it from being taken. */
export const optInAgain =
  (ledger: Ledger): FormAgain =>
  (c, form, passing) => {
    const asked = find(c, ledger)
    return asked instanceof Response ? undefined : show(c, ledger, asked, form, [passing.fact], passing)
  }

interface Asked {
  readonly program: Program
  readonly page: FormPage
}

function find(c: Context<AppEnv>, ledger: Ledger): Asked | Response {
  const site = c.get('site')
  const program = site.configuration.programs.find(({ id }) => id === c.req.param('page')?.split('.')[1])
  if (program && !takesOptIns(program))
    return problem(c, 'program-closed', 'This sign-up is closed: nothing can be sent to it.')
  const page = program && pageOf(c, ledger, site, nameOf(program))
  return page ? { program, page } : noSuchPage(c)
}

const nameOf = ({ id }: Program): string => `opt-in-page.${id}`

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
  const { key, configuration } = c.get('site')
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
  ledger: Ledger,
  asked: Asked,
  form: URLSearchParams,
  facts: readonly string[],
  passing?: Passing,
): Response {
  const { origins } = c.get('site').configuration
  const channels = asked.program.disclosures.map(({ channel }) => channel)
  const done = channels.filter(channel => facts.includes(`done:${channel}`))
  const isOver = done.length > 0 && done.length === tickedIn(asked.program, form).length
  const { page, configuration, isChanged } = wordsFor(c, ledger, asked, form, done.length > 0)
  const values = channels.map(channel => [
    [`${channel}-id`, idFor(form.get(`${channel}-id`), passing, ledger.now())],
    [`${channel}-address`, form.get(`${channel}-address`) ?? ''],
  ])
  const ticked = [...channels, 'of-age'].filter(
    name => form.get(name) === 'yes' && !isChanged && !(done as readonly string[]).includes(name),
  )
  const stays = isChanged ? facts.filter(fact => fact !== 'failed').concat('changed') : facts
  return answerPage(
    c,
    page,
    {
      facts: new Set([...stays, ...(isOver ? ['over'] : [])]),
      values: { ...Object.fromEntries(values.flat()), configuration, text: page.text.hash },
      ticked: new Set(ticked),
      receipts: Object.fromEntries(done.map(channel => [channel, form.get(`${channel}-id`)!])),
      said: saidOf(passing, page.language),
    },
    { frames: origins, ...passing },
  )
}

interface Words {
  readonly page: FormPage
  /** Hash of the configuration they belong to. */
  readonly configuration: string
  /** Other words than the form was sent with: what was ticked beside those is not ticked beside these. */
  readonly isChanged: boolean
}

/** What was agreed to is shown as it was read; whoever has still to agree reads the words of today. */
function wordsFor(
  c: Context<AppEnv>,
  { store }: Ledger,
  { page }: Asked,
  form: URLSearchParams,
  isAgreed: boolean,
): Words {
  const { key, hash } = c.get('site')
  const [read, configuration] = [form.get('text'), form.get('configuration')]
  const text = isAgreed && read !== null ? store.text(key, read) : undefined
  return text && configuration !== null
    ? { page: { ...page, text }, configuration, isChanged: false }
    : { page, configuration: hash, isChanged: read !== null && read !== page.text.hash }
}
