import {
  countsUnder,
  firstKeyIn,
  keysAfter,
  type KeyVerdict,
  type LogKey,
  type LogKeys,
} from '../../shared/domain/log-keys.ts'
import { openCheckpointBy, type Checkpoint } from './checkpoint-text.ts'
import { keyIdsIn, parseVerifierKey } from './note.ts'
import type { LedgerStore } from './store.ts'

/** A log's keys by what its entries say of them; `firstKey` is asked only while they say nothing. */
export function logKeysOf(entries: ReturnType<LedgerStore['keyEntries']>, firstKey: () => string): LogKeys {
  const first = entries.map(({ entry }) => firstKeyIn(entry)).find(vkey => vkey !== undefined) ?? firstKey()
  const keys = entries.reduce<readonly LogKey[]>(
    (now, { entry, index }) => keysAfter(now, entry, index),
    [{ vkey: first, firstSize: 0 }],
  )
  return { origin: first.split('+', 1)[0]!, keys }
}

export type JudgedCheckpoint =
  | { readonly checkpoint: Checkpoint; readonly verdict: KeyVerdict }
  /** No key of this log has signed it as a checkpoint of this log. */
  | undefined

/** A checkpoint that keys of this log have signed, and whether it counts: it does when it does under one of them. */
export function judgeCheckpoint(note: string, keys: LogKeys): JudgedCheckpoint {
  const opened = openCheckpointBy(
    note,
    keys.keys.flatMap(key => parseVerifierKey(key.vkey) ?? []),
  )
  if (opened?.checkpoint.origin !== keys.origin) return undefined
  const { checkpoint, by } = opened
  const verdicts = by.map(({ keyId }) => countsUnder(keys, keyId.toString('hex'), checkpoint.size))
  // One of a key that nobody else has is worth more than one of a key that was compromised since.
  const best = verdicts.find(v => v.counts && !v.ifExtended) ?? verdicts.find(v => v.counts) ?? verdicts[0]!
  return { checkpoint, verdict: best }
}

/** The newest key of the log that has signed a note of ours. */
export function vkeyOf(note: string, { keys }: LogKeys): string {
  const ids = keyIdsIn(note)
  const key = keys.findLast(({ vkey }) => ids.includes(vkey.split('+', 2).join('+')))
  if (!key) throw new Error(`couldn't tell which key signed a checkpoint: run assent verify`)
  return key.vkey
}
