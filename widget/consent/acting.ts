import type { OpenedView } from '../../shared/domain/publication.ts'
import type { PurposeChoices } from '../../shared/domain/consent.ts'
import type { Assent, ConsentHandle } from './handle.ts'
import type { TellConsentMode } from './page.ts'

/** `window.assent` as the widget's own code may use it. */
export interface OwnAssent extends Assent {
  open(view?: OpenedView, where?: Element): unknown
  decide(choices: PurposeChoices, method?: 'gpc'): void
  hide(what: OpenedView | Element): void
  /** Of parts: removes what is refused and takes time to remove, such as databases; answers the names of what is left. */
  removeRest?(): Promise<readonly string[]>
  /** Of a part: stops what runs for a purpose that is not granted any more. Answers whether all of it is: no reload, then. */
  stop?(purpose: string): boolean
}

/** The loader's half of the handle. */
export type Loader = OwnAssent & Pick<ConsentHandle, 'configuration' | 'base' | 'load'>

/** Acting: it comes with the first view but the first layer that is loaded, and puts itself into the handle. */
export interface Acts extends Pick<
  ConsentHandle,
  'gpc' | 'save' | 'record' | 'receipt' | 'history' | 'leftovers' | 'removeRest' | 'speak' | 'close'
> {
  /** Takes everything back, by the site's own interface. */
  takeBack(): void
  /** Sends what waits; removes what services of purposes not granted keep. */
  catchUp(): void
  /** For pages without the stub: Consent Mode is told the default when this code comes, before any gate opens. */
  readonly tell: TellConsentMode
  readonly flags: number
}
