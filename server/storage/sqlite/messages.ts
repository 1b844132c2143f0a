import type { Database } from 'better-sqlite3'
import type { Channel } from '../../../shared/domain/site.ts'
import type { Message, MessageStore, TokenRow } from '../../messages/store.ts'
import { settle } from './settle.ts'

interface MessageRow {
  readonly site: string
  readonly id: string
  readonly subject: string
  readonly channel: Channel
  readonly direction: Message['direction']
  readonly kind: string
  readonly program: string | null
  readonly entry: string | null
  readonly at: number
  readonly state: Message['state']
  readonly attempts: number
  readonly due_at: number | null
  readonly provider_id: string | null
  readonly fault: string | null
  readonly sealed: Buffer | null
  readonly source: Buffer | null
}

interface StoredToken {
  readonly hash: Buffer
  readonly subject: string
  readonly channel: Channel
  readonly program: string | null
  readonly entry: string
  readonly expires_at: number
  readonly used_at: number | null
}

export function sqliteMessages(database: Database): MessageStore {
  const sql = statements(database)
  const read = (site: string, id: string) => messageIn(sql.message.get(site, id))
  return {
    together: act => database.transaction(act)(),
    add: (site, m) =>
      sql.add.run(
        site,
        m.id,
        m.subject,
        m.channel,
        m.direction,
        m.kind,
        m.program ?? null,
        m.entry ?? null,
        m.at,
        m.state,
        m.attempts,
        m.dueAt ?? null,
        m.providerId ?? null,
        m.fault ?? null,
        m.sealed ?? null,
        m.source ?? null,
      ).changes > 0,
    update(site, id, change) {
      const was = read(site, id)
      if (!was) return
      const now = { ...was, ...change }
      sql.update.run(
        now.state,
        now.attempts,
        now.state === 'due' ? (now.dueAt ?? null) : null,
        now.providerId ?? null,
        now.state === 'sent' ? null : (now.fault ?? null),
        now.at,
        site,
        id,
      )
    },
    message: read,
    messageByProviderId: (site, providerId) => messageIn(sql.byProviderId.get(site, providerId)),
    due: (site, now, most) => sql.due.all(site, now, most).map(row => messageIn(row)!),
    waiting: site =>
      sql.waiting.all(site ?? null, site ?? null).map(row => ({ site: row.site, message: messageIn(row)! })),
    lookedAt: (site, id) => void sql.lookedAt.run(site, id),
    ofSubject: (site, subject) => sql.ofSubject.all(site, subject).map(row => messageIn(row)!),
    sentSince: (site, { kind, channel, program }, since) =>
      sql.sentSince.get(site, channel, kind, since, program) ?? 0,
    askedFrom: (site, source, since) => sql.askedFrom.get(site, source, since) ?? 0,
    addToken: (site, { hash, subject, channel, program, entry, expiresAt }) =>
      void sql.addToken.run(site, hash, subject, channel, program ?? null, entry, expiresAt),
    token: (site, hash) => tokenIn(sql.token.get(site, hash)),
    useToken: (site, hash, at) => sql.useToken.run(at, site, hash).changes > 0,
    dropTokens: before => sql.dropTokens.run(before).changes,
    forget: database.transaction((site: string, subject: string) => {
      const forgotten = [sql.forgetMessages, sql.forgetTokens].map(each => each.run(site, subject).changes)
      return forgotten.some(rows => rows > 0)
    }),
    settle: () => settle(database),
    hear: (site, sender, at) => void sql.hear.run(site, sender, at),
    heardAt: (site, sender) => sql.heardAt.get(site, sender),
    cursor: (site, follower) => sql.cursor.get(site, follower) ?? 0,
    moveCursor: (site, follower, next) => void sql.moveCursor.run(site, follower, next),
  }
}

const messageIn = (row: MessageRow | undefined): Message | undefined =>
  row && {
    id: row.id,
    subject: row.subject,
    channel: row.channel,
    direction: row.direction,
    kind: row.kind,
    ...(row.program !== null && { program: row.program }),
    ...(row.entry !== null && { entry: row.entry }),
    at: row.at,
    state: row.state,
    attempts: row.attempts,
    ...(row.due_at !== null && { dueAt: row.due_at }),
    ...(row.provider_id !== null && { providerId: row.provider_id }),
    ...(row.fault !== null && { fault: row.fault }),
    ...(row.sealed !== null && { sealed: row.sealed }),
    ...(row.source !== null && { source: row.source }),
  }

