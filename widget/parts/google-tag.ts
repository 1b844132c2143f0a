import { CONSENT_MODE_SIGNALS } from '../../shared/domain/signals.ts'
import { follow, word } from './follow.ts'
import type { PartOf } from './part.ts'

/** What a Google tag is told beside Consent Mode; and Consent Mode once more where the page has thrown it away. */
export const start: PartOf<'google-tag'> = (assent, { set, signals }) => {
  // An `arguments` object: its readers ignore arrays.
  const gtag: (...call: unknown[]) => void = function () {
    ;(window.dataLayer ??= []).push(arguments)
  }
  for (const name of set) gtag('set', name, true)

  const states = (isGranted: (purpose: string) => boolean) =>
    Object.fromEntries(
      CONSENT_MODE_SIGNALS.map(signal => {
        const purpose = signals[signal]
        return [signal, word(purpose !== undefined && isGranted(purpose))]
      }),
    )
  follow(
    assent,
    () => states(assent.granted),
    said => {
      // `dataLayer = [...]` after the stub: without a default, Google takes everything for granted.
      if (has('default')) return
      gtag(
        'consent',
        'default',
        states(() => false),
      )
      if (!has('update')) gtag('consent', 'update', said)
    },
  )
}

const has = (kind: string): boolean =>
  (window.dataLayer ?? []).some(entry => {
    const [command, said] = Array.from((entry ?? []) as ArrayLike<unknown>)
    return command === 'consent' && said === kind
  })
