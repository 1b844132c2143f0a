import type { Standing } from '../../../../shared/domain/standing.ts'

export interface SubjectRow {
  readonly lastIndex: number
  readonly standing: Standing
  /** Its place in the index of the address that leads to it. */
  readonly address?: Uint8Array
}

/** What projections read and write, inside the transaction that appends their entry or makes them again. */
export interface ProjectionTransaction {
  subject(site: string, subject: string): SubjectRow | undefined
  saveSubject(site: string, subject: string, row: SubjectRow): void
  savePublication(site: string, index: number, configuration: string): void
  saveKeyEntry(site: string, index: number): void
  /** The check of a list, found by its hash or by when it was. */
  saveListCheck(site: string, index: number, list: string, at: number): void
  /** When an entry was received; of the whole log, in its order. */
  saveTime(site: string, index: number, receivedAt: number): void
}
