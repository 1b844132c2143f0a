import { follow } from './follow.ts'
import { whenThere } from './late.ts'
import type { PartOf } from './part.ts'

declare global {
  interface Window {
    /** What holds before an answer; the plugin has its own idea where nobody says. */
    wp_consent_type?: string
    wp_set_consent?: (category: string, value: 'allow' | 'deny') => void
    wp_has_consent?: (category: string) => boolean
  }
}

/**
 * The plugin WP Consent API, by which other WordPress plugins ask. It remembers in cookies of its own, so it hears nothing
 * before there is an answer: "opt-in" and no cookie is a no already.
 */
export const start: PartOf<'wp-consent-api'> = (assent, { type, categories }) => {
  window.wp_consent_type = type
  document.dispatchEvent(new CustomEvent('wp_consent_type_defined'))
  let isAnswered = false
  assent.onChange(() => (isAnswered = true))
  whenThere(
    assent,
    () => !!window.wp_set_consent,
    () =>
      follow(
        assent,
        () =>
          Object.entries(categories).map(([category, purpose]) => {
            const said = assent.granted(purpose) ? 'allow' : isAnswered ? 'deny' : undefined
            return [category, said] as const
          }),
        said => {
          for (const [category, value] of said)
            // A choice that has ended takes back what it had allowed.
            if (value ?? window.wp_has_consent?.(category)) window.wp_set_consent?.(category, value ?? 'deny')
        },
      ),
  )
}
