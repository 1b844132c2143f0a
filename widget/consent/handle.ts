import type { ConsentMethod, PurposeChoices } from '../../shared/domain/consent.ts'
import type { Loader } from './acting.ts'
import type { OpenedView, WidgetConfiguration } from '../../shared/domain/publication.ts'

/** `window.assent`: what a site's own scripts may call, from the stub's first line on. */
export interface Assent {
  granted(purpose: string): boolean
  /** Tells at once when a choice is known, then at each change; returns how to stop. */
  onChange(tell: (choices: PurposeChoices) => void): () => void
  open(view?: 'settings' | 'notice' | 'opt-out' | `opt-in:${string}`): void
  /** The site's own interface: recorded with method `api`. */
  decide(choices: PurposeChoices): void
  /** Every purpose denied; recorded as a withdrawal when something had been granted. */
  withdraw(): void
  /** Between the first layer and the loader: what is remembered has changed. */
  sync?(): void
  /** The last decision of this page view, by its receipt number; with its index once the ledger has it. */
  last?: Receipt | undefined
}

export interface Receipt {
  readonly id: string
  readonly index?: number
}

/** What was on screen when the person acted: SHA-256 of the view's bytes, of its configuration, and its language. */
export interface Shown {
  readonly text: string
  readonly configuration: string
  readonly language: string
}

/** What the first-party cookie remembers. */
export interface ConsentRecord {
  /** Epoch milliseconds by the browser's clock. */
  readonly decidedAt: number
  /** First 8 hex of the SHA-256 of the configuration decided by. */
  readonly configuration: string
  readonly choices: PurposeChoices
  /** Global Privacy Control was on when the person decided. */
  readonly gpc: boolean
  /** The signal itself was the act: the person has answered nothing. */
  readonly isSignal: boolean
  /** 44 hex, made at the first decision that grants anything; only its holder can read or withdraw. */
  readonly secret?: string | undefined
}

/** One line of the person's own history, as the server tells it. */
export interface HistoryEntry {
  readonly id: string
  readonly index: number
  readonly type: 'decision' | 'withdrawal'
  /** RFC 3339 UTC; absent where another tool asked and kept no time. */
  readonly decidedAt?: string
  readonly receivedAt: string
  readonly configuration: string
  readonly language: string
  readonly method: ConsentMethod
  readonly choices: PurposeChoices
  /** Of the method `take-over`: the tool that asked. */
  readonly tool?: string
}

export interface History {
  readonly subject: string
  readonly standing: Readonly<Record<string, { readonly state: string; readonly since: number }>>
  readonly entries: readonly HistoryEntry[]
}

/** What a view is handed. The UI is a bundle of its own: importing the state would make a second, empty copy. */
export interface ConsentHandle extends Assent {
  readonly configuration: WidgetConfiguration
  /** `<host>/s/<site>/`, with the slash. */
  readonly base: string
  /** Global Privacy Control is on in this browser now. */
  readonly gpc: boolean
  record(): ConsentRecord | undefined
  /** The only way a choice changes. Returns the decision's id, '' when the browser kept nothing; never waits for the network. */
  save(
    choices: PurposeChoices,
    method?: ConsentMethod,
    shown?: Shown,
    type?: 'decision' | 'withdrawal',
  ): string
  /** The last decision of this page view; its index once the server has acknowledged it. */
  receipt(): Receipt | undefined
  /** `undefined` when there is no secret, so nothing to ask by. */
  history(): Promise<History | undefined>
  /** Names of cookies and storage keys that withdrawal could not remove. */
  leftovers(): readonly string[]
  /** The same of what takes time to remove; `undefined` where nothing does. */
  removeRest(): Promise<readonly string[]> | undefined
  /** Fetches a view ahead of its opening. */
  load(view: OpenedView): Promise<ViewModule | undefined>
  /** The same view in another of the site's languages. */
  speak(view: OpenedView, language: string): Promise<ViewModule>
  /** Closes what is open. */
  close(): void
}

/** Default export of a view's module: shows it, returns how to close it. `where`: the gated element of an embed, the element of a form. */
export type ShowView = (handle: ConsentHandle, shown: Shown, where?: Element) => () => void

/** A view as served under its un-hashed address. `act`, where it has one, completes the handle, unless another view has. */
export type ViewModule = Shown & {
  readonly default: ShowView
  readonly act?: (handle: Loader, shown: Shown) => void
}
