/** How a file writes its dates, as whoever brings it says. */
export interface DateReading {
  /** What `03/04/2024` means. It is never guessed. */
  readonly order?: DateOrder
  /** IANA name of the zone of times that name none. */
  readonly zone: string
}

export const DATE_ORDERS = ['mdy', 'dmy'] as const
export type DateOrder = (typeof DATE_ORDERS)[number]

/** From when to when it may have been, epoch milliseconds: one moment, or the whole of a day. */
export interface Written {
  readonly first: number
  readonly last: number
}

/** `ambiguous`: the day or the month may come first, and nobody said which. */
export type NotRead = 'unreadable' | 'ambiguous'

const TIME = String.raw`(?:[T,\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([ap]\.?m\.?(?![a-z]))?)?`
// A name behind an offset (`+0200 CEST`, as Go writes) adds nothing; alone, it would be several zones' name.
const ZONE = String.raw`\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}(?:\s+[A-Z]{2,5})?|[+-]\d{2}|[A-Za-z]+(?:/[A-Za-z_+-]+)+)?`
const pattern = (date: string): RegExp => new RegExp(`^${date}${TIME}${ZONE}$`, 'i')

const YEAR_FIRST = pattern(String.raw`(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})`)
const YEAR_LAST = pattern(String.raw`(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})`)
const DAY_MONTH = pattern(String.raw`(?:[A-Z]{3,9},?\s+)?(\d{1,2})\.?\s+([A-Z]{3,9})\.?,?\s+(\d{4})`)
const MONTH_DAY = pattern(String.raw`(?:[A-Z]{3,9},?\s+)?([A-Z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})`)
/** Seconds or milliseconds since 1970, of this century. */
const EPOCH = /^(?:(1\d{9}|[2-4]\d{9})|((?:1\d|[2-4]\d)\d{11}))(?:\.0+)?$/
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

export function readMoment(given: string, reading: DateReading): Written | NotRead {
  const text = given.trim()
  const epoch = EPOCH.exec(text)
  if (epoch) {
    const at = epoch[1] !== undefined ? Number(epoch[1]) * 1_000 : Number(epoch[2])
    return { first: at, last: at }
  }
  const [iso, last] = [YEAR_FIRST.exec(text), YEAR_LAST.exec(text)]
  if (iso) return written([iso[1]!, iso[2]!, iso[3]!], iso.slice(4), reading)
  if (last) {
    const [, one, two, year] = last
    if (reading.order === undefined) return 'ambiguous'
    const [month, day] = reading.order === 'mdy' ? [one!, two!] : [two!, one!]
    return written([year!, month, day], last.slice(4), reading)
  }
  const [dayFirst, monthFirst] = [DAY_MONTH.exec(text), MONTH_DAY.exec(text)]
  const named = dayFirst
    ? ([dayFirst[3]!, dayFirst[2]!, dayFirst[1]!] as const)
    : monthFirst && ([monthFirst[3]!, monthFirst[1]!, monthFirst[2]!] as const)
  if (!named) return 'unreadable'
  const month = MONTHS.indexOf(named[1].slice(0, 3).toLowerCase()) + 1
  return written([named[0], String(month), named[2]], (dayFirst ?? monthFirst)!.slice(4), reading)
}

type Digits = readonly [year: string, month: string, day: string]

function written(
  date: Digits,
  rest: readonly (string | undefined)[],
  reading: DateReading,
): Written | NotRead {
  const [year, month, day] = date.map(Number) as [number, number, number]
  const [hours, minutes = '0', seconds = '0', fraction = '0', half, zone] = rest
  const hour = Number(hours ?? 0)
  const isNoClock = half === undefined ? hour > 23 : hour < 1 || hour > 12
  if (isNoClock || Number(minutes) > 59 || Number(seconds) > 59 || !isDay(year, month, day))
    return 'unreadable'
  const hour24 = half === undefined ? hour : (hour % 12) + (/^p/i.test(half) ? 12 : 0)
  const milliseconds = Number(`0.${fraction}`) * 1_000
  const wall = Date.UTC(
    year,
    month - 1,
    day,
    hour24,
    Number(minutes),
    Number(seconds),
    Math.floor(milliseconds),
  )
  const offset = offsetIn(zone, reading)
  const first = offset === undefined ? undefined : offset(wall)
  if (offset === undefined || first === undefined) return 'unreadable'
  return { first, last: hours === undefined ? offset(wall + DAY)! - 1 : first }
}

const DAY = 86_400_000

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day))
  return year >= 1990 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

/** From what a clock on the wall shows to epoch milliseconds. */
function offsetIn(
  zone: string | undefined,
  { zone: usual }: DateReading,
): ((wall: number) => number | undefined) | undefined {
  if (zone === undefined) return inZone(usual)
  const offset = /^([+-])(\d{2}):?(\d{2})?/.exec(zone)
  if (!offset) return inZone(/^(?:Z|GMT)$/i.test(zone) ? 'UTC' : zone)
  const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0)
  return wall => wall - (offset[1] === '-' ? -1 : 1) * minutes * 60_000
}

const CLOCKS = new Map<string, Intl.DateTimeFormat | undefined>()

/** Undefined where no such zone is known. */
function clockOf(zone: string): Intl.DateTimeFormat | undefined {
  if (!CLOCKS.has(zone)) CLOCKS.set(zone, newClock(zone))
  return CLOCKS.get(zone)
}

function newClock(timeZone: string): Intl.DateTimeFormat | undefined {
  const part = '2-digit'
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: part,
      day: part,
      hour: part,
      minute: part,
      second: part,
    })
  } catch {
    // A name of no zone is a date that cannot be read, which is said of the row.
    return undefined
  }
}

export const isZone = (zone: string): boolean => clockOf(zone) !== undefined

function inZone(zone: string): ((wall: number) => number) | undefined {
  if (zone.toUpperCase() === 'UTC') return wall => wall
  const clock = clockOf(zone)
  if (!clock) return undefined
  const shown = (at: number): number => {
    const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
    const { year, month, day, hour, minute, second } = parts as Record<string, number>
    return Date.UTC(year!, month! - 1, day, hour, minute, second) + (at % 1_000)
  }
  // The second look is for a change of the clocks between the two.
  return wall => {
    const near = wall - (shown(wall) - wall)
    return near - (shown(near) - wall)
  }
}
