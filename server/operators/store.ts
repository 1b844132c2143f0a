import type { ApiKey } from './api-keys.ts'

/** What API keys need of a database. Another process may make or revoke keys at any moment: nothing is cached. */
export interface ApiKeyStore {
  /** Throws when the id is taken. */
  insert(key: ApiKey, hash: Uint8Array): void
  /** By the SHA-256 of the whole key. */
  find(hash: Uint8Array): ApiKey | undefined
  /** All of them, revoked ones too, in the order they were made. */
  list(): ApiKey[]
  /** Revokes it and answers it; a key once revoked keeps the time of that. `undefined` when there is none. */
  revoke(id: string, at: number): ApiKey | undefined
  /** Moves the last use forward, never back. */
  recordUse(id: string, at: number): void
}
