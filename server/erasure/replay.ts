import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { UNCONFIRMED } from '../../shared/domain/erasure.ts'
import { keepErasure, parseKeptErasures } from '../ledger/kept-erasures.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { KeptBeside } from './erase.ts'
import { performErasure } from './perform.ts'

export interface Replayed {
  /** Erasures kept in the file. */
  readonly kept: number
  /** How many of them the log had not, and has now. */
  readonly appended: number
}

/**
 * Brings a ledger up to the erasures that are kept outside of it, in `<data>/erasures/<site>`, before it serves anything:
 * what a crash interrupted is finished, and a backup from before an erasure forgets the person again. Entries the log has
 * not are appended again under their ids, also where it is too old to know the subject. Repeated, it changes nothing more.
 * `false` in `settled` while another process reads an older state of the files.
 */
export async function replayErasures(
  ledger: Ledger,
  file: string,
  beside: readonly KeptBeside[] = [],
): Promise<Replayed & { readonly settled: boolean }> {
  const site = basename(file)
  const { store, keys } = ledger
  if (!existsSync(file)) return { kept: 0, appended: 0, settled: true }
  const { erasures, suppressions, mayBeCut } = parseKeptErasures(readFileSync(file, 'utf8'), file)
  // Published after this backup was made: nothing of anybody is here, and a log does not begin with an erasure.
  if (store.size(site) === 0) return { kept: erasures.length, appended: 0, settled: true }
  let appended = 0
  for (const erasure of erasures) {
    for (const each of beside) each.forget(site, erasure.subject)
    if (store.entryById(site, erasure.id)) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as they were done
      if (keys.hasSubjectKey(site, erasure.subject)) await performErasure(ledger, site, erasure, [])
      continue
    }
    const address = store.addressOfSubject(site, erasure.subject)
    // Those of others that are missing too come with the first entry that counts them.
    const suppress = suppressions.filter(({ blind, at }) => (store.suppressedAt(site, blind) ?? -1) < at)
    if (address && mayBeCut && erasure === erasures.at(-1) && erasure.reason !== UNCONFIRMED) {
      suppress.push({ blind: address, at: ledger.now() })
      keepErasure(file, undefined, suppress.at(-1))
    }
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as they were done
    await performErasure(ledger, site, erasure, suppress)
    appended++
  }
  const settled = [store, keys, ...beside].map(each => each.settle()).every(done => done)
  return { kept: erasures.length, appended, settled }
}
