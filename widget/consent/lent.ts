import type { Acts, Loader } from './acting.ts'
import type { Shown } from './handle.ts'

/** The loader's handle, in the code that comes with a view: a bundle of its own, which has no state but this. */
export let lent: Loader & Acts

/** Only a view of the loader's own configuration may act: what is shown is what is offered, and what is recorded. */
export function borrow(handle: Loader, { configuration }: Shown): void {
  if (!configuration.startsWith(handle.configuration.configuration)) throw new Error('another configuration')
  lent = handle as typeof lent
}
