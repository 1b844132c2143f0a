import { isOfSubject, type Entry } from '../../shared/domain/entry.ts'
import type { EntryAt } from '../../shared/domain/as-of.ts'
import type { LedgerStore } from './store.ts'

/** A subject's entries from its last one backwards. Throws where the chain is another's: what it leads to would be too. */
export function* chainOf(
  store: Pick<LedgerStore, 'entry' | 'subject'>,
  site: string,
  subject: string,
  lastIndex = store.subject(site, subject)?.lastIndex,
): Generator<EntryAt, void> {
  for (let at = lastIndex; at !== undefined;) {
    const entry: Entry | undefined = store.entry(site, at)?.entry
    if (!entry || !isOfSubject(entry) || entry.subject !== subject)
      throw new Error(`entry ${at} of ${site} is not the subject's: run assent verify`)
    yield { index: at, entry }
    at = entry.previous
  }
}
