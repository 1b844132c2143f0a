import type { Database } from 'better-sqlite3'
import type { AddressRow } from '../../subjects/identify.ts'

export interface SqliteAddresses {
  subjectOf(site: string, blind: Uint8Array): string | undefined
  insert(site: string, row: AddressRow): void
}

export function sqliteAddresses(database: Database): SqliteAddresses {
  const find = database
    .prepare<[string, Uint8Array], string>('SELECT subject FROM addresses WHERE site = ? AND blind = ?')
    .pluck()
  const insert = database.prepare<[string, Uint8Array, string, Uint8Array]>(
    'INSERT INTO addresses (site, blind, subject, tie) VALUES (?, ?, ?, ?)',
  )
  return {
    subjectOf: (site, blind) => find.get(site, blind),
    insert: (site, { blind, subject, tie }) => void insert.run(site, blind, subject, tie),
  }
}
