export const DAY = 86_400_000

/** What a wall clock shows in one time zone, by ICU and so with every change of summer time. */
export interface Clock {
  /** The zone by the one name ICU calls it. */
  readonly zone: string
  /** Milliseconds to add to an instant to read the wall clock. */
  offsetAt(at: number): number
}

/** No zone changes its clocks between quarters of an hour. */
const QUARTER = 900_000
/** Ten days of quarters: a campaign asks about one moment and the mornings after it, over and over. */
const KEPT = 1000

/** `undefined` where there is no such zone. */
export function clockOf(zone: string): Clock | undefined {
  const known = clocks.get(zone)
  if (known) return known
  const made = makeClock(zone)
  // Zones come with rows of lists, and each may be spelled in upper and lower case: names are no bound.
  if (clocks.size >= KEPT) clocks.clear()
  if (made) clocks.set(zone, made)
  return made
}

const clocks = new Map<string, Clock>()

function makeClock(zone: string): Clock | undefined {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  } catch {
    // A RangeError is how Intl says that it knows no such zone.
    return undefined
  }
  const offsets = new Map<number, number>()
  return {
    zone: format.resolvedOptions().timeZone,
    offsetAt(at) {
      const quarter = Math.floor(at / QUARTER)
      const known = offsets.get(quarter)
      if (known !== undefined) return known
      if (offsets.size >= KEPT) offsets.clear()
      const offset = readOffset(format.format(quarter * QUARTER))
      offsets.set(quarter, offset)
      return offset
    },
  }
}

/** Of `3/8/2026, GMT-05:00`; at Greenwich `GMT` alone. */
function readOffset(shown: string): number {
  const [, sign, hours = 0, minutes = 0] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(shown) ?? []
  const size = (Number(hours) * 60 + Number(minutes)) * 60_000
  return sign === '-' ? -size : size
}

/** A day of a wall clock, counted from 1970-01-01. */
export const localDay = (clock: Clock, at: number): number => Math.floor((at + clock.offsetAt(at)) / DAY)

/** The instant at which a wall clock shows this. Where it shows it twice, the first; where it skips it, what comes an hour on. */
export function instantOf(clock: Clock, day: number, minute: number): number {
  const shown = day * DAY + minute * 60_000
  // Whatever the offset is there, it is one of those a day before and a day after.
  const [before, after] = [shown - clock.offsetAt(shown - DAY), shown - clock.offsetAt(shown + DAY)]
  const fitting = [before, after].filter(at => at + clock.offsetAt(at) === shown)
  return fitting.length > 0 ? Math.min(...fitting) : Math.max(before, after)
}
