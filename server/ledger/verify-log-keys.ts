import type { Entry, LogKeyEntry } from '../../shared/domain/entry.ts'
import { isOfLogKeys } from '../../shared/domain/entry.ts'
import { isInUse, keysAfter, type LogKey } from '../../shared/domain/log-keys.ts'
import { finding, type VerifyStep, type VerifyTarget } from './finding.ts'
import { parseVerifierKey } from './note.ts'

/** Follows the keys of a log from entry to entry: each one listed, of this log, and about a key it really had. */
export function logKeysSoFar({ audit, signer }: VerifyTarget, site: string) {
  let keys: readonly LogKey[] | undefined

  /** Which key came first no entry says; that it is the right one shows in the checkpoints it signed. */
  function known(): readonly LogKey[] {
    try {
      return (keys ??= [{ vkey: signer(site).keys.keys[0]!.vkey, firstSize: 0 }])
    } catch {
      // A key that cannot be read has a finding of its own.
      return []
    }
  }

  function faultIn(entry: LogKeyEntry): string | undefined {
    const before = known()
    if (before.length === 0) return undefined
    const [name] = before[0]!.vkey.split('+', 1)
    const has = (vkey: string | undefined) => before.some(key => key.vkey === vkey)
    const isUsed = (vkey: string | undefined) => before.some(key => key.vkey === vkey && isInUse(key))
    if ('vkey' in entry && entry.type !== 'log-key-retired') {
      if (parseVerifierKey(entry.vkey)?.name !== name) return 'the new key is none of this log'
      if (has(entry.vkey)) return 'the new key is one the log had before'
    }
    switch (entry.type) {
      case 'log-key-rotated':
        return isUsed(entry.replaces) ? undefined : 'the key that is replaced was not in use'
      case 'log-key-retired':
        return isUsed(entry.vkey) && entry.vkey !== before.at(-1)!.vkey
          ? undefined
          : 'the key that is retired was not to be replaced'
      case 'log-key-compromised':
        return has(entry.compromised) ? undefined : 'the compromised key is none of this log'
      case 'log-resumed':
        return entry.vkey === undefined || isUsed(entry.replaces)
          ? undefined
          : 'the key that is replaced was not in use'
    }
  }

  return {
    /** Answers whether it is such an entry. */
    *check(entry: Entry, index: number): Generator<VerifyStep, boolean> {
      if (!isOfLogKeys(entry)) return false
      if (!audit.isKeyEntry(site, index))
        yield finding(
          site,
          'log_keys.idx',
          `entry ${index}, which says what signs, is not listed as such`,
          index,
        )
      const fault = faultIn(entry)
      if (fault !== undefined) yield finding(site, 'entries.entry', fault, index)
      keys = keysAfter(known(), entry, index)
      return true
    },
  }
}
