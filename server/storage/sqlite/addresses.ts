import type { Database } from 'better-sqlite3'
import type { KnownAddress, LedgerStore } from '../../ledger/store.ts'
import { unpackStanding } from './projections/standing-row.ts'
import { sqliteSuppressions } from './suppressions.ts'

/** The blind index, and where each address stands. */
export type SqliteAddresses = Pick<
  LedgerStore,
  'subjectOfAddress' | 'addressOfSubject' | 'standingOfAddress' | 'standingsOfAddresses' | 'suppressedAt'
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
  // One after the other would take twice as long, most of it on the way into the database and back; counting by recursion, a
  // third longer.
  const stand = database
    .prepare<[string, string, Uint8Array, number], [number, string | null, string | null, number | null]>(
      `WITH asked (n) AS (VALUES ${Array.from({ length: AT_ONCE }, (_, n) => `(${n})`).join()})
       SELECT n, a.subject, a.standing, s.at FROM (SELECT ? AS first, ? AS second, ? AS blinds) CROSS JOIN asked
       LEFT JOIN addresses a ON a.site = first AND a.blind = substr(blinds, n * ${BLIND} + 1, ${BLIND})
       LEFT JOIN suppressions s ON s.site = second AND s.blind = substr(blinds, n * ${BLIND} + 1, ${BLIND})
       WHERE n < ? AND (a.subject IS NOT NULL OR s.at IS NOT NULL)`,
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
    standingsOfAddresses(site, blinds) {
      const found: (KnownAddress | undefined)[] = blinds.map(() => undefined)
      for (let from = 0; from < blinds.length; from += AT_ONCE) {
        const some = blinds.slice(from, from + AT_ONCE)
        for (const [n, of, standing, at] of stand.all(site, site, Buffer.concat(some), some.length))
          if (of === null || standing === null) found[from + n] = { suppressedAt: at! }
          else
            found[from + n] = {
              subject: of,
              standing: unpackStanding(standing),
              ...(at !== null && { suppressedAt: at }),
            }
      }
      return found
    },
  }
}

/** Addresses one statement looks up. */
const AT_ONCE = 500
/** Bytes of a place in the index. */
const BLIND = 32
