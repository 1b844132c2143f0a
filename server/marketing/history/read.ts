import { createHash } from 'node:crypto'
import { readCsv } from '../lists/csv.ts'
import { decode, type Encoding } from '../lists/decode.ts'
import { columnsOf, type Asked, type FileColumns } from './columns.ts'
import { readRow, type RowReading, type RowSays } from './row.ts'

/** A file of consents or suppressions, read whole. */
export interface HistoryFile {
  /** SHA-256 (hex) of its bytes. */
  readonly hash: string
  readonly columns: FileColumns
  readonly delimiter: string
  readonly encoding: Encoding['label']
  readonly rows: readonly HistoryRow[]
}

export interface HistoryRow {
  /** From 1, the names of the columns counted: as a spreadsheet shows it. */
  readonly row: number
  readonly cells: readonly string[]
  readonly says: RowSays
}

/** Rows that columns are told by, and that are read at once. */
const AT_ONCE = 50

/** Throws `BadList` where the file cannot be understood. */
export async function readHistory(
  bytes: AsyncIterable<Uint8Array>,
  asked: Asked & Omit<RowReading, 'columns'>,
): Promise<HistoryFile> {
  const hash = createHash('sha256')
  let encoding: Encoding = { label: 'utf-8', marked: false }
  const list = await readCsv(decode(hashed(bytes, hash), found => (encoding = found)))
  let columns: FileColumns | undefined
  const rows: HistoryRow[] = []

  function take(all: readonly (readonly string[])[]): void {
    columns ??= columnsOf(all, asked)
    const skipped = columns.hasHeader && rows.length === 0 ? 1 : 0
    for (const cells of all.slice(skipped)) {
      const row = rows.length + 1 + (columns.hasHeader ? 1 : 0)
      rows.push({ row, cells, says: readRow(cells, row, { ...asked, columns }) })
    }
  }
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- in the order of the file
    const some = await list.rows.take(AT_ONCE)
    if (some.length > 0 || !columns) take(some)
    if (some.length < AT_ONCE) break
  }
  return {
    hash: hash.digest('hex'),
    columns: columns!,
    delimiter: list.delimiter,
    encoding: encoding.label,
    rows,
  }
}

async function* hashed(
  bytes: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk)
    yield chunk
  }
}
