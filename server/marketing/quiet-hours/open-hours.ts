import { QUIET_HOURS, WEEKDAYS, type QuietHoursRule } from '../../../shared/rules/quiet-hours.ts'
import { DAY, instantOf, localDay, type Clock } from './clock.ts'

/** A row of the rules, made ready for being asked a million times. Days count from 1970-01-01. */
export interface Hours {
  readonly rule: QuietHoursRule
  readonly from: number
  readonly until: number
  /** From Sunday; minutes of the day. */
  readonly week: readonly ([opens: number, closes: number] | undefined)[]
}

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
const dayNumber = (day: string): number => Date.parse(day) / DAY

const READY: readonly Hours[] = QUIET_HOURS.map(rule => ({
  rule,
  from: rule.from === undefined ? -Infinity : dayNumber(rule.from),
  until: rule.until === undefined ? Infinity : dayNumber(rule.until),
  week: WEEKDAYS.map(weekday => {
    const hours = rule.open.find(({ days }) => days.includes(weekday))
    return hours && [minuteOf(hours.opens), minuteOf(hours.closes)]
  }),
}))

const byRegion = new Map<string, readonly Hours[]>()
for (const hours of READY)
  byRegion.set(hours.rule.region, [...(byRegion.get(hours.rule.region) ?? []), hours])

/** Every rule of a region and of the country it is in. */
export function hoursIn(region: string): readonly Hours[] {
  const own = byRegion.get(region) ?? []
  return region.length > 2 ? [...(byRegion.get(region.slice(0, 2)) ?? []), ...own] : own
}

/** 1970-01-01 was a Thursday. */
const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7
const holds = ({ from, until }: Hours, day: number): boolean => from <= day && day <= until

export function isOpen(hours: Hours, clock: Clock, at: number): boolean {
  const shown = at + clock.offsetAt(at)
  const day = Math.floor(shown / DAY)
  if (!holds(hours, day)) return true
  const open = hours.week[weekdayOf(day)]
  if (!open) return false
  const minute = Math.floor((shown - day * DAY) / 60_000)
  return open[0] <= minute && minute < open[1]
}

/** When hours that are closed now open next. */
export function nextOpening(hours: Hours, clock: Clock, at: number): number | undefined {
  const today = localDay(clock, at)
  for (let day = today; day <= today + 8; day++) {
    const opens = holds(hours, day) ? hours.week[weekdayOf(day)]?.[0] : 0
    const instant = opens === undefined ? undefined : instantOf(clock, day, opens)
    if (instant !== undefined && instant > at) return instant
  }
  return undefined
}
