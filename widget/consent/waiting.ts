import { key } from './config.ts'
import { readCookie } from './cookie.ts'

export const nameOf = (id: string): string => `${key}_out_${id}`

/** Decisions not acknowledged yet, in the order of their ids, which is the order of their times. */
export function waiting(): string[] {
  const texts = []
  try {
    for (const name in localStorage) if (name.startsWith(nameOf(''))) texts.push(localStorage[name])
  } catch {
    // No localStorage: the cookie is all there can be.
  }
  const unsent = readCookie(`${key}_out`)
  if (unsent) texts.push(decodeURIComponent(unsent))
  // oxlint-disable-next-line typescript/require-array-sort-compare -- texts, and their order is the default one
  return texts.sort()
}
