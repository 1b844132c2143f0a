import type { View } from '../../shared/domain/publication.ts'
import type { ConsentHandle } from './handle.ts'

/** What the loader lends to the code that acts: the state stays the loader's. */
export interface Loader extends Pick<ConsentHandle, 'configuration' | 'base' | 'gpc' | 'granted' | 'record'> {
  /** Reads what the cookie remembers, and applies it if it has changed. */
  sync(): void
  hide(view: View): void
  /** What services of purposes not granted keep here, as far as a script can see. */
  kept(): readonly Kept[]
}

export type Kept = readonly [name: string, storage: 'c' | 'l' | 's', path: string]

/** What comes with the first view that is loaded: somebody who has decided earlier pays for none of it. */
export interface Acts extends Pick<
  ConsentHandle,
  'save' | 'later' | 'receipt' | 'history' | 'leftovers' | 'close'
> {
  /** Takes everything back, by the site's own interface. */
  takeBack(): void
  /** Sends what waits. */
  flush(): void
  /** Removes what services of purposes not granted keep. */
  clear(): void
  /** An answer given now would be remembered. */
  canRemember(): boolean
  /** Client-side navigation may have replaced the body, with an open view in it. */
  attach(): void
}
