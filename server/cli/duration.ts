const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const MOST = 366 * UNITS.d

/** Milliseconds of `30d`, `12h`, `90m`, `10s` or `0`, at most a year; `undefined` when it is written otherwise. */
export function readDuration(text: string): number | undefined {
  if (text === '0') return 0
  const [, count, unit] = /^([1-9]\d{0,8})([smhd])$/.exec(text) ?? []
  if (count === undefined) return undefined
  const time = Number(count) * UNITS[unit as keyof typeof UNITS]
  return time <= MOST ? time : undefined
}
