import type { View } from '../../shared/domain/publication.ts'
import type { PurposeChoices } from '../../shared/domain/consent.ts'
import type { Assent, ConsentHandle } from './handle.ts'
import type { TellConsentMode } from './page.ts'
import type { record } from './state.ts'
import type { stored } from './stored.ts'

/** What the loader lends to the code that acts: the state stays the loader's, and nothing is downloaded twice. */
export interface Loader extends Assent, Pick<ConsentHandle, 'configuration' | 'base' | 'gpc' | 'load'> {
  /** What is remembered, as far as the loader reads it. */
  state(): typeof record
  /** Name of the cookie, and what every other name of ours begins with. */
  readonly key: string
  readonly stored: typeof stored
  readCookie(name: string): string | undefined
  /** Consent Mode flags that choices grant. */
  flagsOf(choices: PurposeChoices): number
  /** Reads what the cookie remembers, and applies it if it has changed. */
  sync(): void
  hide(view: View): void
}

/** What answering takes: it comes with the first view that is loaded, and puts itself into the handle. */
export interface Acts extends Pick<ConsentHandle, 'save' | 'later' | 'canRemember'> {
  /** The last decision of this page view; its index once the server has acknowledged it. */
  last?: { readonly id: string; readonly index?: number }
  flush(): Promise<void>
}

/** What only follows from an answer; it comes with every view but the first layer. */
export interface More extends Pick<ConsentHandle, 'record' | 'receipt' | 'history' | 'leftovers' | 'close'> {
  /** Takes everything back, by the site's own interface. */
  takeBack(): void
  /** Sends what waits; removes what services of purposes not granted keep. */
  catchUp(): void
  /** For pages without the stub: Consent Mode is told the default when this code comes, before any gate opens. */
  readonly tell: TellConsentMode
  readonly flags: number
}
