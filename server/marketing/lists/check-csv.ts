import { setImmediate as nextTurn } from 'node:timers/promises'
import type { CheckMode } from '../../../shared/domain/check.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { AskedSite } from '../status.ts'
import { checkList, type ListCheck, type ListQuestion, type RowAnswer } from './check.ts'
import { ADDED, asBadList, findColumns, readCsv, type CsvList } from './csv.ts'
import { decode, type Encoding } from './decode.ts'

export interface CsvQuestion extends ListQuestion {
  readonly mode: CheckMode
  /** Name of the column with the addresses, or its number from 1; found by itself when left out. */
  readonly column?: string
}

/** A list that is being answered. */
export interface CheckedCsv {
  /** In UTF-8, marked as such where the list was marked. */
  readonly text: AsyncIterable<string>
  /** Of what was answered so far; of the whole list once its text has ended. */
  readonly summary: ListCheck['summary']
}

/** Rows that columns are told by. */
const LOOKED_AT = 50
/** Rows answered before others are heard: some ten milliseconds. */
export const AT_ONCE = 500

/**
 * Answers a CSV list as it comes, however long it is: rows out are rows in, in their order. Throws `BadList` before the
 * first row where the list cannot be understood.
 */
export async function checkCsv(
  ledger: Ledger,
  site: AskedSite,
  question: CsvQuestion,
  bytes: AsyncIterable<Uint8Array>,
): Promise<CheckedCsv> {
  let encoding: Encoding = { label: 'utf-8', marked: false }
  const list = await readCsv(decode(bytes, found => (encoding = found)))
  const rows = list.rows[Symbol.asyncIterator]()
  const first = await take(rows, LOOKED_AT)
  const columns = findColumns(question.channel, first, question.column)
  const check = checkList(ledger, site, question)
  return {
    text: answered(ledger, question.mode, check, { ...list, ...columns, first, rows, encoding }),
    summary: () => ({ ...check.summary(), column: columns.address + 1 }),
  }
}

async function take<T>(rows: AsyncIterator<T>, most: number): Promise<T[]> {
  const taken: T[] = []
  try {
    while (taken.length < most) {
      // oxlint-disable-next-line no-await-in-loop -- one row after the other
      const { done, value } = await rows.next()
      if (done) break
      taken.push(value)
    }
  } catch (cause) {
    throw asBadList(cause)
  }
  return taken
}

interface Begun extends Pick<CsvList, 'delimiter' | 'lineEnd'> {
  readonly address: number
  readonly hasHeader: boolean
  readonly first: readonly (readonly string[])[]
  readonly rows: AsyncIterator<readonly string[]>
  readonly encoding: Encoding
}

async function* answered(
  ledger: Ledger,
  mode: CheckMode,
  check: ListCheck,
  { delimiter, lineEnd, address, hasHeader, first, rows, encoding }: Begun,
): AsyncGenerator<string> {
  const fields = (cells: readonly string[]): string =>
    cells.map(cell => field(cell, delimiter)).join(delimiter)

  function lineOf(row: readonly string[]): string {
    const answer = check.check(row[address] ?? '')
    if (mode === 'annotate') return said(answer, delimiter) + delimiter + fields(row) + lineEnd
    return mode === 'filter' && answer.decision === 'send' ? fields(row) + lineEnd : ''
  }

  if (mode !== 'count' && encoding.marked) yield '\uFEFF'
  const header = hasHeader ? first[0] : undefined
  if (header && mode !== 'count') yield fields(mode === 'annotate' ? [...ADDED, ...header] : header) + lineEnd
  let batch = first.slice(header ? 1 : 0)
  try {
    while (batch.length > 0) {
      const texts = ledger.store.snapshot(() => batch.map(lineOf))
      yield texts.join('')
      // oxlint-disable-next-line no-await-in-loop -- in the order of the list
      await nextTurn()
      // oxlint-disable-next-line no-await-in-loop -- in the order of the list
      batch = await take(rows, AT_ONCE)
    }
  } finally {
    // Whoever asked may have gone: nothing of the list is read any further.
    await rows.return?.()
  }
}

/** Under `ADDED`. */
const said = ({ decision, reason, address = '', duplicateOf }: RowAnswer, delimiter: string): string =>
  [decision, reason, field(address, delimiter), duplicateOf ?? ''].join(delimiter)

/** A telephone number begins like a formula, and is none. */
const FORMULA = /^(?:[=@\t\r]|[+-](?![\d\s().\-/]*$))/

/** One field of a CSV that a spreadsheet may open: nothing in it runs there (OWASP, CSV injection). */
export function field(cell: string, delimiter: string): string {
  const safe = FORMULA.test(cell) ? `'${cell}` : cell
  return safe.includes(delimiter) || /["\r\n]/.test(safe) || safe.startsWith('+')
    ? `"${safe.replaceAll('"', '""')}"`
    : safe
}
