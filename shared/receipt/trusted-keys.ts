import { parseStrictJson } from '../domain/strict-json.ts'
import { isObject } from './shape.ts'

/** Whether a log's key counts for a checkpoint of this size; if not, why. */
export type KeyCounts = (vkey: string, size: number) => KeyJudgement

export type KeyJudgement =
  | { readonly counts: true; readonly wasCompromised?: boolean }
  | { readonly counts: false; readonly detail: string }

/** A key of a log with the sizes it counts for, as `GET /log/<site>/keys` lists them. */
interface ListedKey {
  readonly vkey: string
  readonly firstSize: number
  readonly lastSize?: number
  readonly compromised?: unknown
}

/**
 * What a reader trusts: one verifier key in a line, or the document of all keys that the log answers. `undefined` when
 * the text is neither.
 */
export function trustedKeys(text: string): KeyCounts | undefined {
  const given = text.trim()
  if (!given.startsWith('{')) return /^\S+\+[0-9a-f]{8}\+\S+$/.test(given) ? only(given) : undefined
  const keys = listedKeys(given)
  return keys && ((vkey, size) => judge(keys, vkey, size))
}

const only =
  (expected: string): KeyCounts =>
  vkey =>
    vkey === expected
      ? { counts: true }
      : { counts: false, detail: `the receipt is signed with ${vkey}, expected was ${expected}` }

function listedKeys(json: string): readonly ListedKey[] | undefined {
  try {
    const document = parseStrictJson(json)
    const keys = isObject(document) ? document['keys'] : undefined
    return Array.isArray(keys) && keys.length > 0 && keys.every(isListed) ? keys : undefined
  } catch {
    // Said to the reader as not being such a document.
    return undefined
  }
}

const isListed = (value: unknown): value is ListedKey =>
  isObject(value) &&
  typeof value['vkey'] === 'string' &&
  isSize(value['firstSize']) &&
  (value['lastSize'] === undefined || isSize(value['lastSize']))

const isSize = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0

function judge(keys: readonly ListedKey[], vkey: string, size: number): KeyJudgement {
  const key = keys.find(listed => listed.vkey === vkey)
  if (!key)
    return {
      counts: false,
      detail: `the receipt is signed with ${vkey}, which is none of the keys you trust`,
    }
  const { firstSize, lastSize = Infinity, compromised } = key
  if (size >= firstSize && size <= lastSize)
    return { counts: true, ...(compromised !== undefined && { wasCompromised: true }) }
  return {
    counts: false,
    detail: `the key ${vkey} does not count for a log of ${size} entries, but from ${firstSize}${lastSize === Infinity ? ' on' : ` up to ${lastSize}`}`,
  }
}
