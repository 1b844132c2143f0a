import type { View } from '../../shared/domain/publication.ts'
import type { readConsent } from './cookie.ts'
import type { ConsentHandle } from './handle.ts'
import type { TellConsentMode } from './page.ts'

/** What the loader lends to the code that acts: the state stays the loader's. */
export interface Loader extends Pick<ConsentHandle, 'configuration' | 'base' | 'gpc' | 'granted'> {
  /** What is remembered, as far as the loader reads it. */
  state(): ReturnType<typeof readConsent>
  /** Reads what the cookie remembers, and applies it if it has changed. */
  sync(): void
  hide(view: View): void
}

/** What comes with the first view that is loaded: somebody who has decided earlier pays for none of it. */
export interface Acts extends Pick<
  ConsentHandle,
  'save' | 'record' | 'later' | 'receipt' | 'history' | 'leftovers' | 'close'
> {
  /** Takes everything back, by the site's own interface. */
  takeBack(): void
  /** Sends what waits; removes what services of purposes not granted keep. */
  catchUp(): void
  /** For pages without the stub: Consent Mode is told the default when this code comes, before any gate opens. */
  readonly tell: TellConsentMode
  readonly flags: number
  /** An answer given now would be remembered. */
  canRemember(): boolean
}
