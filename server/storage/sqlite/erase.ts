import type { Database } from 'better-sqlite3'
import type { ErasureEntry } from '../../../shared/domain/entry.ts'
import type { Erasing, LogFormat } from '../../ledger/store.ts'
import { sqliteSuppressions } from './suppressions.ts'

/** What runs inside the transaction that appends an erasure, and so is done with its entry or not at all. */
export interface SqliteErasing {
  /** Suppresses its address, and finds what hangs on the subject, whose last entry so far is `last`. */
  begin(site: string, subject: string, last: number | undefined, erasing: Erasing): Begun
  /** The subject, whose last entry is `last`, was erased by an entry from `since` on. */
  isErasedSince(site: string, last: number, since: number): boolean
}

interface Begun {
  /** What the entry says of it. */
  readonly said: Pick<ErasureEntry, 'parts' | 'list' | 'suppressions'>
  /** Once the entry is there: the database deletes a private part for no other reason. */
  destroy(): void
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
  const hasPart = database.prepare<[string, number, string], unknown>(
    'SELECT 1 FROM private_parts WHERE site = ? AND idx = ? AND subject = ?',
  )
  const deletePart = database.prepare<[string, number, string]>(
    'DELETE FROM private_parts WHERE site = ? AND idx = ? AND subject = ?',
  )
  const addressOf = database
    .prepare<[string, string], Buffer | null>('SELECT address FROM subjects WHERE site = ? AND subject = ?')
    .pluck()
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
    begin(site, subject, last, { suppress }) {
      const address = addressOf.get(site, subject)
      const parts = [...chain(site, last)]
        .filter(({ index }) => hasPart.get(site, index, subject))
        .toReversed()
      for (const row of suppress) suppressions.save(site, row)
      return {
        said: {
          parts: parts.length,
          list: listHash(parts.map(({ id }) => id)),
          suppressions: suppressions.count(site),
        },
        destroy() {
          for (const { index } of parts) deletePart.run(site, index, subject)
          if (address) deleteAddress.run(site, address, subject)
        },
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
