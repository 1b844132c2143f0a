import type { Database } from 'better-sqlite3'
import type { SuppressionRow } from '../../subjects/identify.ts'

export interface SqliteSuppressions {
  at(site: string, blind: Uint8Array): number | undefined
  /** Of an address suppressed already, the later moment is kept. */
  save(site: string, row: SuppressionRow): void
  count(site: string): number
}

export function sqliteSuppressions(database: Database): SqliteSuppressions {
  const find = database
    .prepare<[string, Uint8Array], number>('SELECT at FROM suppressions WHERE site = ? AND blind = ?')
    .pluck()
  const insert = database.prepare<[string, Uint8Array, number, Uint8Array]>(
    'INSERT INTO suppressions (site, blind, at, tie) VALUES (?, ?, ?, ?)',
  )
  const move = database.prepare<[number, Uint8Array, string, Uint8Array]>(
    'UPDATE suppressions SET at = ?, tie = ? WHERE site = ? AND blind = ?',
  )
  const count = database.prepare<[string], number>('SELECT count(*) FROM suppressions WHERE site = ?').pluck()
  return {
    at: (site, blind) => find.get(site, blind),
    save: (site, { blind, at, tie }) => {
      const known = find.get(site, blind)
      if (known === undefined) insert.run(site, blind, at, tie)
      else if (known < at) move.run(at, tie, site, blind)
    },
    count: site => count.get(site)!,
  }
}
