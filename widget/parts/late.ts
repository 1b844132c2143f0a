/**
 * Calls once the page has what a receiver's script defines: now, or when a script that brings it has loaded. For receivers
 * without a queue of their own, where a stand-in of ours would keep their script from starting.
 */
export function whenThere(isThere: () => boolean, call: () => void): void {
  const look = (): void => {
    if (!isThere()) return
    removeEventListener('load', look, true)
    call()
  }
  // Load events do not bubble; they can be caught on their way down.
  addEventListener('load', look, true)
  look()
}
