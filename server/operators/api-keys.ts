import { createHash } from 'node:crypto'
import { faultText, type Log } from '../../shared/domain/log.ts'
import type { ApiKeyStore } from './store.ts'

/** What a key may do; each route behind a key names the one it needs. */
export const SCOPES = ['status', 'changes', 'withdraw', 'record', 'evidence', 'audit', 'erase'] as const
export type Scope = (typeof SCOPES)[number]

/** What is known of a key. The key itself is shown once, and kept only as its SHA-256. */
export interface ApiKey {
  readonly id: string
  readonly site: string
  readonly scopes: readonly Scope[]
  /** Whose it is, in the operator's words. */
  readonly name?: string
  readonly createdAt: number
  readonly revokedAt?: number
  /** To the minute. */
  readonly lastUsedAt?: number
}

export interface NewApiKey {
  readonly site: string
  readonly scopes: readonly Scope[]
  readonly name?: string
}

/** Makes a key of 256 random bits: what is answered here is the only time it is seen whole. */
export function createApiKey(
  store: ApiKeyStore,
  { site, scopes, name }: NewApiKey,
  deps: { readonly now: () => number; readonly random: (size: number) => Buffer },
): { readonly apiKey: ApiKey; readonly key: string } {
  const id = deps.random(6).toString('hex')
  const key = `assent_${site}_${id}_${deps.random(32).toString('base64url')}`
  const apiKey = { id, site, scopes, ...(name !== undefined && { name }), createdAt: deps.now() }
  store.insert(apiKey, sha256(key))
  return { apiKey, key }
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Why a key does not open an address. */
export type KeyRefusal = 'key-missing' | 'key-unknown' | 'key-revoked' | 'key-wrong-site' | 'key-wrong-scope'

export type KeyAnswer = { readonly key: ApiKey } | { readonly refused: KeyRefusal }

export interface ApiKeys {
  /** What an `Authorization` header opens. Whether the site exists is never asked, so that no refusal tells. */
  check(authorization: string | undefined, site: string, scope: Scope): KeyAnswer
}

const MINUTE = 60_000

export function openApiKeys(store: ApiKeyStore, now: () => number, log: Log): ApiKeys {
  /** The minute each key was last recorded in, or is about to be. */
  const recorded = new Map<string, number>()

  /** Requests of one turn of the event loop share a look-up; the next turn looks again, for a key may be revoked. */
  const thisTurn = new Map<string, ApiKey | undefined>()

  function find(given: string): ApiKey | undefined {
    if (thisTurn.has(given)) return thisTurn.get(given)
    // Looked up by its hash: how long that takes says nothing about a key one does not have.
    const key = store.find(sha256(given))
    if (thisTurn.size === 0) setImmediate(() => thisTurn.clear())
    thisTurn.set(given, key)
    return key
  }

  /** Once a minute at most, and after the answer: nobody who asks waits for it. */
  function noteUse({ id, lastUsedAt = 0 }: ApiKey): void {
    const minute = Math.floor(now() / MINUTE) * MINUTE
    if (lastUsedAt >= minute || recorded.get(id) === minute) return
    recorded.set(id, minute)
    setImmediate(() => {
      try {
        store.recordUse(id, minute)
      } catch (fault) {
        // The answer was right and is out; the next minute tries again.
        log.warn('use of a key not recorded', { key: id, why: faultText(fault) })
      }
    })
  }

  return {
    check(authorization, site, scope) {
      const given = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
      if (given === undefined) return { refused: 'key-missing' }
      const key = find(given)
      if (!key) return { refused: 'key-unknown' }
      if (key.revokedAt !== undefined) return { refused: 'key-revoked' }
      if (key.site !== site) return { refused: 'key-wrong-site' }
      if (!key.scopes.includes(scope)) return { refused: 'key-wrong-scope' }
      noteUse(key)
      return { key }
    },
  }
}
