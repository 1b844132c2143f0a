import type { Database } from 'better-sqlite3'
import type { KeyringPurpose, KeyringRow, KeyringStore, WrappedSubjectKey } from '../../subjects/keyring.ts'
import { settle } from './settle.ts'

interface Row {
  readonly purpose: KeyringPurpose
  readonly generation: number
  readonly wrapping: number
  readonly provider: string
  readonly wrapped: Buffer
  readonly made_at: number
}

export function sqliteKeyring(database: Database): KeyringStore {
  const all = database.prepare<[], Row>('SELECT * FROM keyring ORDER BY purpose, generation, wrapping')
  const newest = newestGeneration(database)
  const check = database.prepare<[], Buffer>('SELECT check_value FROM master_key WHERE id = 1').pluck()
  const insert = database.prepare<[string, number, number, string, Uint8Array, number]>(
    'INSERT INTO keyring (purpose, generation, wrapping, provider, wrapped, made_at) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const counts = database.prepare<[], { generation: number; n: number }>(
    'SELECT generation, count(*) AS n FROM subject_keys GROUP BY generation ORDER BY generation',
  )
  const older = database.prepare<[string, string, number, number], WrappedSubjectKey>(
    `SELECT site, subject, generation, wrapped FROM subject_keys
     WHERE (site, subject) > (?, ?) AND generation < ? ORDER BY site, subject LIMIT ?`,
  )
  const update = database.prepare<[Uint8Array, number, string, string, number]>(
    'UPDATE subject_keys SET wrapped = ?, generation = ? WHERE site = ? AND subject = ? AND generation < ?',
  )
  const dropOlder = database.prepare<[number]>('DELETE FROM keyring WHERE wrapping < ?')
  const dropNewer = database.prepare<[number]>('DELETE FROM keyring WHERE wrapping > ?')
  const dropUnused = database.prepare(
    `DELETE FROM keyring WHERE purpose = 'subject-keys'
     AND generation < (SELECT max(generation) FROM keyring WHERE purpose = 'subject-keys')
     AND generation NOT IN (SELECT generation FROM subject_keys)`,
  )

  const insertAll = (rows: readonly KeyringRow[]): void => {
    for (const { purpose, generation, wrapping, provider, wrapped, madeAt } of rows)
      insert.run(purpose, generation, wrapping, provider, wrapped, madeAt)
  }
  const fill = database.transaction((rows: readonly KeyringRow[]) => {
    if (newest() === 0) insertAll(rows)
    database.exec('DELETE FROM master_key')
  })
  const add = database.transaction(insertAll)
  const rewrap = database.transaction((keys: readonly WrappedSubjectKey[]) => {
    for (const { site, subject, generation, wrapped } of keys)
      update.run(wrapped, generation, site, subject, generation)
  })

  return {
    rows: () => all.all().map(({ made_at: madeAt, ...row }) => ({ ...row, madeAt })),
    newestGeneration: newest,
    formerCheck: () => check.get(),
    fill: rows => fill.immediate(rows),
    add: rows => add.immediate(rows),
    dropWrappings: (which, than) => {
      ;(which === 'older' ? dropOlder : dropNewer).run(than)
      settle(database)
    },
    dropUnusedGenerations: () => {
      dropUnused.run()
      settle(database)
    },
    countSubjectKeys: () => new Map(counts.all().map(({ generation, n }) => [generation, n])),
    olderSubjectKeys: (after, limit) => older.all(after?.site ?? '', after?.subject ?? '', newest(), limit),
    rewrap: keys => rewrap.immediate(keys),
  }
}

/** Looked at before every commit of subject keys, so on its own. */
export function newestGeneration(database: Database): () => number {
  const newest = database
    .prepare<[], number | null>("SELECT max(generation) FROM keyring WHERE purpose = 'subject-keys'")
    .pluck()
  return () => newest.get() ?? 0
}
