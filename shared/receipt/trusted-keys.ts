import { countsUnder, keyIdOf, readLogKeys, type LogKeys } from '../domain/log-keys.ts'
import { parseStrictJson } from '../domain/strict-json.ts'

/** Whether a log's key counts for a checkpoint of this size; if not, why. */
export type KeyCounts = (vkey: string, size: number) => KeyJudgement

export type KeyJudgement =
  | { readonly counts: true; readonly wasCompromised?: boolean }
  | { readonly counts: false; readonly detail: string }

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
      : {
          counts: false,
          detail: `it is signed with ${vkey}, expected was ${expected}; a log that changed its key names them all at /log/<site>/keys`,
        }

function listedKeys(json: string): LogKeys | undefined {
  try {
    return readLogKeys(parseStrictJson(json))
  } catch {
    // Said to the reader as not being such a document.
    return undefined
  }
}

function judge(keys: LogKeys, vkey: string, size: number): KeyJudgement {
  if (!keys.keys.some(key => key.vkey === vkey))
    return {
      counts: false,
      detail: `it is signed with ${vkey}, which is none of the keys you trust`,
    }
  const verdict = countsUnder(keys, keyIdOf(vkey), size)
  if (!verdict.counts) return { counts: false, detail: verdict.detail }
  return { counts: true, ...(verdict.ifExtended && { wasCompromised: true }) }
}
