/** What every row of law carries. Days are RFC 3339 full-dates, both inclusive. */
export interface Dated {
  /** First day it holds; absent: since before anything this ledger can be asked about. */
  readonly from?: string
  /** Last day it holds; absent: until the row is changed. */
  readonly until?: string
  readonly source: string
  /** The source's own words were read, not a summary of them. */
  readonly checked: boolean
  /** What the row leaves out, or what is in doubt. */
  readonly note?: string
}

/** Days of this form sort as text. */
export const holdsOn = ({ from, until }: Pick<Dated, 'from' | 'until'>, day: string): boolean =>
  (from === undefined || from <= day) && (until === undefined || day <= until)

/** The day in UTC. Where a law means the sender's own day, a row that begins there begins here too, or some hours earlier. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)
