import { STATUS_REASONS, type SendDecision } from './marketing.ts'

/** What comes back of a list: every row with its answer, only the rows that may be written to, or how many there are. */
export const CHECK_MODES = ['annotate', 'filter', 'count'] as const
export type CheckMode = (typeof CHECK_MODES)[number]
export const isCheckMode = (text: string | undefined): text is CheckMode =>
  CHECK_MODES.some(mode => mode === text)

/** Of a row of a list. A number that a spreadsheet has changed is never guessed back. */
export const CHECK_REASONS = [...STATUS_REASONS, 'damaged_number'] as const
export type CheckReason = (typeof CHECK_REASONS)[number]

/** What a whole list came to; the decisions add up to the rows, and so do the reasons. */
export interface CheckSummary {
  readonly rows: number
  readonly decisions: Readonly<Record<SendDecision, number>>
  readonly reasons: Readonly<Partial<Record<CheckReason, number>>>
  /** Rows whose address an earlier row has, in whatever spelling. */
  readonly duplicates: number
  /** Entries of the log when the last row was answered. */
  readonly logSize: number
  /** Of a CSV list: where its addresses were found, from 1. */
  readonly column?: number
}
