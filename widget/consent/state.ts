import type { PurposeChoices } from '../../shared/domain/consent.ts'
import { ADVERTISING_FLAGS } from '../../shared/domain/signals.ts'
import { configuration, gpc, key } from './config.ts'
import { readConsent, readCookie, writeConsent } from './cookie.ts'
import type { ConsentRecord } from './handle.ts'

type Listener = (choices: PurposeChoices) => void

/** What the cookie remembers. It is the state: what does not stick there is not in force here. */
export let record: ConsentRecord | undefined
let seen: string | undefined | 0 = 0
let apply: () => void
const listeners = new Set<Listener>()

/** Strictly necessary purposes always are. */
export const granted = (purpose: string): boolean =>
  configuration.purposes.some(([id, required]) => id === purpose && (required || record?.choices[id]))

/** Consent Mode flags in force: all denied while nothing is known. */
export function flags(): number {
  let granting = 0
  for (const [id, , , grants] of configuration.purposes) if (record && granted(id)) granting |= grants
  return gpc && !record?.gpc ? granting & ~ADVERTISING_FLAGS : granting
}

/** Gates are applied first, and without a choice too; then whoever listens hears of it. */
export function useGates(run: () => void): void {
  apply = run
  sync()
}

/** Reads what is remembered and applies it if it has changed, here or in another tab. */
export function sync(): void {
  record = readConsent()
  if (seen === (seen = readCookie(key))) return
  apply()
  for (const tell of listeners) inform(tell)
}

/** @returns whether the browser remembers it; if not, nothing has changed */
export function remember(next: ConsentRecord): boolean {
  record = next
  const isKept = writeConsent(next, flags())
  sync()
  return isKept
}

function inform(tell: Listener): void {
  try {
    if (record) tell(record.choices)
  } catch (error) {
    // The site's own fault must not keep a decision from being applied and recorded.
    reportError(error)
  }
}

export function onChange(tell: Listener): () => void {
  listeners.add(tell)
  inform(tell)
  return () => listeners.delete(tell)
}
