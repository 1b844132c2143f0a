import { follow, word } from './follow.ts'
import type { PartOf } from './part.ts'

declare global {
  interface Window {
    /** A queue that `bat.js` replaces by an object whose `push` acts at once. */
    uetq?: { push(...call: unknown[]): unknown }
  }
}

/** Microsoft Advertising: denied first, whatever its tag did before, then what holds. Three items make one call. */
export const start: PartOf<'microsoft-uet'> = (assent, { ad_storage }) => {
  const tell = (command: string, isGranted: boolean): void => {
    ;(window.uetq ??= []).push('consent', command, { ad_storage: word(isGranted) })
  }
  tell('default', false)
  let isTold = false
  follow(
    assent,
    () => [assent.granted(ad_storage)],
    ([isGranted = false]) => {
      if (isTold !== isGranted) tell('update', (isTold = isGranted))
    },
  )
}
