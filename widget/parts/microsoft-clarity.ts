import { follow, word } from './follow.ts'
import type { PartOf } from './part.ts'

type Clarity = ((...call: unknown[]) => void) & { q?: unknown[] }

declare global {
  interface Window {
    clarity?: Clarity
  }
}

/** Microsoft Clarity: both of its signals at every call, by its own queue while its script has not come. */
export const start: PartOf<'microsoft-clarity'> = (assent, { ad_Storage, analytics_Storage }) => {
  follow(
    assent,
    () => ({
      ad_Storage: word(assent.granted(ad_Storage)),
      analytics_Storage: word(assent.granted(analytics_Storage)),
    }),
    said => (window.clarity ??= queue())('consentv2', said),
  )
}

/** What Clarity's own snippet makes unless it is there. */
function queue(): Clarity {
  const clarity: Clarity = function () {
    ;(clarity.q ??= []).push(arguments)
  }
  return clarity
}
