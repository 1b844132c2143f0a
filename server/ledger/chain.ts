import { isOfSubject, type SubjectEntry } from '../../shared/domain/entry.ts'
import type { LedgerStore } from './store.ts'

/** A subject's entries with their indexes, newest first. */
export function* chainOf(
  store: Pick<LedgerStore, 'subject' | 'entry'>,
  site: string,
  subject: string,
): Generator<{ readonly index: number; readonly entry: SubjectEntry }> {
  for (let index = store.subject(site, subject)?.lastIndex; index !== undefined;) {
    const entry = store.entry(site, index)?.entry
    if (!entry || !isOfSubject(entry) || entry.subject !== subject)
      throw new Error(`entry ${index} of ${site} is not the subject's: run assent verify`)
    yield { index, entry }
    index = entry.previous
  }
}
