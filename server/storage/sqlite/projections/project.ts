import type { Entry } from '../../../../shared/domain/entry.ts'
import type { Standing } from '../../../../shared/domain/standing.ts'
import { projectDecision } from './decision.ts'
import { projectPublication } from './publication.ts'

export interface SubjectRow {
  readonly lastIndex: number
  readonly standing: Standing
}

/** What projections read and write, inside the transaction that appends their entry or makes them again. */
export interface ProjectionTransaction {
  subject(site: string, subject: string): SubjectRow | undefined
  saveSubject(site: string, subject: string, row: SubjectRow): void
  savePublication(site: string, index: number, configuration: string): void
}

/** Everything the tables show beyond the entries follows from this one function. */
export function project(tx: ProjectionTransaction, entry: Entry, index: number): void {
  switch (entry.type) {
    case 'decision':
    case 'withdrawal':
      return projectDecision(tx, entry, index)
    case 'configuration-published':
      return projectPublication(tx, entry, index)
    case 'text-published':
      // The bytes it brings are kept beside the entry; nothing else follows from it.
      return undefined
  }
}
