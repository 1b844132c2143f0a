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
  /** Keyed hash of the network somebody asked for it from. */
  readonly source?: Uint8Array
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

export interface SentKind {
  readonly kind: string
  readonly channel: Channel
  readonly program: string
}

/** What messages need of a database. On disk when a call returns. */
export interface MessageStore {
  /** What is written meanwhile is written in one commit, or none of it. What `act` does is synchronous. */
  together<T>(act: () => T): T
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
  /** Messages of a site that are due, the longest due first. */
  due(site: string, now: number, most: number): Message[]
  /** What came in and waits for somebody, of one site or of all, the longest waiting first. */
  waiting(site?: string): { readonly site: string; readonly message: Message }[]
  /** Nobody has to look any more: it waits no longer, and what was sealed of it is gone. */
  lookedAt(site: string, id: string): void
  /** Of one subject, oldest first. */
  ofSubject(site: string, subject: string): Message[]
  /** How many went out since a moment for one program: for its daily cap. */
  sentSince(site: string, sent: SentKind, since: number): number
  /** How many were queued since a moment that a network asked for, whatever became of them; refused ones apart. */
  askedFrom(site: string, source: Uint8Array, since: number): number

  addToken(site: string, token: TokenRow): void
  token(site: string, hash: Uint8Array): TokenRow | undefined
  /** `false` when it was used before. */
  useToken(site: string, hash: Uint8Array, at: number): boolean
  /** Removes tokens that expired before a moment. */
  dropTokens(before: number): number

  /** Everything about one subject is deleted. `false` when there was nothing. */
  forget(site: string, subject: string): boolean
  /** Overwrites in the files what was deleted. `false` while somebody reads an older state of them: to be called again. */
  settle(): boolean

  /** Something came in at a sender. Moves forward, never back. */
  hear(site: string, sender: string, at: number): void
  heardAt(site: string, sender: string): number | undefined

  /** Index of the entry a follower reads next; 0 when it never read any. */
  cursor(site: string, follower: string): number
  moveCursor(site: string, follower: string, next: number): void
}
