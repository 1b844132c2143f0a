import type { InTime } from '../../shared/domain/as-of.ts'
import { parseMoment } from '../../shared/schemas/moment.ts'

/** Parameters that ask about another moment; `at` is an older name of `asOf`. */
export const MOMENTS = ['asOf', 'knownAsOf', 'at'] as const

export const DESCRIBED_MOMENTS = {
  asOf: 'What was true at this moment (RFC 3339), by all that is recorded now; now when left out or still to come.',
  knownAsOf:
    'Only what was recorded by this moment; alone, it asks what would have been answered then. Everything, when left out or still to come.',
}

/** A person's past is shorter; what a program made to be long must not hold up everybody else. */
const MOST_LOOKED_THROUGH = 1_000

/** The past a question asks about, or what is wrong with how it asks. */
export function readMoments(
  query: Readonly<Record<string, string | undefined>>,
): InTime | { readonly detail: string } {
  const moments: Partial<Record<(typeof MOMENTS)[number], number>> = {}
  for (const name of MOMENTS) {
    const text = query[name]
    const moment = text === undefined ? undefined : parseMoment(text)
    if (moment !== undefined) moments[name] = moment
    else if (text !== undefined)
      return {
        detail: `Ask with ${name}=2026-11-28T18:00:00Z, a time with its zone (RFC 3339), or without it.`,
      }
  }
  if (moments.at !== undefined && moments.asOf !== undefined)
    return { detail: 'Ask with asOf=… or with at=…, its older name, not with both.' }
  const { at, asOf = at, knownAsOf } = moments
  return {
    most: MOST_LOOKED_THROUGH,
    ...(asOf !== undefined && { asOf }),
    ...(knownAsOf !== undefined && { knownAsOf }),
  }
}
