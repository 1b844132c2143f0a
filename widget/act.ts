import type { Acts, Loader } from './consent/acting.ts'
import { writeCookie } from './consent/cookie.ts'
import { saver } from './consent/decide.ts'
import type { Shown } from './consent/handle.ts'
import { borrow } from './consent/lent.ts'
import { flush } from './consent/outbox.ts'

/** What an answer takes. It travels inside every view, whose module exports it; only the first that is loaded acts. */
export function act(handle: Loader & Partial<Acts>, view: Shown): void {
  borrow(handle, view)
  if (handle.save) return
  const probe = `${handle.key}_probe`
  Object.assign(handle, {
    save: saver(view),
    later() {
      try {
        sessionStorage[`${handle.key}_later`] = 1
      } catch {
        // Not remembered: asked again on the next page.
      }
    },
    canRemember: () => writeCookie(probe, '1', 1) && !writeCookie(probe, '', 0),
    flush,
  } satisfies Acts)
}
