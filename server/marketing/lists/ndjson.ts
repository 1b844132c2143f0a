import { BadList } from './bad-list.ts'
import type { GivenRow } from './check.ts'
import { encodingOf } from './decode.ts'
import { placeNames, whereaboutsIn } from './whereabouts.ts'

/** A longer line is none that names an address: it is passed over, and answered as one nobody can read. Bytes. */
const LONGEST_LINE = 65_536
const NEWLINE = 0x0a

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * The lines of a text as it comes, `undefined` for one that is too long or no UTF-8. The last needs no end. Throws `BadList`
 * where it is written in UTF-16.
 */
export async function* ndjsonLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string | undefined> {
  /** Of the line that is not over yet; `undefined` once it is too long. */
  let begun: Uint8Array[] | undefined = []
  let length = 0
  let isFirst = true
  for await (const piece of bytes) {
    if (isFirst && encodingOf(piece.subarray(0, 4_096)).label.startsWith('utf-16'))
      throw new BadList('JSON is written in UTF-8 (RFC 8259), and this is not: save it so')
    isFirst = false
    let from = 0
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, from)) {
      add(piece.subarray(from, end))
      yield line()
      from = end + 1
    }
    add(piece.subarray(from))
  }
  if (length > 0) yield line()

  function add(part: Uint8Array): void {
    length += part.length
    if (length > LONGEST_LINE) begun = undefined
    else if (part.length > 0) begun?.push(part)
  }

  function line(): string | undefined {
    const parts = begun
    begun = []
    length = 0
    return parts && textOf(parts.length === 1 ? parts[0]! : Buffer.concat(parts))
  }
}

function textOf(line: Uint8Array): string | undefined {
  try {
    return utf8.decode(line)
  } catch {
    // Answered as a line nobody can read.
    return undefined
  }
}

/** A line that names an address. */
export interface ListLine {
  readonly given: GivenRow
  /** As it was sent. */
  readonly text: string
  /** The same with an answer as its last member. */
  with(answer: object): string
}

/** `undefined` when it is neither a JSON string nor an object with a string under this name. */
export function readLine(line: string | undefined, member: string): ListLine | undefined {
  const text = line?.trim() ?? ''
  const value = parsed(text)
  if (typeof value === 'string')
    return {
      given: { address: value },
      text,
      with: answer => JSON.stringify({ address: value, assent: answer }),
    }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const object = value as Readonly<Record<string, unknown>>
  const address = Object.hasOwn(object, member) ? object[member] : undefined
  if (typeof address !== 'string') return undefined
  return {
    given: { address, ...whereIn(object) },
    text,
    with(answer) {
      if (Object.hasOwn(object, 'assent')) return JSON.stringify({ ...object, assent: answer })
      // As it was written: a number of twenty digits is not what JavaScript would make of it.
      return `${text.slice(0, -1)},"assent":${JSON.stringify(answer)}}`
    },
  }
}

function whereIn(object: Readonly<Record<string, unknown>>) {
  const names = Object.keys(object)
  if (names.length === 1) return {}
  const { zone, region } = placeNames(names.map(name => [name, object[name]] as const))
  const [z, r] = [zone, region].map(value => (typeof value === 'string' ? value : undefined))
  return whereaboutsIn(z, r)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
