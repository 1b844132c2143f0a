import type { Entry } from '../../../../shared/domain/entry.ts'
import { projectPublication } from './publication.ts'
import { projectSubject } from './subject.ts'
import type { ProjectionTransaction } from './transaction.ts'

/** Everything the tables show beyond the entries follows from this one function. */
export function project(tx: ProjectionTransaction, entry: Entry, index: number): void {
  tx.saveTime(entry.site, index, entry.receivedAt)
  switch (entry.type) {
    case 'decision':
    case 'withdrawal':
    case 'opt-in':
    case 'opt-out':
    case 'confirmation':
    case 'consent-recorded':
    case 'hold':
    case 'hold-release':
    case 'erasure':
    case 'evidence-read':
    case 'imported':
      return projectSubject(tx, entry, index)
    case 'configuration-published':
      return projectPublication(tx, entry, index)
    case 'log-key-rotated':
    case 'log-key-retired':
    case 'log-key-compromised':
    case 'log-resumed':
      return tx.saveKeyEntry(entry.site, index)
    case 'list-checked':
      return tx.saveListCheck(entry.site, index, entry.list, entry.receivedAt)
    case 'text-published':
      // The bytes it brings are kept beside the entry; nothing else follows from it.
      return undefined
    case 'drill':
      // Says something about a backup; nothing that is served follows from it.
      return undefined
    case 'hook-registered':
    case 'hook-removed':
      // What is posted follows from the hooks themselves, which lie apart and may be restored from another day.
      return undefined
  }
}
