import type { Context, Handler } from 'hono'
import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { CHECK_MODES, isCheckMode, type CheckSummary } from '../../shared/domain/check.ts'
import { hasChannel } from '../../shared/domain/check-opt-in.ts'
import { faultText, type Log } from '../../shared/domain/log.ts'
import { CHANNELS, isChannel } from '../../shared/domain/site.ts'
import { checkRequest, MOST_ADDRESSES } from '../../shared/schemas/check.ts'
import { contentHash } from '../ledger/entry.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { AT_ONCE, type CheckedList } from '../marketing/lists/answered-list.ts'
import { BadList } from '../marketing/lists/bad-list.ts'
import { checkCsv } from '../marketing/lists/check-csv.ts'
import { answerJson, checkNdjson } from '../marketing/lists/check-ndjson.ts'
import { checkList, isSendable, type ListQuestion, type RowAnswer } from '../marketing/lists/check.ts'
import { concludeCheck } from '../marketing/lists/conclude.ts'
import { noSuchProgram } from '../marketing/misspelt.ts'
import { sellerOf } from '../marketing/status/question.ts'
import { readJson } from '../middleware/body.ts'
import type { AppEnv } from '../middleware/env.ts'
import { haveAsLongAsItTakes } from '../middleware/patience.ts'
import { problem } from '../middleware/problem.ts'
import { freshJson } from '../middleware/public-answer.ts'
import { readSending, SENDING, type SendDeps } from './send-question.ts'

/** `MOST_ADDRESSES` of them, each with its quotes and comma. */
const JSON_LIMIT = 1_048_576

const NDJSON = ['application/x-ndjson', 'application/ndjson', 'application/jsonl']

/** May each address of a list be written to? JSON for thousands; CSV and NDJSON in and out, as they come, for any number. */
export const checkAddresses =
  (ledger: Ledger, messages: SendDeps['messages'], log: Log): Handler<AppEnv> =>
  async c => {
    const question = readQuestion(c, { messages, now: ledger.now }, ledger)
    if ('detail' in question) return problem(c, 'invalid-query', question.detail)
    const type = c.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
    if (type === 'text/csv') return checkedCsv(c, ledger, log, question)
    if (NDJSON.includes(type)) return checkedNdjson(c, ledger, log, question)
    return checkedJson(c, ledger, question)
  }

const actorOf = (c: Context<AppEnv>): string => `key:${c.get('key').id}`

async function checkedJson(c: Context<AppEnv>, ledger: Ledger, question: ListQuestion): Promise<Response> {
  const body = await readJson(c, JSON_LIMIT)
  if ('refusal' in body) return body.refusal
  const asked = checkRequest.safeParse(body.json)
  if (!asked.success)
    return problem(
      c,
      'not-a-batch',
      `Send {"addresses": […]} with 1 to ${MOST_ADDRESSES} addresses and nothing else; a longer list as text/csv or application/x-ndjson.`,
    )
  const { mode } = question
  const check = checkList(ledger, c.get('site'), question)
  const rows: RowAnswer[] = []
  for (let n = 0; n < asked.data.addresses.length; n += AT_ONCE) {
    rows.push(...check.answer(asked.data.addresses.slice(n, n + AT_ONCE).map(address => ({ address }))))
    // oxlint-disable-next-line no-await-in-loop -- others are heard in between
    await nextTurn()
  }
  const shown = rows.filter(row => !row.isOld && (mode !== 'filter' || isSendable(row)))
  const list = contentHash(body.bytes)
  const summary = await concludeCheck(ledger, c.get('site'), question, check, {
    format: 'json',
    list,
    actor: actorOf(c),
  })
  return freshJson(c, {
    ...(mode !== 'count' && { rows: shown.map(answerJson) }),
    summary: summary,
  })
}

/** What the list came to is known when its last row was answered, so it comes behind them (RFC 9110, 6.5). */
const TRAILER = 'Assent-Summary'
/** For `fetch`, which reads no trailer: the same behind the last row, after a character no list begins a row with (RFC 7464). */
const BEHIND = '\u001e'

async function checkedCsv(
  c: Context<AppEnv>,
  ledger: Ledger,
  log: Log,
  question: AskedQuestion,
): Promise<Response> {
  // Its answer would end like a whole one where it broke off.
  if (isOfHttp10(c))
    return problem(c, 'not-a-batch', 'Send a list over HTTP/1.1: nginx needs "proxy_http_version 1.1;".')
  return streamed(c, log, question, {
    type: 'text/csv; charset=utf-8',
    begin: body => checkCsv(ledger, c.get('site'), question, body, actorOf(c)),
    end: summary => {
      const said = headerJson(summary)
      addTrailer(c, said)
      return question.isSummaryBehind ? `${BEHIND}${said}\n` : ''
    },
    headers: { Trailer: TRAILER },
  })
}

