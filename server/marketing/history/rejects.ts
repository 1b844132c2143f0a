import { field } from '../lists/check-csv.ts'
import type { HistoryFile } from './read.ts'
import type { PlannedRow } from './plan.ts'

/** In front of the columns of the file. */
const ADDED = ['assent_row', 'assent_refused', 'assent_detail']

/** Every row that was not recorded, with why, as a list that a spreadsheet may open; put right, it can be brought again. */
export function* rejectsCsv(
  { columns, delimiter }: HistoryFile,
  rows: readonly PlannedRow[],
): Generator<string> {
  const line = (cells: readonly string[]) =>
    `${cells.map(cell => field(cell, delimiter)).join(delimiter)}\r\n`
  yield `\uFEFF${line([...ADDED, ...columns.names])}`
  for (const { from, refused } of rows)
    if (refused) yield line([String(from.row), refused.reason, refused.detail, ...from.cells])
}
