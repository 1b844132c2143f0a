import type { Handler } from 'hono'
import type { ListCheckedEntry } from '../../shared/domain/entry.ts'
import { parseMoment } from '../../shared/schemas/moment.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { freshJson } from '../middleware/public-answer.ts'

const PARAMETERS = ['list', 'from', 'to', 'before']

/** As many checks in one answer; the next ones are asked for with `before`. */
const MOST = 100

/** Earlier checks of lists, the newest first: of one list, of a time, or all. */
export const showChecks =
  (ledger: Ledger): Handler<AppEnv> =>
  c => {
    const asked = Object.entries(c.req.queries())
    if (asked.some(([name, values]) => !PARAMETERS.includes(name) || values.length > 1))
      return problem(
        c,
        'invalid-query',
        `Ask with ${PARAMETERS.join(', ')}, each once, and with nothing else.`,
      )
    const { list, from, to, before } = c.req.query()
    if (list !== undefined && !/^[0-9a-f]{64}$/.test(list))
      return problem(c, 'invalid-query', 'Ask with list=…, the SHA-256 of the list: sha256sum list.csv.')
    const [begin, end] = [from, to].map(text => (text === undefined ? undefined : parseMoment(text)))
    if ((from !== undefined && begin === undefined) || (to !== undefined && end === undefined))
      return problem(
        c,
        'invalid-query',
        'Ask with from=2026-11-01T00:00:00Z and to=…, times with their zone.',
      )
    if (before !== undefined && !/^\d{1,15}$/.test(before))
      return problem(c, 'invalid-query', 'Ask with before=…, the "before" of the answer before this one.')
    const found = ledger.store.snapshot(() =>
      ledger.store.listChecks(c.get('site').key, {
        most: MOST,
        ...(list !== undefined && { list }),
        ...(begin !== undefined && { from: begin }),
        ...(end !== undefined && { to: end }),
        ...(before !== undefined && { before: Number(before) }),
      }),
    )
    return freshJson(c, {
      checks: found.map(({ index, entry }) => checkJson(index, entry)),
      ...(found.length === MOST && { before: found.at(-1)!.index }),
    })
  }

/** What an entry says, with times people read. */
export function checkJson(index: number, entry: ListCheckedEntry) {
  const { id, checkedAt, receivedAt, sendAt, list, answer, format, channel, program, mode } = entry
  const { seller, sender, after, rows, decisions, reasons, duplicates, changed } = entry
  const { against, configuration, rules, actor } = entry
  return {
    entry: { id, index },
    checkedAt: new Date(checkedAt).toISOString(),
    receivedAt: new Date(receivedAt).toISOString(),
    list,
    ...(answer !== undefined && { answer }),
    format,
    channel,
    program,
    mode,
    ...(seller !== undefined && { seller }),
    ...(sender !== undefined && { sender }),
    ...(sendAt !== undefined && { sendAt: new Date(sendAt).toISOString() }),
    ...(after !== undefined && { after }),
    rows,
    decisions,
    reasons,
    duplicates,
    ...(changed !== undefined && { changed }),
    against,
    configuration,
    rules,
    actor,
  }
}
