import type { LogKeyEntry } from './entry.ts'

/** A key a log is or was signed with, and which checkpoints it counts for. Their sizes are in entries. */
export interface LogKey {
  /** C2SP verifier key: `name+hash8+base64(0x01||public key)`. */
  readonly vkey: string
  /** It counts for checkpoints of at least this size: the entry that brought it, and everything after. */
  readonly firstSize: number
  /** And of at most this size; absent while it is in use. */
  readonly lastSize?: number
  /** It stops signing at this time (RFC 3339): until then it signs beside the one that follows it. */
  readonly signsUntil?: string
  /** It got into other hands. What it alone signed counts up to `lastGood`, and only if the log extends that. */
  readonly compromised?: { readonly index: number; readonly lastGood: SignedTree }
}

/** Size and root (base64) of a tree, as a checkpoint says them. */
export interface SignedTree {
  readonly size: number
  readonly root: string
}

/** All keys a log ever had, the first one first: what `GET /log/<site>/keys` answers. */
export interface LogKeys {
  readonly origin: string
  readonly keys: readonly LogKey[]
}

export type KeyVerdict =
  /** `ifExtended`: the key was compromised since, so it counts only if the log is proven to extend this checkpoint. */
  | { readonly counts: true; readonly key: LogKey; readonly ifExtended: boolean }
  /** `compromised`: it may have been signed by the log itself, before anybody knew. */
  | { readonly counts: false; readonly detail: string; readonly compromised?: true }

/** Whether a checkpoint of this size counts that the key with this id (8 hex digits, as in a verifier key) has signed. */
export function countsUnder({ keys }: LogKeys, keyId: string, size: number): KeyVerdict {
  const key = keys.find(({ vkey }) => keyIdOf(vkey) === keyId)
  if (!key) return { counts: false, detail: `key ${keyId} is none of this log` }
  const { firstSize, lastSize = Infinity, compromised } = key
  if (size < firstSize)
    return {
      counts: false,
      detail: `key ${keyId} counts from ${firstSize} entries on, this is signed for ${size}`,
    }
  if (size <= lastSize) return { counts: true, key, ifExtended: compromised !== undefined }
  if (!compromised)
    return {
      counts: false,
      detail: `key ${keyId} was replaced: it counts up to ${lastSize} entries, this is signed for ${size}`,
    }
  return {
    counts: false,
    compromised: true,
    detail: `key ${keyId} was compromised: what it alone signed counts up to ${lastSize} entries, this is signed for ${size}`,
  }
}

/** The 8 hex digits of a verifier key. */
export const keyIdOf = (vkey: string): string => vkey.split('+')[1] ?? ''

/** The one new checkpoints are checked with. */
export const currentKey = ({ keys }: LogKeys): LogKey | undefined => keys.at(-1)

/** Still in use: the current one, and the one before it while both sign. */
export const isInUse = ({ lastSize }: LogKey): boolean => lastSize === undefined

/** The first key is named by no entry of its own, but by the first that says something about keys, if there is one. */
export function firstKeyIn(entry: LogKeyEntry | undefined): string | undefined {
  switch (entry?.type) {
    case 'log-key-rotated':
    case 'log-resumed':
      return entry.replaces
    case 'log-key-compromised':
      return entry.compromised
    case 'log-key-retired':
      return entry.vkey
    case undefined:
      return undefined
  }
}

/** The keys once this entry is in the log. */
export function keysAfter(keys: readonly LogKey[], entry: LogKeyEntry, index: number): readonly LogKey[] {
  switch (entry.type) {
    case 'log-key-rotated':
      return [...keys.map(key => relieved(key, index, entry.bothUntil)), broughtBy(entry.vkey, index)]
    case 'log-key-retired':
      return keys.map(key => (key.vkey === entry.vkey ? ended(key, index) : key))
    case 'log-key-compromised': {
      const { lastGood, compromised, vkey } = entry
      const marked = keys.map(key =>
        key.vkey === compromised
          ? compromisedAt(key, index, lastGood)
          : vkey === undefined
            ? key
            : ended(key, index),
      )
      return vkey === undefined ? marked : [...marked, broughtBy(vkey, index)]
    }
    case 'log-resumed': {
      const { vkey } = entry
      return vkey === undefined ? keys : [...keys.map(key => ended(key, index)), broughtBy(vkey, index)]
    }
  }
}

const broughtBy = (vkey: string, index: number): LogKey => ({ vkey, firstSize: index + 1 })

const ended = (key: LogKey, lastSize: number): LogKey => ({
  ...key,
  lastSize: Math.min(lastSize, key.lastSize ?? Infinity),
})

/** What was learned later can only take away from what counts. */
function compromisedAt(key: LogKey, index: number, lastGood: SignedTree): LogKey {
  if (key.compromised && key.compromised.lastGood.size <= lastGood.size) return key
  return { ...ended(key, lastGood.size), compromised: { index, lastGood } }
}

/** The one in use goes on signing beside the new one until then; one that was relieved before ends here. */
function relieved(key: LogKey, index: number, until: number | undefined): LogKey {
  if (!isInUse(key)) return key
  if (until === undefined || key.signsUntil !== undefined) return ended(key, index)
  return { ...key, signsUntil: new Date(until).toISOString() }
}

/** Tells the document of a log's keys from anything else: it may come from a stranger's file. */
export function readLogKeys(value: unknown): LogKeys | undefined {
  if (!isObject(value) || typeof value['origin'] !== 'string' || !Array.isArray(value['keys']))
    return undefined
  return value['keys'].length > 0 && value['keys'].every(isLogKey) ? (value as unknown as LogKeys) : undefined
}

function isLogKey(value: unknown): boolean {
  if (!isObject(value)) return false
  const { vkey, firstSize, lastSize, signsUntil, compromised } = value
  return (
    typeof vkey === 'string' &&
    isSize(firstSize) &&
    (lastSize === undefined || isSize(lastSize)) &&
    (signsUntil === undefined || typeof signsUntil === 'string') &&
    (compromised === undefined || (isObject(compromised) && isSize(lastSize)))
  )
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isSize = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
