import { hash } from 'node:crypto'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import type { Entry } from '../../shared/domain/entry.ts'
import { hashLeaf } from './merkle.ts'
import type { EncodedEntry } from './store.ts'

/** Limit of C2SP tlog-tiles: an entry's length is written in two bytes. */
export const MAX_ENTRY_BYTES = 65_535

/** SHA-256, lower-case hex, of a text's UTF-8 bytes. */
export const contentHash = (content: string | Uint8Array): string => hash('sha256', content)

/** What an erasure says of the entries whose private parts it destroyed. */
export const listHash = (ids: readonly string[]): string => contentHash(ids.join('\n'))

export function encodeEntry<E extends Entry>(entry: E): EncodedEntry<E> {
  const text = canonicalJson(entry)
  if (Buffer.byteLength(text) > MAX_ENTRY_BYTES)
    throw new Error(`entry ${entry.id} has more than ${MAX_ENTRY_BYTES} bytes`)
  return { entry, text, leaf: hashLeaf(text) }
}
