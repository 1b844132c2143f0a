const DAY = 86_400
const UNITS: Readonly<Record<string, number>> = { Y: 366 * DAY, M: 31 * DAY, W: 7 * DAY, D: DAY }
const OF_A_DAY: Readonly<Record<string, number>> = { H: 3_600, M: 60, S: 1 }

/** The longest that an ISO 8601 duration may be; `session` is no time at all. */
export function secondsOf(duration: string): number {
  const [days = '', times = ''] = duration.replace(/^P/, '').split('T')
  const sum = (text: string, units: Readonly<Record<string, number>>): number =>
    [...text.matchAll(/(\d+)([A-Z])/g)].reduce((all, [, n, unit]) => all + Number(n) * (units[unit!] ?? 0), 0)
  return duration === 'session' ? 0 : sum(days, UNITS) + sum(times, OF_A_DAY)
}

/** ISO 8601, in whole minutes below two days and in whole days above. */
export function durationOf(seconds: number | undefined): string {
  if (seconds === undefined) return 'session'
  return seconds < 2 * DAY ? `PT${Math.max(1, Math.ceil(seconds / 60))}M` : `P${Math.ceil(seconds / DAY)}D`
}
