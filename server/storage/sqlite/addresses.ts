import type { Database } from 'better-sqlite3'
import type { AddressRow } from '../../subjects/identify.ts'

export interface SqliteAddresses {
  subjectOf(site: string, blind: Uint8Array): string | undefined
  insert(site: string, row: AddressRow): void
  /** Reads the whole index of the site. */
  addressOf(site: string, subject: string): Uint8Array | undefined
}

export function sqliteAddresses(database: Database): SqliteAddresses {
  const find = database
    .prepare<[string, Uint8Array], string>('SELECT subject FROM addresses WHERE site = ? AND blind = ?')
    .pluck()
  const insert = database.prepare<[string, Uint8Array, string, Uint8Array]>(
    'INSERT INTO addresses (site, blind, subject, tie) VALUES (?, ?, ?, ?)',
  )
  const findSubject = database
    .prepare<[string, string], Buffer>('SELECT blind FROM addresses WHERE site = ? AND subject = ?')
    .pluck()
  return {
    addressOf: (site, subject) => findSubject.get(site, subject),
    subjectOf: (site, blind) => find.get(site, blind),
    insert: (site, { blind, subject, tie }) => void insert.run(site, blind, subject, tie),
  }
}
