import { configuration, gpc, key } from './config.ts'
import { record } from './state.ts'
import { stored } from './stored.ts'

/**
 * A purpose that must be asked has no answer, and "not now" was not said in this session. An answer given under an older
 * configuration counts: whoever has answered every purpose is not asked again.
 */
export const isDue = (): boolean =>
  !(
    configuration.purposes.every(
      ([id, required, covered]) => required || (covered && gpc) || (record && id in record.choices),
    ) || stored('s').includes(`${key}_later`)
  )

/** "Not now": not asked again in this session; grants nothing, writes no entry. */
export function later(): void {
  try {
    sessionStorage[`${key}_later`] = 1
  } catch {
    // Not remembered: asked again on the next page.
  }
}
