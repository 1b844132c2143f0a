import type { PurposeChoices } from '../../shared/domain/consent.ts'
import { ADVERTISING_FLAGS } from '../../shared/domain/signals.ts'
import { configuration, gpc, key } from './config.ts'
import { readConsent, readCookie } from './cookie.ts'

/** What the cookie remembers. It is the state: what does not stick there is not in force here. */
export let record: ReturnType<typeof readConsent>
/** Consent Mode flags in force: all denied while nothing is known. */
export let flags: number
let seen: string | undefined | 0 = 0
/** Run at each change, and when a choice has expired. */
export const watchers = new Set<() => void>()

/** Strictly necessary purposes always are. */
export const granted = (purpose: string): boolean =>
  configuration.purposes.some(([id, required]) => id === purpose && (required || record?.choices[id]))

/** Reads what is remembered and applies it if it has changed, here or in another tab. */
export function sync(): void {
  const raw = readCookie(key)
  record = readConsent(raw)
  flags = 0
  if (record) {
    const isMasked = gpc && !record.gpc
    for (const [id, required, covered, grants] of configuration.purposes) {
      // The signal came on after the decision: what it covers counts as not asked until the person grants it by name.
      if (covered && isMasked) delete record.choices[id]
      if (required || record.choices[id]) flags |= grants
    }
    if (isMasked) flags &= ~ADVERTISING_FLAGS
  }
  if (seen !== (seen = raw)) watchers.forEach(run => run())
}

export function onChange(tell: (choices: PurposeChoices) => void): () => void {
  const run = (): void => {
    try {
      if (record) tell(record.choices)
    } catch (error) {
      // The site's own fault must not keep a decision from being applied and recorded.
      reportError(error)
    }
  }
  watchers.add(run)
  run()
  return () => watchers.delete(run)
}
