import type { Context, Handler } from 'hono'
import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { CHECK_MODES, isCheckMode } from '../../shared/domain/check.ts'
import { hasChannel } from '../../shared/domain/check-opt-in.ts'
import { faultText, type Log } from '../../shared/domain/log.ts'
import { CHANNELS, isChannel } from '../../shared/domain/site.ts'
import { checkRequest, MOST_ADDRESSES } from '../../shared/schemas/check.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { AT_ONCE, checkCsv, type CsvQuestion } from '../marketing/lists/check-csv.ts'
import { checkList, type RowAnswer } from '../marketing/lists/check.ts'
import { BadList } from '../marketing/lists/bad-list.ts'
import { readJson } from '../middleware/body.ts'
import type { AppEnv } from '../middleware/env.ts'
import { haveAsLongAsItTakes } from '../middleware/patience.ts'
import { problem } from '../middleware/problem.ts'
import { freshJson } from '../middleware/public-answer.ts'

/** `MOST_ADDRESSES` of them, each with its quotes and comma. */
const JSON_LIMIT = 1_048_576

/** May each address of a list be written to? JSON for thousands; CSV in and out, as it comes, for any number. */
export const checkAddresses =
  (ledger: Ledger, log: Log): Handler<AppEnv> =>
  async c => {
    const question = readQuestion(c)
    if ('detail' in question) return problem(c, 'invalid-query', question.detail)
    const type = c.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
    return type === 'text/csv' ? checkedCsv(c, ledger, log, question) : checkedJson(c, ledger, question)
  }

async function checkedJson(c: Context<AppEnv>, ledger: Ledger, question: CsvQuestion): Promise<Response> {
  const body = await readJson(c, JSON_LIMIT)
  if ('refusal' in body) return body.refusal
  const asked = checkRequest.safeParse(body.json)
  if (!asked.success)
    return problem(
      c,
      'not-a-batch',
      `Send {"addresses": […]} with 1 to ${MOST_ADDRESSES} addresses and nothing else; a longer list as text/csv.`,
    )
  const { mode } = question
  const list = checkList(ledger, c.var.site, question)
  const rows: RowAnswer[] = []
  for (let n = 0; n < asked.data.addresses.length; n += AT_ONCE) {
    const some = asked.data.addresses.slice(n, n + AT_ONCE)
    rows.push(...ledger.store.snapshot(() => some.map(list.check)))
    // oxlint-disable-next-line no-await-in-loop -- others are heard in between
    await nextTurn()
  }
  const shown = mode === 'filter' ? rows.filter(({ decision }) => decision === 'send') : rows
  return freshJson(c, { ...(mode !== 'count' && { rows: shown.map(wireRow) }), summary: list.summary() })
}

const wireRow = ({ consentedAt, ...row }: RowAnswer) => ({
  ...row,
  ...(consentedAt !== undefined && { consentedAt: new Date(consentedAt).toISOString() }),
})

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
  if (!c.req.raw.body) return problem(c, 'not-a-batch', 'Send the list as the body.')
  // Its answer would end like a whole one where it broke off.
  if (isOfHttp10(c))
    return problem(c, 'not-a-batch', 'Send a list over HTTP/1.1: nginx needs "proxy_http_version 1.1;".')
  haveAsLongAsItTakes(c)
  try {
    const { text, summary } = await checkCsv(ledger, c.var.site, question, c.req.raw.body)
    if (question.mode === 'count') {
      for await (const _ of text);
      return freshJson(c, { summary: summary() })
    }
    const ended = () => {
      const said = JSON.stringify(summary())
      addTrailer(c, said)
      return question.isSummaryBehind ? `${BEHIND}${said}\n` : ''
    }
    const broken = (fault: string) => log.warn('check broken off', { site: c.var.site.key, fault })
    const body = Readable.toWeb(Readable.from(encoded(text, ended, broken), { objectMode: false }))
    return new Response(body as ReadableStream, {
      headers: {
        ...c.get('publicHeaders'),
        'Cache-Control': 'no-store',
        'Content-Type': 'text/csv; charset=utf-8',
        Trailer: TRAILER,
      },
    })
  } catch (cause) {
    if (cause instanceof BadList) return problem(c, 'not-a-batch', `Correct the list: ${cause.message}.`)
    throw cause
  }
}

/** A list that breaks off in the middle breaks off its answer: what came so far is not taken for all of it. */
async function* encoded(
  text: AsyncIterable<string>,
  ended: () => string,
  tell: (fault: string) => void,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of text) if (piece !== '') yield Buffer.from(piece)
    const behind = ended()
    if (behind !== '') yield Buffer.from(behind)
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

const PARAMETERS = ['channel', 'program', 'mode', 'column', 'summary']

interface AskedQuestion extends CsvQuestion {
  readonly isSummaryBehind: boolean
}

function readQuestion(c: Context<AppEnv>): AskedQuestion | { readonly detail: string } {
  const asked = Object.entries(c.req.queries())
  // What is misspelt would be passed over: the answer would be to another question.
  if (asked.some(([name, values]) => !PARAMETERS.includes(name) || values.length > 1))
    return { detail: `Ask with ${PARAMETERS.join(', ')}, each once, and with nothing else.` }
  const { channel, program, mode = 'annotate', column, summary } = c.req.query()
  if (!isChannel(channel)) return { detail: `Ask with channel=${CHANNELS.join(' or channel=')}.` }
  if (!isCheckMode(mode)) return { detail: `Ask with mode=${CHECK_MODES.join(' or mode=')}.` }
  if (summary !== undefined && summary !== 'behind')
    return { detail: 'Ask with summary=behind, or without it.' }
  const known = c.var.site.configuration.programs.find(({ id }) => id === program)
  if (!known) return { detail: 'Ask with program=…, the id of a program of the site.' }
  // Of one address it is an answer; a whole list of that is a slip of whoever asks.
  if (!hasChannel(known, channel)) return { detail: `"${known.id}" writes nobody by ${channel}.` }
  return {
    channel,
    program: known.id,
    mode,
    isSummaryBehind: summary === 'behind',
    ...(column !== undefined && { column }),
  }
}
