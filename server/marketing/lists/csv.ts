// csv-parse: streams, keeps up with a million rows, and has been kept for fifteen years.
import { CsvError, parse } from 'csv-parse'
import { pipeline, Readable } from 'node:stream'
import type { Channel } from '../../../shared/domain/site.ts'
import type { Rows } from './answered-list.ts'
import { BadList } from './bad-list.ts'
import { placeNames, type PlaceNames } from './whereabouts.ts'

/** A list in rows, and how it was written. */
export interface CsvList {
  readonly delimiter: string
  readonly lineEnd: '\r\n' | '\n'
  readonly rows: Rows<readonly string[]>
}

const DELIMITERS = [',', ';', '\t', '|']

/** The columns an answer adds, before all others: however long a row is, they stand under their names. */
export const ADDED = [
  'assent_decision',
  'assent_reason',
  'assent_address',
  'assent_not_before',
  'assent_duplicate_of',
]

/** What the reader of a list met, as whoever sent it has to hear it. */
function asBadList(cause: unknown): unknown {
  if (!(cause instanceof CsvError)) return cause
  const line = typeof cause['lines'] === 'number' ? ` near line ${cause['lines']}` : ''
  return new BadList(`a quote is not closed${line}, or a row has more than a megabyte`, { cause })
}

/** Longer rows are a quote that never ends. Bytes. */
const LONGEST_ROW = 1_000_000

export async function readCsv(text: AsyncIterator<string>): Promise<CsvList> {
  const beginning = await firstLines(text)
  const first = beginning.split(/\r\n|\r|\n/, 1)[0]!
  const counts = DELIMITERS.map(delimiter => first.split(delimiter).length)
  const delimiter = DELIMITERS[counts.indexOf(Math.max(...counts))]!
  const parser = parse({
    delimiter,
    // Whoever joined two files joined their line ends too.
    record_delimiter: ['\r\n', '\n', '\r'],
    // What is no CSV to the letter is somebody's list all the same.
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
    max_record_size: LONGEST_ROW,
  })
  const rows = reading(parser)
  // A list that breaks off ends the parser with that fault, which whoever reads its rows meets.
  pipeline(Readable.from(joined(beginning, text)), parser, () => {})
  return { delimiter, lineEnd: beginning.includes('\r\n') ? '\r\n' : '\n', rows }
}

/** All rows that are there at once: waiting for each by itself costs a tenth of what answering it does. */
function reading(parser: Readable): Rows<readonly string[]> {
  let hasEnded = false
  let fault: unknown
  let wake = () => {}
  parser.once('end', () => (hasEnded = true))
  parser.once('error', cause => (fault = cause))
  for (const event of ['readable', 'end', 'close', 'error']) parser.on(event, () => wake())
  return {
    async take(most) {
      const taken: (readonly string[])[] = []
      for (;;) {
        while (taken.length < most) {
          const row = parser.read() as readonly string[] | null
          if (row === null) break
          taken.push(row)
        }
        if (taken.length === most || hasEnded) return taken
        if (fault !== undefined) throw asBadList(fault)
        if (parser.destroyed) throw new Error('the list broke off')
        // oxlint-disable-next-line no-await-in-loop -- until there is more
        await new Promise<void>(resolve => (wake = resolve))
      }
    },
    leave: () => void parser.destroy(),
  }
}

/** At least one whole line, or all of it. */
async function firstLines(text: AsyncIterator<string>): Promise<string> {
  const pieces: string[] = []
  let length = 0
  let hasEnded = false
  // One character more, for a line may end in two.
  while (!hasEnded && length < LONGEST_ROW) {
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other
    const { done, value } = await text.next()
    if (done) break
    hasEnded = /[\r\n]/.test((pieces.at(-1)?.slice(-1) ?? '') + value.slice(0, -1))
    pieces.push(value)
    length += value.length
  }
  return pieces.join('').replace(/^\uFEFF/, '')
}

async function* joined(beginning: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  yield beginning
  yield* { [Symbol.asyncIterator]: () => rest }
}

/** Where in a row the address stands, and whether the first row only names the columns. */
export interface Columns {
  readonly address: number
  readonly hasHeader: boolean
  /** Where it says where somebody is, if anywhere. */
  readonly places: PlaceNames<number>
}

const digitsIn = (text: string): number => text.match(/\p{Nd}/gu)?.length ?? 0
/** Digits of any script, with what people and spreadsheets put between and around them. A postal code has fewer. */
const looksLike = (channel: Channel, text: string): boolean =>
  channel === 'email'
    ? /^[^\s@]+@[^\s@]+$/.test(text.trim())
    : digitsIn(text) >= 7 && /^[\p{Nd}\p{Cf}\s().,/\-–e+]+$/iu.test(text)

/** What names a column: words. A row that holds an address, in whatever spelling, is never taken for names. */
const isName = (cell: string): boolean => /\p{L}/u.test(cell) && !cell.includes('@') && digitsIn(cell) < 4

const NAMED: Readonly<Record<Channel, RegExp>> = {
  email: /(?<!\p{L})(e-?mail|mail|courriel|correo)/iu,
  sms: /(?<!\p{L})(phone|mobil|handy|telefon|telephone|rufnummer|tel(?!\p{L})|sms|msisdn|cell|móvil|portable)/iu,
}

/** By the first rows of a list; `asked`: the name of the column, or its number from 1. Throws `BadList`. */
export function findColumns(
  channel: Channel,
  rows: readonly (readonly string[])[],
  asked: string | undefined,
): Columns {
  const [first = []] = rows
  const address = asked === undefined ? theOne(channel, rows) : named(first, asked)
  const hasHeader = isName(first[address] ?? '')
  if (hasHeader && first.some(cell => ADDED.includes(cell)))
    throw new BadList(
      `the list was answered before: take its columns ${ADDED[0]}… out, or their answers are taken for these`,
    )
  const places = hasHeader ? placeNames(first.map((name, column) => [name, column] as const)) : {}
  return { address, hasHeader, places }
}

function named(first: readonly string[], asked: string): number {
  const found = /^\d+$/.test(asked)
    ? Number(asked) - 1
    : first.findIndex(cell => cell.trim().toLowerCase() === asked.trim().toLowerCase())
  if (found < 0 || found >= first.length)
    throw new BadList(
      `the list has no column "${asked}": its first row is ${first.map(c => `"${c}"`).join(', ')}`,
    )
  return found
}

/** The only column with addresses, or the only one of several that is named so: of two, the other might be the withdrawn. */
function theOne(channel: Channel, rows: readonly (readonly string[])[]): number {
  const [first = []] = rows
  const width = Math.max(0, ...rows.map(row => row.length))
  const columns = Array.from({ length: width }, (_, column) => column)
  const isNamed = (column: number) => isName(first[column] ?? '') && NAMED[channel].test(first[column]!)
  const alike = columns.filter(column => rows.some(row => looksLike(channel, row[column] ?? '')))
  const likely = alike.some(isNamed) ? alike.filter(isNamed) : alike
  const found = likely.length > 0 ? likely : columns.filter(isNamed)
  const [one, other] = found
  const what = channel === 'email' ? 'e-mail addresses' : 'telephone numbers'
  if (one === undefined) throw new BadList(`no column of the list looks like ${what}: say which one it is`)
  if (other !== undefined)
    throw new BadList(
      `columns ${found.map(column => column + 1).join(', ')} all look like ${what}: say which one it is`,
    )
  return one
}
