const FIRST = 5_000
const LONGEST = 3_600_000
/** As long as it is tried; then somebody has to look. */
const GIVE_UP = 3 * 86_400_000

/** How long to wait after so many failures in a row: twice as long each time, an hour at most, and no two hooks in step. */
export function waitAfter(failures: number, chance: number): number {
  const wait = Math.min(FIRST * 2 ** Math.min(failures - 1, 20), LONGEST)
  return Math.round(wait * (0.5 + chance / 2))
}

export const isGivenUp = (failingSince: number, now: number): boolean => now - failingSince >= GIVE_UP
