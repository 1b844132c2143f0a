/** A time: a `Date`, epoch milliseconds, or RFC 3339 with its zone, such as `2026-11-28T18:00:00Z`. */
export type Moment = Date | number | string

/** Two questions about the past; together: what was true at the one, by what was known at the other. */
export interface InTime {
  /** What was true then, by all that is recorded now. */
  readonly asOf?: Moment
  /** Only what was recorded by then; alone, what would have been answered then. */
  readonly knownAsOf?: Moment
}

/** What of it the server looked at. */
export interface Known {
  /** RFC 3339. */
  readonly asOf: string
  /** So many entries of the log, those recorded by then. */
  readonly entries: number
}

/** As it stands in a query. */
export const written = (moment: Moment | undefined): string | undefined =>
  moment === undefined || typeof moment === 'string' ? moment : new Date(moment).toISOString()

export const milliseconds = (moment: Moment): number => {
  const value = new Date(moment).getTime()
  if (Number.isNaN(value)) throw new TypeError('decidedAt is no time: give a Date, milliseconds or RFC 3339')
  return value
}
