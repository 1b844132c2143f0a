import type { PartOf } from './part.ts'
import { eachFound } from './each-found.ts'

/** Frameworks build the place of the first layer later than it shows itself: it moves there. */
export const start: PartOf<'late-place'> = () => {
  eachFound('[data-assent-banner]', place => {
    const root = document.querySelector('body>#assent')
    // Whoever is in it with the keyboard would be thrown out; settings that are open in it would close.
    if (!root || root.children.length > 1 || root.contains(document.activeElement)) return
    if (place.getClientRects().length > 0) place.prepend(root)
  })
}
