import type { SubjectEntry } from '../../../../shared/domain/entry.ts'
import { applyEntry } from '../../../../shared/domain/standing.ts'
import type { ProjectionTransaction } from './transaction.ts'

/** What a subject does moves its standing. A decision without a subject (a refusal that kept no identifier) moves nothing. */
export function projectSubject(tx: ProjectionTransaction, entry: SubjectEntry, index: number): void {
  if (entry.subject === undefined) return
  const before = tx.subject(entry.site, entry.subject)
  const standing = applyEntry(before?.standing ?? {}, entry, index)
  // What was erased has no address any more.
  const address = entry.type === 'erasure' ? undefined : before?.address
  tx.saveSubject(entry.site, entry.subject, { lastIndex: index, standing, ...(address && { address }) })
}
