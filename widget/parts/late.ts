import type { OwnAssent } from '../consent/acting.ts'

/**
 * Calls once the page has what a receiver's script defines: now, or when a script that brings it has loaded. For receivers
 * without a queue of their own, where a stand-in of ours would keep their script from starting.
 */
export function whenThere(assent: OwnAssent, isThere: () => boolean, call: () => void): void {
  let isDone = false
  const look = (): void => {
    if (isDone || !isThere()) return
    isDone = true
    document.removeEventListener('load', look, true)
    call()
  }
  // Load events of scripts do not bubble, and never reach the window; they can be caught on their way down.
  document.addEventListener('load', look, true)
  // A yes may have let it run.
  assent.onChange(look)
  look()
}
