import type { Config } from './read-file.ts'
import { isRecord } from './value-of.ts'

/** What stands in somebody else's configuration may be anything. */
export const record = (value: unknown): Config => (isRecord(value) ? value : {})
export const records = (value: unknown): readonly Config[] =>
  Array.isArray(value) ? value.filter(isRecord) : []
export const words = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined

/** At most as long as a choice is remembered here. */
export function daysOf(value: unknown, where: string, changed: string[]): number | undefined {
  if (typeof value !== 'number' || !(value >= 1)) return undefined
  if (value > LONGEST)
    changed.push(`${where}: ${value} days became ${LONGEST} (13 months), the most there is here`)
  return Math.min(Math.round(value), LONGEST)
}
const LONGEST = 395
