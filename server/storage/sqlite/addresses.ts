import type { Database } from 'better-sqlite3'
import type { LedgerStore } from '../../ledger/store.ts'
import { unpackStanding } from './projections/standing-row.ts'
import { sqliteSuppressions } from './suppressions.ts'

/** The blind index, and where each address stands. */
export type SqliteAddresses = Pick<
  LedgerStore,
  'subjectOfAddress' | 'addressOfSubject' | 'standingOfAddress' | 'suppressedAt'
>

export function sqliteAddresses(database: Database): SqliteAddresses {
  const { at: suppressedAt } = sqliteSuppressions(database)
  const subject = database
    .prepare<[string, Uint8Array], string>('SELECT subject FROM addresses WHERE site = ? AND blind = ?')
    .pluck()
  const address = database
    .prepare<[string, string], Buffer>(
      `SELECT a.blind FROM subjects s JOIN addresses a ON a.site = s.site AND a.blind = s.address AND a.subject = s.subject
       WHERE s.site = ? AND s.subject = ?`,
    )
    .pluck()
  // Asked once a row of every list, and a list of columns is made in two thirds of the time of an object.
  const stands = database
    .prepare<[string, Uint8Array, string, Uint8Array], [string, string, number | null]>(
      `SELECT subject, standing, (SELECT at FROM suppressions WHERE site = ? AND blind = ?)
       FROM addresses WHERE site = ? AND blind = ?`,
    )
    .raw()
  return {
    subjectOfAddress: (site, blind) => subject.get(site, blind),
    addressOfSubject: (site, of) => address.get(site, of),
    suppressedAt,
    standingOfAddress(site, blind) {
      const row = stands.get(site, blind, site, blind)
      if (!row) {
        const at = suppressedAt(site, blind)
        return at === undefined ? undefined : { suppressedAt: at }
      }
      const [of, standing, suppressed] = row
      return {
        subject: of,
        standing: unpackStanding(standing),
        ...(suppressed !== null && { suppressedAt: suppressed }),
      }
    },
  }
}