/** Its last line is the summary, for programs that read no trailers: an answer without it broke off. */
const checkedNdjson = (
  c: Context<AppEnv>,
  ledger: Ledger,
  log: Log,
  question: ListQuestion,
): Promise<Response> =>
  streamed(c, log, question, {
    type: 'application/x-ndjson',
    begin: body => checkNdjson(ledger, c.get('site'), question, body, actorOf(c)),
    end: summary => `${JSON.stringify({ summary })}\n`,
    headers: {},
  })

interface Streaming {
  readonly type: string
  readonly begin: (body: AsyncIterable<Uint8Array>) => Promise<CheckedList>
  /** What stands behind the last row. */
  readonly end: (summary: CheckSummary) => string
  readonly headers: Readonly<Record<string, string>>
}

async function streamed(
  c: Context<AppEnv>,
  log: Log,
  { mode }: ListQuestion,
  { type, begin, end, headers }: Streaming,
): Promise<Response> {
  if (!c.req.raw.body) return problem(c, 'not-a-batch', 'Send the list as the body.')
  haveAsLongAsItTakes(c)
  try {
    const list = await begin(c.req.raw.body)
    if (mode === 'count') {
      for await (const _ of list.text);
      return freshJson(c, { summary: await list.finish() })
    }
    const broken = (fault: string) => log.warn('check broken off', { site: c.get('site').key, fault })
    const body = Readable.toWeb(Readable.from(encoded(list, end, broken), { objectMode: false }))
    return new Response(body as ReadableStream, {
      headers: { ...c.get('publicHeaders'), 'Cache-Control': 'no-store', 'Content-Type': type, ...headers },
    })
  } catch (cause) {
    if (cause instanceof BadList) return problem(c, 'not-a-batch', `Correct the list: ${cause.message}.`)
    throw cause
  }
}

/** A list that breaks off in the middle breaks off its answer: what came so far is not taken for all of it. */
async function* encoded(
  { text, finish }: CheckedList,
  end: Streaming['end'],
  tell: (fault: string) => void,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of text) if (piece !== '') yield Buffer.from(piece)
    const last = end(await finish())
    if (last !== '') yield Buffer.from(last)
  } catch (cause) {
    tell(faultText(cause))
    throw cause
  }
}

const isOfHttp10 = (c: Context<AppEnv>): boolean =>
  (c.env as AppEnv['Bindings'] | undefined)?.incoming?.httpVersion === '1.0'

function addTrailer(c: Context<AppEnv>, summary: string): void {
  const { outgoing } = (c.env as AppEnv['Bindings'] | undefined) ?? {}
  outgoing?.addTrailers({ [TRAILER]: summary })
}

/** In the letters a header may have: a signature line begins with a dash that is none of them. */
const headerJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const PARAMETERS = ['channel', 'program', 'mode', 'column', 'summary', 'after', ...SENDING]

interface AskedQuestion extends ListQuestion {
  readonly isSummaryBehind: boolean
}

function readQuestion(
  c: Context<AppEnv>,
  deps: SendDeps,
  { store }: Ledger,
): AskedQuestion | { readonly detail: string } {
  const asked = Object.entries(c.req.queries())
  // What is misspelt would be passed over: the answer would be to another question.
  if (asked.some(([name, values]) => !PARAMETERS.includes(name) || values.length > 1))
    return { detail: `Ask with ${PARAMETERS.join(', ')}, each once, and with nothing else.` }
  const { channel, program, mode = 'annotate', column, summary, after: since, ...more } = c.req.query()
  if (!isChannel(channel)) return { detail: `Ask with channel=${CHANNELS.join(' or channel=')}.` }
  if (!isCheckMode(mode)) return { detail: `Ask with mode=${CHECK_MODES.join(' or mode=')}.` }
  if (summary !== undefined && summary !== 'behind')
    return { detail: 'Ask with summary=behind, or without it.' }
  const site = c.get('site')
  const known = site.configuration.programs.find(({ id }) => id === program)
  if (!known) return { detail: noSuchProgram(site, program) }
  // Of one address it is an answer; a whole list of that is a slip of whoever asks.
  if (!hasChannel(known, channel)) return { detail: `"${known.id}" writes nobody by ${channel}.` }
  if (more['seller'] !== undefined && more['seller'] !== sellerOf(known, site))
    return { detail: `"${known.id}" is not sent by "${more['seller']}": consent is never another seller’s.` }
  const after = since === undefined ? undefined : readSize(since, store.size(site.key))
  if (after === null)
    return { detail: 'Ask with after=…, the "logSize" of an earlier check: it is a number of entries.' }
  if (after !== undefined && mode === 'filter')
    return { detail: 'Ask for what changed with mode=annotate or mode=count: none of it may be sent to.' }
  const sending = readSending(deps, site, { channel, program: known.id }, more)
  if ('detail' in sending) return sending
  return {
    channel,
    program: known.id,
    mode,
    isSummaryBehind: summary === 'behind',
    ...sending,
    ...(column !== undefined && { column }),
    ...(after !== undefined && { after }),
  }
}

/** `null` when it is no size that the log has had. */
export const readSize = (text: string, size: number): number | null =>
  /^\d{1,15}$/.test(text) && Number(text) <= size ? Number(text) : null
