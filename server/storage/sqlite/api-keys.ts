import type { Database } from 'better-sqlite3'
import type { ApiKey, Scope } from '../../operators/api-keys.ts'
import type { ApiKeyStore } from '../../operators/store.ts'

interface ApiKeyRow {
  readonly id: string
  readonly site: string
  readonly scopes: string
  readonly name: string | null
  readonly created_at: number
  readonly revoked_at: number | null
  readonly last_used_at: number | null
}

const COLUMNS = 'id, site, scopes, name, created_at, revoked_at, last_used_at'

export function sqliteApiKeys(database: Database): ApiKeyStore {
  const insert = database.prepare<[string, string, Uint8Array, string, string | null, number]>(
    'INSERT INTO api_keys (id, site, hash, scopes, name, created_at) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const find = database.prepare<[Uint8Array], ApiKeyRow>(`SELECT ${COLUMNS} FROM api_keys WHERE hash = ?`)
  const list = database.prepare<[], ApiKeyRow>(`SELECT ${COLUMNS} FROM api_keys ORDER BY created_at, id`)
  const revoke = database.prepare<[number, string], ApiKeyRow>(
    `UPDATE api_keys SET revoked_at = coalesce(revoked_at, ?) WHERE id = ? RETURNING ${COLUMNS}`,
  )
  const recordUse = database.prepare<[number, string]>(
    'UPDATE api_keys SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id = ?',
  )
  return {
    insert: ({ id, site, scopes, name, createdAt }, hash) =>
      void insert.run(id, site, hash, JSON.stringify(scopes), name ?? null, createdAt),
    find: hash => apiKey(find.get(hash)),
    list: () => list.all().map(row => apiKey(row)!),
    revoke: (id, at) => apiKey(revoke.get(at, id)),
    recordUse: (id, at) => void recordUse.run(at, id),
  }
}

const apiKey = (row: ApiKeyRow | undefined): ApiKey | undefined =>
  row && {
    id: row.id,
    site: row.site,
    scopes: JSON.parse(row.scopes) as Scope[],
    ...(row.name !== null && { name: row.name }),
    createdAt: row.created_at,
    ...(row.revoked_at !== null && { revokedAt: row.revoked_at }),
    ...(row.last_used_at !== null && { lastUsedAt: row.last_used_at }),
  }
