// csv-parse: streams, keeps up with a million rows, and has been kept for fifteen years.
import { parse } from 'csv-parse'
import { pipeline, Readable } from 'node:stream'
import type { Channel } from '../../../shared/domain/site.ts'

/** What is wrong with a list as a whole; the message says what to do. */
export class BadList extends Error {}

/** A list in rows, and how it was written. */
export interface CsvList {
  readonly delimiter: string
  readonly lineEnd: '\r\n' | '\n'
  readonly rows: AsyncIterable<readonly string[]>
}

const DELIMITERS = [',', ';', '\t', '|']

/** Longer rows are a quote that never ends. Bytes. */
const LONGEST_ROW = 1_000_000

export async function readCsv(text: AsyncIterator<string>): Promise<CsvList> {
  const beginning = await firstLines(text)
  const first = beginning.split(/\r\n|\r|\n/, 1)[0]!
  const counts = DELIMITERS.map(delimiter => first.split(delimiter).length)
  const delimiter = DELIMITERS[counts.indexOf(Math.max(...counts))]!
  const parser = parse({
    delimiter,
    // What is no CSV to the letter is somebody's list all the same.
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
    max_record_size: LONGEST_ROW,
  })
  // A list that breaks off ends the parser with that fault, which whoever reads its rows meets.
  pipeline(Readable.from(joined(beginning, text)), parser, () => {})
  return { delimiter, lineEnd: beginning.includes('\r\n') ? '\r\n' : '\n', rows: parser }
}

/** At least one whole line, or all of it. */
async function firstLines(text: AsyncIterator<string>): Promise<string> {
  let beginning = ''
  while (!/[\r\n]/.test(beginning.slice(0, -1)) && beginning.length < LONGEST_ROW) {
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other
    const { done, value } = await text.next()
    if (done) break
    beginning += value
  }
  return beginning.replace(/^\uFEFF/, '')
}

async function* joined(beginning: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  yield beginning
  yield* { [Symbol.asyncIterator]: () => rest }
}

/** Where in a row the address stands, and whether the first row only names the columns. */
export interface Columns {
  readonly address: number
  readonly hasHeader: boolean
}

/** Digits of any script, with what people and spreadsheets put between and around them. */
const NUMBER = /^\s*[+(]?[\p{Nd}][\p{Nd}\s().,/\-–e+]{4,}\s*$/iu
const looksLike = (channel: Channel, text: string): boolean =>
  channel === 'email' ? /^[^\s@]+@[^\s@]+$/.test(text.trim()) : NUMBER.test(text)

const NAMED: Readonly<Record<Channel, RegExp>> = {
  email: /e-?mail|courriel|correo/i,
  sms: /phone|mobil|handy|telefon|rufnummer|tel\b|number|sms|msisdn|cell|numéro|número|móvil|portable/i,
}

/** By the first rows of a list; `asked`: the name of the column, or its number from 1. Throws `BadList`. */
export function findColumns(
  channel: Channel,
  rows: readonly (readonly string[])[],
  asked: string | undefined,
): Columns {
  const [first = []] = rows
  const address = asked === undefined ? likeliest(channel, rows) : named(first, asked)
  return {
    address,
    hasHeader: rows.length > 0 && !looksLike(channel, first[address] ?? '') && isName(first, rows),
  }
}

/** A first row that is longer than it names, or empty, is a row like any other. */
const isName = (first: readonly string[], rows: readonly (readonly string[])[]): boolean =>
  first.some(cell => cell.trim() !== '') && (rows.length > 1 || first.some(cell => /\p{L}/u.test(cell)))

function named(first: readonly string[], asked: string): number {
  const byName = first.findIndex(cell => cell.trim().toLowerCase() === asked.trim().toLowerCase())
  const byNumber = /^\d+$/.test(asked) ? Number(asked) - 1 : -1
  const found = byName >= 0 ? byName : byNumber
  if (found < 0 || found >= first.length)
    throw new BadList(
      `the list has no column "${asked}": its first row is ${first.map(c => `"${c}"`).join(', ')}`,
    )
  return found
}

function likeliest(channel: Channel, rows: readonly (readonly string[])[]): number {
  const width = Math.max(0, ...rows.map(row => row.length))
  const scores = Array.from({ length: width }, (_, column) => {
    const like = rows.filter(row => looksLike(channel, row[column] ?? '')).length
    // A name decides between columns that look alike, such as a number and a postal code.
    return like + (NAMED[channel].test(rows[0]?.[column] ?? '') ? rows.length + 1 : 0)
  })
  const best = Math.max(0, ...scores)
  if (best === 0)
    throw new BadList(
      `no column of the list looks like ${channel === 'email' ? 'e-mail addresses' : 'telephone numbers'}: say which one it is`,
    )
  return scores.indexOf(best)
}
