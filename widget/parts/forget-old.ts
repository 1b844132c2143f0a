import { readCookie } from '../consent/stored.ts'
import { cookiePlaces } from '../gates/cookie-places.ts'
import type { PartOf } from './part.ts'

/** Once there is a choice of ours, what another consent tool keeps of its own is of no more use, and goes. */
export const start: PartOf<'forget-old'> = (assent, names) => {
  assent.onChange(() => {
    for (const name of names) {
      try {
        localStorage.removeItem(name)
        if (readCookie(name) !== undefined)
          for (const place of cookiePlaces()) document.cookie = `${name}=;max-age=0${place}`
      } catch {
        // It is blocked: nothing is kept there.
      }
    }
  })
}
