import type { Channel } from '../../../shared/domain/site.ts'
import { BadList } from '../lists/bad-list.ts'
import { findColumns } from '../lists/csv.ts'
import { FORMATS, isField, type Field, type Format, type FormatId } from './formats.ts'

/** Where a file has what. */
export interface FileColumns {
  readonly format: Format
  readonly hasHeader: boolean
  /** Index of a field's column in a row. */
  readonly at: Readonly<Partial<Record<Field, number>>>
  readonly names: readonly string[]
}

/** `signed up=time`: the column of that name, or of that number from 1, holds that field. */
export interface NamedColumn {
  readonly column: string
  readonly field: Field
}

export function readNamedColumn(text: string): NamedColumn | undefined {
  const end = text.lastIndexOf('=')
  const [column, field] = [text.slice(0, Math.max(end, 0)).trim(), text.slice(end + 1).trim()]
  return column !== '' && isField(field) ? { column, field } : undefined
}

const plain = (name: string): string => name.trim().toLowerCase()

export interface Asked {
  readonly channel: Channel
  readonly format: FormatId | 'auto'
  readonly columns: readonly NamedColumn[]
}

/** By the first rows of a file. Throws `BadList` where it cannot be told. */
export function columnsOf(
  first: readonly (readonly string[])[],
  { channel, format: asked, columns: said }: Asked,
): FileColumns {
  const names = (first[0] ?? []).map(plain)
  const format = formatOf(names, asked)
  const known = format.columns[channel]
  if (known?.address && !fits(format, names) && !known.address.some(name => names.includes(name)))
    throw new BadList(
      `it has no column of ${format.id} with addresses (${known.address.join(', ')}): name its columns with --column, and --format csv`,
    )
  if (!known)
    throw new BadList(
      `it is a list of ${format.id}, which has nothing for ${channel}: name the other channel, or --format csv`,
    )
  const at: Partial<Record<Field, number>> = {}
  for (const [field, candidates] of Object.entries(known) as [Field, readonly string[]][]) {
    const found = candidates.map(name => names.indexOf(name)).find(index => index >= 0)
    if (found !== undefined) at[field] = found
  }
  for (const { column, field } of said) at[field] = theColumn(first[0] ?? [], names, column)
  // What it is called there is one thing, what stands in it another: the same look as a check takes.
  const { address, hasHeader } = findColumns(
    channel,
    first,
    at.address === undefined ? undefined : String(at.address + 1),
  )
  if (
    !hasHeader &&
    Object.keys(at).some(field => field !== 'address') &&
    said.every(({ column }) => !/^\d+$/.test(column))
  )
    throw new BadList('its first row names no columns: name them by number, such as --column 2=time')
  return { format, hasHeader, at: { ...at, address }, names: hasHeader ? (first[0] ?? []) : [] }
}

const fits = ({ known }: Format, names: readonly string[]): boolean =>
  known.some(all => all.every(name => names.includes(name)))

function formatOf(names: readonly string[], asked: FormatId | 'auto'): Format {
  if (asked === 'auto') return FORMATS.find(format => fits(format, names)) ?? FORMATS.at(-1)!
  const format = FORMATS.find(({ id }) => id === asked)!
  const log = FORMATS.find(({ id }) => id === 'twilio-log')!
  return asked === 'twilio' && !fits(format, names) && fits(log, names) ? log : format
}

function theColumn(first: readonly string[], names: readonly string[], asked: string): number {
  const byName = names.indexOf(plain(asked))
  const found = byName >= 0 || !/^\d+$/.test(asked) ? byName : Number(asked) - 1
  if (found < 0 || found >= first.length)
    throw new BadList(`it has no column "${asked}": its first row is ${first.map(c => `"${c}"`).join(', ')}`)
  return found
}
