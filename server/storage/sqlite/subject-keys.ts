import type { Database } from 'better-sqlite3'
import type { WrappedKeys } from '../../subjects/keys.ts'
import { groupCommit, type CommitWatch } from './group-commit.ts'
import { momentOf } from './moment.ts'

export interface WrappedKey {
  readonly site: string
  readonly subject: string
  readonly wrapped: Uint8Array
}

export interface SqliteWrappedKeys extends WrappedKeys {
  finish(): void
}

export function sqliteWrappedKeys(database: Database, watch?: CommitWatch<WrappedKey>): SqliteWrappedKeys {
  // What is destroyed is overwritten, not merely unlinked.
  database.pragma('secure_delete = ON')
  const read = database.prepare<[string, string], { wrapped: Buffer }>(
    'SELECT wrapped FROM subject_keys WHERE site = ? AND subject = ?',
  )
  const has = database.prepare<[string, string], unknown>(
    'SELECT 1 FROM subject_keys WHERE site = ? AND subject = ?',
  )
  const insert = database.prepare<[string, string, Uint8Array]>(
    'INSERT INTO subject_keys (site, subject, wrapped) VALUES (?, ?, ?) ON CONFLICT (site, subject) DO NOTHING',
  )
  const destroy = database.prepare<[string, string]>(
    'DELETE FROM subject_keys WHERE site = ? AND subject = ?',
  )
  const check = database.prepare<[], { check_value: Buffer }>(
    'SELECT check_value FROM master_key WHERE id = 1',
  )
  const saveCheck = database.prepare<[Uint8Array]>(
    'INSERT INTO master_key (id, check_value) VALUES (1, ?) ON CONFLICT (id) DO NOTHING',
  )

  const moment = momentOf(database)
  const inserts = groupCommit<WrappedKey, Uint8Array>(
    database,
    () => ({
      perform: ({ site, subject, wrapped }) => {
        const isNew = insert.run(site, subject, wrapped).changes > 0
        return isNew ? wrapped : read.get(site, subject)!.wrapped
      },
      finish: () => {},
    }),
    'store a subject key',
    watch,
  )

  return {
    read: (site, subject) => read.get(site, subject)?.wrapped,
    has: (site, subject) => moment.read(() => has.get(site, subject)) !== undefined,
    insert: (site, subject, wrapped) => inserts.submit({ site, subject, wrapped }),
    destroy: (site, subject) => {
      moment.end()
      const { changes } = destroy.run(site, subject)
      // The log of changes would still hold the key: fold it into the file, where it is overwritten.
      if (changes > 0) database.pragma('wal_checkpoint(TRUNCATE)')
      return changes > 0
    },
    masterCheck: () => check.get()?.check_value,
    saveMasterCheck: value => void saveCheck.run(value),
    finish: inserts.finish,
  }
}
