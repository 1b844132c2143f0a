import type { Ledger } from '../../ledger/ledger.ts'
import { inTurns, type CheckedList } from './answered-list.ts'
import {
  checkList,
  isSendable,
  type CheckedSite,
  type GivenRow,
  type ListCheck,
  type ListQuestion,
  type ReadRows,
  type RowAnswer,
} from './check.ts'
import { concludeCheck } from './conclude.ts'
import { ADDED, findColumns, readCsv, type Columns, type CsvList } from './csv.ts'
import { decode, type Encoding } from './decode.ts'
import { hashing, passing } from './hashed.ts'
import { whereaboutsIn } from './whereabouts.ts'

/** Rows that columns are told by. */
const LOOKED_AT = 50

/**
 * Answers a CSV list as it comes, however long it is: rows out are rows in, in their order. Throws `BadList` before the
 * first row where the list cannot be understood. `actor`: who asks.
 */
export async function checkCsv(
  ledger: Ledger,
  site: CheckedSite,
  question: ListQuestion,
  bytes: AsyncIterable<Uint8Array>,
  actor: string,
): Promise<CheckedList> {
  let encoding: Encoding = { label: 'utf-8', marked: false }
  const [sent, answered] = [hashing(), hashing()]
  const list = await readCsv(decode(passing(bytes, sent), found => (encoding = found)))
  const first = await list.rows.take(LOOKED_AT)
  const columns = findColumns(question.channel, first, question.column)
  const check = checkList(ledger, site, question)
  return {
    text: written(question, check, answered.add, { ...list, ...columns, first, encoding }),
    finish: () =>
      concludeCheck(ledger, site, question, check, {
        format: 'csv',
        list: sent.digest(),
        ...(question.mode !== 'count' && { answer: answered.digest() }),
        actor,
        column: columns.address + 1,
      }),
  }
}

interface Begun extends CsvList, Columns {
  readonly first: readonly (readonly string[])[]
  readonly encoding: Encoding
}

async function* written(
  { mode }: ListQuestion,
  check: ListCheck,
  see: (piece: string) => void,
  { delimiter, lineEnd, address, hasHeader, places, first, rows, encoding }: Begun,
): AsyncGenerator<string> {
  const fields = (cells: readonly string[]): string =>
    cells.map(cell => field(cell, delimiter)).join(delimiter)

  function lineOf(row: readonly string[], answer: RowAnswer): string {
    if (answer.isOld) return ''
    if (mode === 'annotate') return said(answer, delimiter) + delimiter + fields(row) + lineEnd
    return mode === 'filter' && isSendable(answer) ? fields(row) + lineEnd : ''
  }

  const { zone, region } = places
  const saysWhere = zone !== undefined || region !== undefined
  const given = (row: readonly string[]): GivenRow => ({
    address: row[address] ?? '',
    ...(saysWhere && whereaboutsIn(row[zone ?? -1], row[region ?? -1])),
  })

  const ahead = (batch: readonly (readonly string[])[]) => check.readAhead(batch.map(given))

  function write(batch: readonly (readonly string[])[], read: ReadRows): string {
    const answers = check.answerRead(read)
    return seen(batch.map((row, n) => lineOf(row, answers[n]!)).join(''))
  }

  function seen(piece: string): string {
    if (piece !== '') see(piece)
    return piece
  }

  const header = hasHeader ? first[0] : undefined
  if (mode !== 'count')
    yield seen(
      (encoding.marked ? '\uFEFF' : '') +
        (header ? fields(mode === 'annotate' ? [...ADDED, ...header] : header) + lineEnd : ''),
    )
  yield* inTurns(first.slice(header ? 1 : 0), rows, { ahead, write })
}

/** Under `ADDED`. */
const said = (
  { decision, reason, address = '', notBefore, duplicateOf }: RowAnswer,
  delimiter: string,
): string =>
  [
    decision,
    reason,
    field(address, delimiter),
    notBefore === undefined ? '' : new Date(notBefore).toISOString(),
    duplicateOf ?? '',
  ].join(delimiter)

/** A telephone number begins like a formula, and is none. */
const FORMULA = /^(?:[=@\t\r]|[+-](?![\d\s().\-/]*$))/

/** One field of a CSV that a spreadsheet may open: nothing in it runs there (OWASP, CSV injection). */
export function field(cell: string, delimiter: string): string {
  const safe = FORMULA.test(cell) ? `'${cell}` : cell
  return safe.includes(delimiter) || /["\r\n]/.test(safe) || safe.startsWith('+')
    ? `"${safe.replaceAll('"', '""')}"`
    : safe
}
