import type { InTime } from '../../shared/domain/as-of.ts'
import { parseMoment } from '../../shared/schemas/moment.ts'
import type { PastView } from '../ledger/in-time.ts'
import { CommandError, EXIT, textFlag, type Invocation } from './command.ts'

export const MOMENT_OPTIONS = { 'as-of': { type: 'string' }, 'known-as-of': { type: 'string' } } as const
export const MOMENT_HELP = `  --as-of <time>    what was true at this moment, by all that is recorded now; such as 2026-11-28T18:00:00Z
  --known-as-of <time>  only what was recorded by this moment; alone, what would have been answered then`

export function readMoments(flags: Invocation['flags']): InTime {
  const read = (name: keyof typeof MOMENT_OPTIONS): number | undefined => {
    const text = textFlag(flags[name])
    const moment = text === undefined ? undefined : parseMoment(text)
    if (text !== undefined && moment === undefined)
      throw new CommandError(
        `--${name} is a time with its zone, such as 2026-11-28T18:00:00Z (RFC 3339).`,
        EXIT.usage,
      )
    return moment
  }
  const [asOf, knownAsOf] = [read('as-of'), read('known-as-of')]
  return { ...(asOf !== undefined && { asOf }), ...(knownAsOf !== undefined && { knownAsOf }) }
}

export const timeText = (moment: number): string => new Date(moment).toISOString()

/** Which moment an answer is of, and by what it is known, in words. */
export function momentText(
  asOf: number,
  known?: { readonly asOf: number; readonly entries: number },
): string {
  const by = known && `, by the ${known.entries} entries recorded until ${timeText(known.asOf)}`
  return `as of ${timeText(asOf)}${by ?? ''}`
}

/** What was seen, where the question was about the past. */
export const knownIn = ({ knownAsOf, known }: PastView) =>
  knownAsOf === undefined ? undefined : { asOf: knownAsOf, entries: known }
