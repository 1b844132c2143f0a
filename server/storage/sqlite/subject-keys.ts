import type { Database } from 'better-sqlite3'
import type { WrappedKeys } from '../../subjects/keys.ts'
import type { WrappedSubjectKey } from '../../subjects/keyring.ts'
import { groupCommit, type CommitWatch } from './group-commit.ts'
import { newestGeneration } from './keyring.ts'
import { momentOf } from './moment.ts'
import { settle } from './settle.ts'

type Stored = Pick<WrappedSubjectKey, 'wrapped' | 'generation'>

export interface SqliteWrappedKeys extends WrappedKeys {
  finish(): void
}

export function sqliteWrappedKeys(
  database: Database,
  watch?: CommitWatch<WrappedSubjectKey>,
): SqliteWrappedKeys {
  const read = database.prepare<[string, string], Stored>(
    'SELECT wrapped, generation FROM subject_keys WHERE site = ? AND subject = ?',
  )
  const has = database.prepare<[string, string], unknown>(
    'SELECT 1 FROM subject_keys WHERE site = ? AND subject = ?',
  )
  const withoutKeys = database
    .prepare<[string, string], string>(
      `SELECT asked.value FROM json_each(?) asked
       WHERE NOT EXISTS (SELECT 1 FROM subject_keys k WHERE k.site = ? AND k.subject = asked.value)`,
    )
    .pluck()
  const insert = database.prepare<[string, string, Uint8Array, number]>(
    `INSERT INTO subject_keys (site, subject, wrapped, generation) VALUES (?, ?, ?, ?)
     ON CONFLICT (site, subject) DO NOTHING`,
  )
  const destroy = database.prepare<[string, string]>(
    'DELETE FROM subject_keys WHERE site = ? AND subject = ?',
  )
  const newest = newestGeneration(database)

  const moment = momentOf(database)
  const inserts = groupCommit<WrappedSubjectKey, Stored | undefined>(
    database,
    () => {
      // Inside the transaction: once a newer generation is there, nothing is wrapped under an older one any more.
      const generation = newest()
      return {
        perform: key => {
          const { site, subject, wrapped } = key
          if (key.generation < generation) return read.get(site, subject)
          const isNew = insert.run(site, subject, wrapped, key.generation).changes > 0
          return isNew ? key : read.get(site, subject)!
        },
        finish: () => {},
      }
    },
    'store a subject key',
    watch,
  )

  return {
    read: (site, subject) => read.get(site, subject),
    has: (site, subject) => moment.read(() => has.get(site, subject)) !== undefined,
    withoutKeys: (site, subjects) =>
      new Set(moment.read(() => withoutKeys.all(JSON.stringify(subjects), site))),
    insert: inserts.submit,
    destroy: (site, subject) => {
      moment.end()
      return destroy.run(site, subject).changes > 0
    },
    settle: () => settle(database),
    finish: inserts.finish,
  }
}
