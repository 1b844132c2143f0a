import type { ConsentModeFlags } from '../../shared/domain/signals.ts'
import type { OwnAssent } from './acting.ts'
import type { Assent } from './handle.ts'

/** A call made before the loader came, to be made again. */
export type QueuedCall = (assent: Assent) => void

export type TellConsentMode = (command: 'default' | 'update', flags: ConsentModeFlags) => void

/** What the stub leaves at `window.assent` until the loader takes over. */
export interface Stub {
  /** In order. */
  readonly queue: readonly QueuedCall[]
  /** Tells Consent Mode; the loader has no such code of its own. */
  readonly tell: TellConsentMode
  /** Flags told as the default. */
  readonly flags: number
  /** The first layer is on its way already, or it was said not now: the loader need not fetch it. */
  readonly first: unknown
}

/** What the guard of automatic mode leaves at `window.assentGuard`, where a page carries it. */
export interface Guard {
  readonly id: string
  /** What is held now: purposes with blanks between, and what was to be asked. */
  readonly waiting: ReadonlySet<{ readonly needs: string; readonly address: string }>
  /** Hosts that this markup names go through on this page. */
  pass(markup: string): void
}

declare global {
  interface Window {
    assent?: Assent & Partial<Stub> & Pick<OwnAssent, 'removeRest' | 'stop'>
    assentGuard?: Guard
    dataLayer?: unknown[]
  }
  interface Navigator {
    /** W3C Global Privacy Control. */
    readonly globalPrivacyControl?: boolean
  }
}
