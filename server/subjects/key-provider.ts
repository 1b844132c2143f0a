/**
 * A key that stays where it is kept: the environment, a file, a key-management service. It wraps the few secrets of the
 * keyring, when the storage is opened and when a key is changed, and is never asked on the way of a request; so it may be
 * far away, and slow.
 */
export interface KeyProvider {
  /** Names the key, and says nothing about it: kept beside what is wrapped under it. */
  readonly id: string
  /** `context` is bound to it: what was wrapped in one context opens in no other. */
  wrap(secret: Uint8Array, context: string): Promise<Uint8Array>
  /** Throws when it was not wrapped under this key, in this context, or was changed. */
  unwrap(wrapped: Uint8Array, context: string): Promise<Uint8Array>
  /** The key itself, where this process has it: before there was a keyring, everything was wrapped with it directly. */
  readonly bytes?: () => Uint8Array
}
