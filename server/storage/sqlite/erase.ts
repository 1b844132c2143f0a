import type { Database } from 'better-sqlite3'
import type { ErasureEntry } from '../../../shared/domain/entry.ts'
import type { Erasing, LogFormat } from '../../ledger/store.ts'
import { sqliteSuppressions } from './suppressions.ts'

/** What runs inside the transaction that appends an erasure, and so is done with its entry or not at all. */
export interface SqliteErasing {
  /** Destroys what hangs on the subject, whose last entry so far is `last`; answers what the entry says of it. */
  erase(
    site: string,
    subject: string,
    last: number | undefined,
    erasing: Erasing,
  ): Pick<ErasureEntry, 'parts' | 'list' | 'suppressions'>
  /** The subject, whose last entry is `last`, was erased by an entry from `since` on. */
  isErasedSince(site: string, last: number, since: number): boolean
}

interface Link {
  readonly id: string
  readonly type: string
  readonly previous: number | null
}

/** Finds a subject's private parts by its own chain of entries, so that appending them needs no second index. */
export function sqliteErasing(database: Database, listHash: LogFormat['listHash']): SqliteErasing {
  const link = database.prepare<[string, number], Link>(
    `SELECT entry ->> 'id' AS id, entry ->> 'type' AS type, entry ->> 'previous' AS previous
     FROM entries WHERE site = ? AND idx = ?`,
  )
  const deletePart = database.prepare<[string, number, string]>(
    'DELETE FROM private_parts WHERE site = ? AND idx = ? AND subject = ?',
  )
  const deleteAddress = database.prepare<[string, Uint8Array, string]>(
    'DELETE FROM addresses WHERE site = ? AND blind = ? AND subject = ?',
  )
  const suppressions = sqliteSuppressions(database)

  function* chain(site: string, last: number | undefined): Generator<Link & { readonly index: number }> {
    for (let index = last; index !== undefined;) {
      const found = link.get(site, index)
      if (!found) throw new Error(`entry ${index} of ${site} is missing: run assent verify`)
      yield { ...found, index }
      index = found.previous ?? undefined
    }
  }

  return {
    erase(site, subject, last, { address, suppress }) {
      const destroyed: string[] = []
      for (const { id, index } of chain(site, last))
        if (deletePart.run(site, index, subject).changes > 0) destroyed.unshift(id)
      if (address) deleteAddress.run(site, address, subject)
      for (const row of suppress) suppressions.save(site, row)
      return {
        parts: destroyed.length,
        list: listHash(destroyed),
        suppressions: suppressions.count(site),
      }
    },
    isErasedSince(site, last, since) {
      for (const { type, index } of chain(site, last)) {
        if (index < since) return false
        if (type === 'erasure') return true
      }
      return false
    },
  }
}
