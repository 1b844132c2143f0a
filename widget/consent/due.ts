import { configuration, gpc, key } from './config.ts'
import { choices } from './state.ts'
import { stored } from './stored.ts'

/**
 * Every purpose that must be asked has an answer. One given under an older configuration counts: whoever has answered every
 * purpose is not asked again.
 */
export const isAnswered = (): boolean =>
  configuration.purposes.every(
    ([id, required, covered]) => required || (covered && gpc) || (choices && id in choices),
  )

/** Something is to be asked, and "not now" was not said in this session. */
export const isDue = (): boolean => !isAnswered() && !stored('sessionStorage').includes(`${key}_later`)

/** "Not now": not asked again in this session; grants nothing, writes no entry. */
export function later(): void {
  try {
    sessionStorage[`${key}_later`] = 1
  } catch {
    // Not remembered: asked again on the next page.
  }
}
