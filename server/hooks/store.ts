import type { HookEvent, HookField, HookScope } from '../../shared/domain/hook.ts'

export type HookState = 'active' | 'paused' | 'removed'

/** To whom events of a site are posted, and how far that has come. Its secret is apart. */
export interface Hook extends HookScope {
  readonly site: string
  readonly id: string
  readonly url: string
  /** The name of who gets them. */
  readonly recipient: string
  readonly fields: readonly HookField[]
  readonly createdAt: number
  readonly state: HookState
  /** Why it is paused. */
  readonly why?: string
  /** Index of the next entry it is to be told of. */
  readonly next: number
  /** Attempts that failed, one after the other. */
  readonly failures: number
  readonly failingSince?: number
  readonly notBefore?: number
  /** Until then the former secret signs too. */
  readonly formerUntil?: number
}

/** Both as they are wrapped. */
export interface WrappedSecrets {
  readonly secret: Uint8Array
  readonly former?: { readonly secret: Uint8Array; readonly until: number }
}

/** One attempt to post one message. */
export interface Delivery {
  readonly at: number
  /** Id of the message, the same at every attempt. */
  readonly message: string
  readonly event: HookEvent
  /** Index of the entry it tells of. */
  readonly entry: number
  readonly attempt: number
  readonly milliseconds: number
  readonly status?: number
  readonly fault?: string
}

/** What follows from an attempt that failed. */
export interface Failing {
  readonly failures: number
  readonly since: number
  readonly notBefore: number
  /** It is not tried again. */
  readonly pausedWhy?: string
}

export type NewHook = Omit<Hook, 'state' | 'why' | 'failures' | 'failingSince' | 'notBefore' | 'formerUntil'>

/** What hooks need of a database. Another process may change them at any moment: nothing is cached. */
export interface HookStore {
  insert(hook: NewHook, secret: Uint8Array): void
  find(id: string): Hook | undefined
  /** All of them, removed ones too, in the order they were made. */
  list(): Hook[]
  /** `undefined` once it is removed. */
  secrets(id: string): WrappedSecrets | undefined
  /** Moves on from where it was; does nothing where somebody moved it since. */
  advance(id: string, from: number, to: number): void
  /** The same for one that is to begin anew, from any index, at once. */
  rewind(id: string, to: number): void
  /** Keeps an attempt that failed, the newest thousand attempts of each hook, and what follows. */
  failed(id: string, delivery: Delivery, failing: Failing): void
  /** Keeps one that succeeded, which ends every failing; with `past`, moves on as `advance` does. In one transaction. */
  succeeded(id: string, delivery: Delivery, past?: { readonly from: number; readonly to: number }): void
  /** The newest first. */
  deliveries(id: string, limit: number): Delivery[]
  pause(id: string, why: string): void
  /** It goes on from where it was, at once. */
  resume(id: string): void
  /** For ever; its secrets are deleted, what was delivered stays known. */
  remove(id: string): void
  rotate(id: string, secrets: WrappedSecrets): void
  /** Deletes former secrets whose time is over. */
  dropFormer(now: number): void
}
