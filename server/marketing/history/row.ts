import type { OptOutCause } from '../../../shared/domain/marketing.ts'
import { BadList } from '../lists/bad-list.ts'
import type { FileColumns } from './columns.ts'
import { REASON_CAUSES, STATUS_CAUSES, STATUS_WORDS, type Field } from './formats.ts'
import { readMoment, type DateReading, type Written } from './moment.ts'

export const HISTORY_KINDS = ['consents', 'suppressions'] as const
export type HistoryKind = (typeof HISTORY_KINDS)[number]

/** What one row of a file says of one address. */
export type RowSays = Yes | No | SaysNothing

export interface Yes {
  readonly says: 'yes'
  readonly address: string
  /** Absent: nobody wrote down when. */
  readonly time?: Written
  readonly shown: Shown
}

/** What the row has that shows a yes. */
export interface Shown {
  readonly words?: string
  readonly page?: string
  /** By what means, or in which form, in the words of the list. */
  readonly collectedBy?: string
  readonly ip?: string
  readonly language?: string
  /** The address answered for itself then. */
  readonly confirmedAt?: number
  readonly confirmedIp?: string
}

export interface No {
  readonly says: 'no'
  readonly address: string
  readonly time?: Written
  /** Its time is there, and is none that could be. */
  readonly hasBadTime?: true
  /** Absent: the person said so. */
  readonly cause?: OptOutCause
  readonly sender?: string
}

/** `passed-over`: nothing is wrong with it, and nothing in it is to be recorded. */
export interface SaysNothing {
  readonly says: 'nothing'
  readonly address: string
  readonly reason: RowRefusal
  readonly detail: string
}

export const ROW_REFUSALS = [
  'no-address',
  'no-answer',
  'says-yes',
  'unknown-status',
  'unreadable-date',
  'future-date',
  'damaged-number',
] as const
export type RowRefusal = (typeof ROW_REFUSALS)[number]

export interface RowReading extends DateReading {
  readonly as: HistoryKind
  readonly columns: FileColumns
  readonly now: number
}

/** Browsers' and servers' clocks differ by less. */
const CLOCK_AHEAD = 10 * 60_000

/** What is longer is not read: cut, it would not be what was shown. */
const MOST = 20_000

/** `row`: its number, from 1, for what has to be said of the whole file. Throws `BadList` where a date may be two. */
export function readRow(cells: readonly string[], row: number, reading: RowReading): RowSays {
  const { columns } = reading
  const cell = (field: Field): string | undefined => {
    const index = columns.at[field]
    const text = index === undefined ? undefined : cells[index]?.trim()
    return text === undefined || text === '' || text.length > MOST ? undefined : text
  }
  const address = cell('address') ?? ''
  const nothing = (reason: RowRefusal, detail: string): SaysNothing => ({
    says: 'nothing',
    address,
    reason,
    detail,
  })
  const moment = (field: Field): Written | undefined | 'unreadable' => {
    const text = cell(field)
    const at = text === undefined ? undefined : readMoment(text, reading)
    if (at === 'ambiguous')
      throw new BadList(
        `row ${row} has the date ${text}, which may be two days: say --dates mdy or --dates dmy`,
      )
    return at
  }

  if (address === '') return nothing('no-address', 'the column with the addresses is empty')
  const answer = answerOf(cells, cell, reading)
  if (answer.is === 'unknown')
    return nothing(
      'unknown-status',
      `"${answer.status}" is no status that is known: rename it, or leave the row out`,
    )
  if (answer.is === 'neither') return nothing('no-answer', answer.why)
  if (answer.is === 'no') {
    const time = moment('no-time') ?? (columns.format.timeOfStatus ? moment('time') : undefined)
    const isBad = time === 'unreadable' || (time !== undefined && time.first > reading.now + CLOCK_AHEAD)
    const sender = cell('sender')
    return {
      says: 'no',
      address,
      // A no is never lost over its date.
      ...(isBad ? { hasBadTime: true } : time !== undefined && { time }),
      ...(answer.cause && { cause: answer.cause }),
      ...(sender !== undefined && { sender: sender.slice(0, 320) }),
    }
  }
  if (reading.as === 'suppressions') return nothing('says-yes', 'it says yes: bring it with --as consents')
  const [time, confirmed] = [moment('time'), moment('confirmed')]
  if (time === 'unreadable' || confirmed === 'unreadable')
    return nothing(
      'unreadable-date',
      `"${cell(time === 'unreadable' ? 'time' : 'confirmed')}" is no date that can be read: write it as 2024-03-31T14:05:00Z`,
    )
  if ([time, confirmed].some(at => at !== undefined && at.first > reading.now + CLOCK_AHEAD))
    return nothing('future-date', 'it says yes at a time to come')
  return { says: 'yes', address, ...(time && { time }), shown: shownIn(cell, time, confirmed) }
}

