import { STATUS_REASONS, type SendDecision } from './marketing.ts'

/** What comes back of a list: every row with its answer, only the rows that may be written to, or how many there are. */
export const CHECK_MODES = ['annotate', 'filter', 'count'] as const
export type CheckMode = (typeof CHECK_MODES)[number]
export const isCheckMode = (text: string | undefined): text is CheckMode =>
  CHECK_MODES.some(mode => mode === text)

/** How a list is written. */
export const LIST_FORMATS = ['csv', 'ndjson', 'json'] as const
export type ListFormat = (typeof LIST_FORMATS)[number]

/** Of a row of a list. A number that a spreadsheet has changed is never guessed back, and a row nobody can read is answered too. */
export const CHECK_REASONS = [...STATUS_REASONS, 'damaged_number', 'malformed'] as const
export type CheckReason = (typeof CHECK_REASONS)[number]

export type DecisionCounts = Readonly<Record<SendDecision, number>>
export type ReasonCounts = Readonly<Partial<Record<CheckReason, number>>>

/** What a whole list came to; the decisions add up to the rows, and so do the reasons. */
export interface ListCounts {
  readonly rows: number
  readonly decisions: DecisionCounts
  readonly reasons: ReasonCounts
  /** Rows whose address an earlier row has, in whatever spelling. */
  readonly duplicates: number
  /** Rows that may have changed since the size of the log that was asked about, where one was. */
  readonly changed?: number
}

/** One of the owner's senders. */
export interface HeardSender {
  readonly id: string
  /** When something last came in there (RFC 3339); absent where nothing ever did. */
  readonly heardAt?: string
  /** For longer than the owner says is possible: answers may be getting lost, and nothing is sent. */
  readonly isSilent: boolean
}

export interface CheckSummary extends ListCounts {
  /** SHA-256 (hex) of the list's bytes as they were sent. */
  readonly list: string
  /** Entries of the log when the first row was answered: what came later may have changed a row (`changes?after=`). */
  readonly logSize: number
  /** The entry of this check. */
  readonly entry: { readonly id: string; readonly index: number }
  /** Signed statement that this list was checked: a C2SP signed note. */
  readonly clearance: string
  /** Of a CSV list: where its addresses were found, from 1. */
  readonly column?: number
  /** The program's senders on this channel, and when something last came in at each. */
  readonly heard?: readonly HeardSender[]
}
