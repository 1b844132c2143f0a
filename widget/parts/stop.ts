import type { GlobalCall } from '../../shared/domain/site.ts'
import { follow } from './follow.ts'
import type { PartOf } from './part.ts'

/**
 * Stops what runs for a purpose that is taken back: by the calls its services declare, and by telling the page. Where that
 * stops all of it, the page need not be loaded again.
 */
export const start: PartOf<'stop'> = (assent, { event, purposes }) => {
  /** Granted since this page has been here: it may run. */
  const running = new Set<string>()
  /** Purposes stopped, and whether all of each is. */
  const stopped = new Map<string, boolean>()

  function stopAll(purpose: string): boolean {
    const { stop, whole } = purposes[purpose]!
    const isDone = stop.map(call).every(Boolean) && whole
    // A listener that has stopped everything says so, as of any event that has a default.
    const isHandled = event && !tell(purpose)
    // No call ends what is in a frame.
    return (isDone || !!isHandled) && !document.querySelector(`iframe[data-consent="${purpose}"][src]`)
  }

  assent.stop = purpose => {
    if (running.delete(purpose)) stopped.set(purpose, stopAll(purpose))
    return !!stopped.get(purpose)
  }
  follow(
    assent,
    () => Object.keys(purposes).filter(assent.granted),
    granted => {
      for (const purpose of Object.keys(purposes))
        if (!granted.includes(purpose)) assent.stop!(purpose)
        else {
          running.add(purpose)
          if (stopped.delete(purpose)) purposes[purpose]!.resume.map(call)
        }
    },
  )
}

const tell = (purpose: string): boolean =>
  document.dispatchEvent(new CustomEvent('assent:stop', { detail: { purpose }, cancelable: true }))

/** @returns whether it went well; what is not there does not run, so there is nothing to stop */
function call([path, ...values]: GlobalCall): boolean {
  try {
    let owner: unknown
    let found: unknown = window
    for (const name of path.split('.')) {
      owner = found
      found = (found as Readonly<Record<string, unknown>> | undefined)?.[name]
    }
    if (typeof found === 'function') Reflect.apply(found, owner, values)
    return true
  } catch (error) {
    // One that fails keeps none of the others from stopping.
    reportError(error)
    return false
  }
}