type Answer =
  | { readonly is: 'yes' }
  | { readonly is: 'no'; readonly cause?: OptOutCause | undefined }
  | { readonly is: 'neither'; readonly why: string }
  | { readonly is: 'unknown'; readonly status: string }

function answerOf(
  cells: readonly string[],
  cell: (field: Field) => string | undefined,
  { as, columns }: RowReading,
): Answer {
  const { format, names } = columns
  const other = (name: string): string | undefined => {
    const index = names.findIndex(n => plainName(n) === plainName(name))
    return index < 0 ? undefined : (cells[index]?.trim() ?? '')
  }
  if (format.only)
    return other(format.only.column) === format.only.value
      ? { is: 'no' }
      : { is: 'neither', why: `only rows with ${format.only.column} ${format.only.value} say no` }

  const [status, reason] = [cell('status'), cell('reason')]
  const word = status?.toLowerCase().replaceAll(/[\s_-]+/g, ' ')
  const says = word === undefined ? undefined : STATUS_WORDS[word]
  // Who is suppressed is not written to, whatever the status beside it says.
  const caused = REASON_CAUSES.find(({ pattern }) => reason !== undefined && pattern.test(reason))?.cause
  const gone = format.gone?.find(({ column }) => (other(column) ?? '') !== '')
  if (caused || gone) return { is: 'no', cause: caused ?? gone?.cause }
  if (format.id === 'klaviyo' && reason !== undefined && !/^\[\s*\]$/.test(reason)) return { is: 'no' }
  if (status !== undefined && says === undefined) return { is: 'unknown', status }
  if (says === 'no') return { is: 'no', cause: STATUS_CAUSES[word!] }
  if (says === 'neither') return { is: 'neither', why: `"${status}" is neither a yes nor a no` }
  if (says === 'yes') return { is: 'yes' }
  const empty = emptyColumn(columns, as)
  if (empty !== undefined) return { is: 'neither', why: empty }
  const listed = format.gone?.find(({ column }) => other(column) !== undefined)
  if (as === 'suppressions') return { is: 'no', cause: listed?.cause }
  return listed
    ? { is: 'neither', why: 'it stands in a list of people who left, without saying when' }
    : { is: 'yes' }
}

/** A list without a status is what whoever brings it says it is. One that has it says nothing where it is empty. */
function emptyColumn({ format, at }: FileColumns, as: HistoryKind): string | undefined {
  if (at.status !== undefined) return 'its status is empty'
  if (format.id !== 'klaviyo') return undefined
  // Everybody who ever bought something is a profile there.
  if (as === 'consents') return 'the export has no column with the consent: tick it when you export'
  return at.reason !== undefined ? 'no suppression is written down' : undefined
}

const plainName = (name: string): string => name.trim().toLowerCase().replaceAll('_', '')

function shownIn(
  cell: (field: Field) => string | undefined,
  time: Written | undefined,
  confirmed: Written | undefined,
): Shown {
  const [words, page, source, ip, language] = (['words', 'page', 'source', 'ip', 'language'] as const).map(
    cell,
  )
  const confirmedIp = cell('confirmed-ip')
  // Somebody who imports a list confirms it too, at one moment with the opt-in or without one.
  const isConfirmed = time && confirmed && confirmedIp !== undefined && confirmed.first > time.first
  return {
    ...(words !== undefined && { words }),
    ...(page !== undefined && { page }),
    ...(source !== undefined && source.toLowerCase() !== 'others' && { collectedBy: source }),
    ...(ip !== undefined && { ip }),
    ...(language !== undefined && { language }),
    ...(isConfirmed && { confirmedAt: confirmed.first, confirmedIp }),
  }
}
