import type { DecisionEntry } from '../../../../shared/domain/entry.ts'
import { applyDecision } from '../../../../shared/domain/standing.ts'
import type { ProjectionTransaction } from './transaction.ts'

/** A decision moves its subject's standing. One without a subject (a refusal that kept no identifier) moves nothing. */
export function projectDecision(tx: ProjectionTransaction, entry: DecisionEntry, index: number): void {
  if (entry.subject === undefined) return
  const before = tx.subject(entry.site, entry.subject)
  const standing = applyDecision(before?.standing ?? {}, entry, index)
  tx.saveSubject(entry.site, entry.subject, { lastIndex: index, standing })
}
