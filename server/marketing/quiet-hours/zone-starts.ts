import type { SendingTime } from './sending-time.ts'

/** Of a campaign: when the people of some zones may be written to first. */
export interface ZoneStart {
  /** More than one where the number leaves it open; empty where nothing tells, and nobody has to know. */
  readonly zones: readonly string[]
  /** Absent: the zone has to be known first. */
  readonly earliest?: number
  readonly numbers: number
}

/** A dry run: give it the answer for every number, and read when the campaign may start where. */
export interface ZoneStarts {
  add(time: SendingTime): void
  /** The earliest first, numbers without a zone last. */
  read(): readonly ZoneStart[]
}

/** `at`: the moment all answers are about. */
export function zoneStarts(at: number): ZoneStarts {
  const starts = new Map<string, ZoneStart>()
  return {
    add(time) {
      const start = startOf(time, at)
      const key = `${start.earliest} ${start.zones.join(' ')}`
      starts.set(key, { ...start, numbers: (starts.get(key)?.numbers ?? 0) + 1 })
    },
    read: () =>
      [...starts.values()].sort(
        (a, b) =>
          (a.earliest ?? Infinity) - (b.earliest ?? Infinity) || a.zones.join().localeCompare(b.zones.join()),
      ),
  }
}

function startOf(time: SendingTime, at: number): Omit<ZoneStart, 'numbers'> {
  switch (time.kind) {
    case 'open':
      return { zones: time.zones, earliest: at }
    case 'quiet':
      return { zones: time.zones, earliest: time.notBefore }
    case 'unknown-zone':
      return { zones: [] }
  }
}
