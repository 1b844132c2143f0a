import { CONSENT_MODE_SIGNALS } from '../../shared/domain/signals.ts'
import type { ConsentModeFlags } from '../../shared/domain/signals.ts'

/** Tells Google Consent Mode v2 what each of its seven signals is. */
export function tellConsentMode(
  command: 'default' | 'update',
  flags: ConsentModeFlags,
  signals: Record<string, unknown> = {},
): void {
  CONSENT_MODE_SIGNALS.map((signal, bit) => (signals[signal] = (flags >> bit) & 1 ? 'granted' : 'denied'))
  // An `arguments` object: its readers ignore arrays.
  const gtag: (...call: unknown[]) => void = function () {
    ;(window.dataLayer ??= []).push(arguments)
  }
  gtag('consent', command, signals)
}
