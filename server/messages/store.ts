import type { Channel } from '../../shared/domain/site.ts'

/** One message to or from a person. */
export interface Message {
  /** The same message is one row, however often it is queued: made from the entry it follows from. */
  readonly id: string
  readonly subject: string
  readonly channel: Channel
  readonly direction: 'out' | 'in'
  /** `confirm`, `welcome`, `stopped`, `help`, `preferences`; of what came in the keyword, or `other`. */
  readonly kind: string
  readonly program?: string
  /** Id of the entry it follows from, or that follows from it. */
  readonly entry?: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly state: 'due' | 'sent' | 'failed' | 'received'
  readonly attempts: number
  readonly dueAt?: number
  /** What the provider calls it. */
  readonly providerId?: string
  readonly fault?: string
  /** Sealed under the subject's key. */
  readonly sealed?: Uint8Array
}

export interface TokenRow {
  /** SHA-256 of the token. */
  readonly hash: Uint8Array
  readonly subject: string
  readonly channel: Channel
  readonly program?: string
  /** Id of the entry it was sent for. */
  readonly entry: string
  readonly expiresAt: number
  readonly usedAt?: number
}

/** What messages need of a database. On disk when a call returns. */
export interface MessageStore {
  /** `false` when a message has this id already: it is left as it is. */
  add(site: string, message: Message): boolean
  /** Moves one on; what is not named stays. */
  update(
    site: string,
    id: string,
    change: Partial<Pick<Message, 'state' | 'attempts' | 'dueAt' | 'providerId' | 'fault' | 'at'>>,
  ): void
  message(site: string, id: string): Message | undefined
  messageByProviderId(site: string, providerId: string): Message | undefined
  /** Messages that are due, the longest due first. */
  due(now: number, most: number): { readonly site: string; readonly message: Message }[]
  /** What came in and waits for somebody, of one site or of all, the longest waiting first. */
  waiting(site?: string): { readonly site: string; readonly message: Message }[]
  /** Nobody has to look any more: it waits no longer, and what was sealed of it is gone. */
  settle(site: string, id: string): void
  /** Of one subject, oldest first. */
  ofSubject(site: string, subject: string): Message[]
  /** How many went out to or were queued for one kind since a moment: for daily caps. */
  countSince(site: string, kind: string, channel: Channel, since: number, program?: string): number

  addToken(site: string, token: TokenRow): void
  token(site: string, hash: Uint8Array): TokenRow | undefined
  /** `false` when it was used before. */
  useToken(site: string, hash: Uint8Array, at: number): boolean
  /** Removes tokens that expired before a moment. */
  dropTokens(before: number): number

  /** Everything about one subject is deleted. */
  forget(site: string, subject: string): void

  /** Something came in at a sender. Moves forward, never back. */
  hear(site: string, sender: string, at: number): void
  heardAt(site: string, sender: string): number | undefined

  /** Index of the entry a follower reads next; 0 when it never read any. */
  cursor(site: string, follower: string): number
  moveCursor(site: string, follower: string, next: number): void
}
