import type { CommitFault, Meter, MeteredDatabase } from '../../../shared/domain/meter.ts'
import type { CommitWatch } from './group-commit.ts'

/** Tells a meter of one database's commits. */
export const watchOf = <Work>(
  meter: Meter,
  database: MeteredDatabase,
  entriesIn: (work: Work) => number,
): CommitWatch<Work> => ({
  now: meter.now,
  committed: calls => {
    let entries = 0
    for (const call of calls) entries += entriesIn(call.work)
    meter.committed(database, calls, entries)
  },
  failed: fault => meter.commitFailed(database, faultOf(fault)),
})

const CODES: readonly (readonly [code: RegExp, fault: CommitFault])[] = [
  [/^SQLITE_FULL/, 'full'],
  [/^SQLITE_BUSY/, 'busy'],
  [/^SQLITE_IOERR_(FSYNC|DIR_FSYNC)/, 'sync'],
  [/^SQLITE_IOERR/, 'io'],
  [/^SQLITE_READONLY/, 'readonly'],
  [/^SQLITE_(CORRUPT|NOTADB)/, 'corrupt'],
]

/** By the code SQLite gives its own faults. */
function faultOf(fault: unknown): CommitFault {
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : ''
  return CODES.find(([pattern]) => pattern.test(code))?.[1] ?? 'other'
}