const tokenIn = (row: StoredToken | undefined): TokenRow | undefined =>
  row && {
    hash: row.hash,
    subject: row.subject,
    channel: row.channel,
    ...(row.program !== null && { program: row.program }),
    entry: row.entry,
    expiresAt: row.expires_at,
    ...(row.used_at !== null && { usedAt: row.used_at }),
  }

function statements(database: Database) {
  const write = (text: string) => database.prepare<unknown[]>(text)
  return {
    add: write(
      `INSERT INTO messages (site, id, subject, channel, direction, kind, program, entry, at, state, attempts, due_at,
         provider_id, fault, sealed, source)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (site, id) DO NOTHING`,
    ),
    update: write(
      `UPDATE messages SET state = ?, attempts = ?, due_at = ?, provider_id = ?, fault = ?, at = ?
       WHERE site = ? AND id = ?`,
    ),
    message: database.prepare<[string, string], MessageRow>(
      'SELECT * FROM messages WHERE site = ? AND id = ?',
    ),
    byProviderId: database.prepare<[string, string], MessageRow>(
      'SELECT * FROM messages WHERE site = ? AND provider_id = ?',
    ),
    due: database.prepare<[string, number, number], MessageRow>(
      `SELECT * FROM messages WHERE site = ? AND state = 'due' AND due_at <= ? ORDER BY due_at LIMIT ?`,
    ),
    waiting: database.prepare<[string | null, string | null], MessageRow>(
      `SELECT * FROM messages WHERE state = 'received' AND due_at IS NOT NULL AND (? IS NULL OR site = ?)
       ORDER BY due_at`,
    ),
    lookedAt: write(`UPDATE messages SET due_at = NULL, sealed = NULL WHERE site = ? AND id = ?`),
    ofSubject: database.prepare<[string, string], MessageRow>(
      'SELECT * FROM messages WHERE site = ? AND subject = ? ORDER BY at, id',
    ),
    sentSince: database
      .prepare<[string, string, string, number, string], number>(
        `SELECT count(*) FROM messages
         WHERE site = ? AND channel = ? AND kind = ? AND at >= ? AND program = ? AND state = 'sent'`,
      )
      .pluck(),
    askedFrom: database
      .prepare<[string, Uint8Array, number], number>(
        `SELECT count(*) FROM messages WHERE site = ? AND source = ? AND at >= ? AND (state <> 'failed' OR attempts > 0)`,
      )
      .pluck(),
    addToken: write(
      'INSERT INTO tokens (site, hash, subject, channel, program, entry, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    token: database.prepare<[string, Uint8Array], StoredToken>(
      'SELECT * FROM tokens WHERE site = ? AND hash = ?',
    ),
    useToken: write('UPDATE tokens SET used_at = ? WHERE site = ? AND hash = ? AND used_at IS NULL'),
    dropTokens: write('DELETE FROM tokens WHERE expires_at < ?'),
    forgetMessages: write('DELETE FROM messages WHERE site = ? AND subject = ?'),
    forgetTokens: write('DELETE FROM tokens WHERE site = ? AND subject = ?'),
    hear: write(
      `INSERT INTO heard (site, sender, at) VALUES (?, ?, ?)
       ON CONFLICT (site, sender) DO UPDATE SET at = max(at, excluded.at)`,
    ),
    heardAt: database
      .prepare<[string, string], number>('SELECT at FROM heard WHERE site = ? AND sender = ?')
      .pluck(),
    cursor: database
      .prepare<[string, string], number>('SELECT next FROM cursors WHERE site = ? AND follower = ?')
      .pluck(),
    moveCursor: write(
      `INSERT INTO cursors (site, follower, next) VALUES (?, ?, ?)
       ON CONFLICT (site, follower) DO UPDATE SET next = excluded.next`,
    ),
  }
}
