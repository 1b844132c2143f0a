import type { Database } from 'better-sqlite3'
import type { AddressRow } from '../../subjects/identify.ts'
import { packStanding, unpackStanding } from './projections/standing-row.ts'
import type { SubjectRow } from './projections/transaction.ts'

/** What stands in a subject's own row while an address leads to it: its standing lies beside the address. */
export const ELSEWHERE = '{}'

interface Row {
  readonly last_index: number
  readonly address: Buffer | null
  readonly standing: string | null
}

export function readSubjects(database: Database): (site: string, subject: string) => SubjectRow | undefined {
  // A join of the two took two and a half times as long.
  const find = database.prepare<[string, string], Row>(
    `SELECT last_index, address, CASE WHEN address IS NULL THEN standing ELSE (
       SELECT a.standing FROM addresses a WHERE a.site = s.site AND a.blind = s.address AND a.subject = s.subject
     ) END AS standing
     FROM subjects s WHERE site = ? AND subject = ?`,
  )
  return (site, subject) => {
    const row = find.get(site, subject)
    if (!row) return undefined
    // Taken for nothing, a no would be forgotten.
    if (row.standing === null)
      throw new Error(`the address that leads to subject ${subject} of ${site} is missing: run assent verify`)
    return {
      lastIndex: row.last_index,
      standing: unpackStanding(row.standing),
      ...(row.address && { address: row.address }),
    }
  }
}

export interface SubjectWriter {
  save(site: string, subject: string, row: SubjectRow): void
  /** With an address that leads to it from now on. */
  saveFirst(site: string, address: AddressRow, row: SubjectRow): void
}

export function writeSubjects(database: Database): SubjectWriter {
  const save = database.prepare<[string, string, number, string, Uint8Array | null]>(
    `INSERT INTO subjects (site, subject, last_index, standing, address) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (site, subject) DO UPDATE
     SET last_index = excluded.last_index, standing = excluded.standing, address = excluded.address`,
  )
  const addAddress = database.prepare<[string, Uint8Array, string, Uint8Array, string]>(
    'INSERT INTO addresses (site, blind, subject, tie, standing) VALUES (?, ?, ?, ?, ?)',
  )
  const moveAddress = database.prepare<[string, string, Uint8Array]>(
    'UPDATE addresses SET standing = ? WHERE site = ? AND blind = ?',
  )
  return {
    save(site, subject, { lastIndex, standing, address }) {
      const packed = packStanding(standing)
      save.run(site, subject, lastIndex, address ? ELSEWHERE : packed, address ?? null)
      if (address) moveAddress.run(packed, site, address)
    },
    saveFirst(site, { blind, subject, tie }, { lastIndex, standing }) {
      save.run(site, subject, lastIndex, ELSEWHERE, blind)
      addAddress.run(site, blind, subject, tie, packStanding(standing))
    },
  }
}

/** After the subjects of a site were made again from entries alone: what leads to them is no entry's, and is still there. */
export function leadAddresses(database: Database, site: string): void {
  const take = database.prepare<[string]>(
    `UPDATE addresses SET standing = s.standing FROM subjects s
     WHERE addresses.site = ? AND s.site = addresses.site AND s.subject = addresses.subject`,
  )
  const leave = database.prepare<[string, string]>(
    `UPDATE subjects SET address = a.blind, standing = ? FROM addresses a
     WHERE a.site = ? AND subjects.site = a.site AND subjects.subject = a.subject`,
  )
  take.run(site)
  leave.run(ELSEWHERE, site)
}
