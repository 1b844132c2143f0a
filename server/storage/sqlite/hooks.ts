import type { Database } from 'better-sqlite3'
import type { HookEvent, HookField, RecipientRole } from '../../../shared/domain/hook.ts'
import type { Channel } from '../../../shared/domain/site.ts'
import type { Delivery, Failing, Hook, HookState, HookStore } from '../../hooks/store.ts'

interface HookRow {
  readonly site: string
  readonly id: string
  readonly url: string
  readonly recipient: string
  readonly role: RecipientRole
  readonly purposes: string
  readonly programs: string
  readonly channels: string | null
  readonly fields: string
  readonly created_at: number
  readonly state: HookState
  readonly why: string | null
  readonly next_index: number
  readonly failures: number
  readonly failing_since: number | null
  readonly not_before: number | null
  readonly former_until: number | null
}

interface DeliveryRow {
  readonly at: number
  readonly message: string
  readonly event: HookEvent
  readonly entry: number
  readonly attempt: number
  readonly milliseconds: number
  readonly status: number | null
  readonly fault: string | null
}

interface SecretsRow {
  readonly secret: Buffer | null
  readonly former_secret: Buffer | null
  readonly former_until: number | null
}

const COLUMNS =
  'site, id, url, recipient, role, purposes, programs, channels, fields, created_at, state, why, next_index, failures, failing_since, not_before, former_until'
/** As long as a hook's log of deliveries gets. */
const KEPT = 1_000
const AT_ONCE = 'failures = 0, failing_since = NULL, not_before = NULL'

export function sqliteHooks(database: Database): HookStore {
  const insert = database.prepare(
    `INSERT INTO hooks (site, id, url, recipient, role, purposes, programs, channels, fields, created_at, state, next_index, secret)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'active', ?, ?)`,
  )
  const find = database.prepare<[string], HookRow>(`SELECT ${COLUMNS} FROM hooks WHERE id = ?`)
  const list = database.prepare<[], HookRow>(`SELECT ${COLUMNS} FROM hooks ORDER BY created_at, id`)
  const secrets = database.prepare<[string], SecretsRow>(
    'SELECT secret, former_secret, former_until FROM hooks WHERE id = ?',
  )
  const advance = database.prepare<[number, string, number]>(
    'UPDATE hooks SET next_index = ? WHERE id = ? AND next_index = ?',
  )
  const rewind = database.prepare<[number, string]>(
    `UPDATE hooks SET next_index = ?, ${AT_ONCE} WHERE id = ?`,
  )
  const attempted = database.prepare(
    `INSERT INTO deliveries (site, hook, n, at, message, event, entry, attempt, milliseconds, status, fault)
     SELECT site, id, 1 + coalesce((SELECT max(n) FROM deliveries d WHERE d.site = h.site AND d.hook = h.id), 0), ?, ?, ?, ?, ?, ?, ?, ?
     FROM hooks h WHERE id = ?`,
  )
  const prune = database.prepare<[string, number]>(
    `DELETE FROM deliveries AS d WHERE (site, hook) = (SELECT site, id FROM hooks WHERE id = ?)
     AND n <= (SELECT max(n) FROM deliveries l WHERE l.site = d.site AND l.hook = d.hook) - ?`,
  )
  const succeed = database.prepare<[string]>(`UPDATE hooks SET ${AT_ONCE} WHERE id = ? AND failures > 0`)
  const fail = database.prepare<[number, number, number, string]>(
    'UPDATE hooks SET failures = ?, failing_since = ?, not_before = ? WHERE id = ?',
  )
  const deliveries = database.prepare<[string, number], DeliveryRow>(
    `SELECT at, message, event, entry, attempt, milliseconds, status, fault FROM deliveries
     WHERE (site, hook) = (SELECT site, id FROM hooks WHERE id = ?) ORDER BY n DESC LIMIT ?`,
  )
  const pause = database.prepare<[string, string]>(
    "UPDATE hooks SET state = 'paused', why = ? WHERE id = ? AND state <> 'removed'",
  )
  const resume = database.prepare<[string]>(
    `UPDATE hooks SET state = 'active', why = NULL, ${AT_ONCE} WHERE id = ? AND state = 'paused'`,
  )
  const remove = database.prepare<[string]>(
    `UPDATE hooks SET state = 'removed', why = NULL, secret = NULL, former_secret = NULL, former_until = NULL, ${AT_ONCE} WHERE id = ?`,
  )
  const rotate = database.prepare<[Uint8Array, Uint8Array | null, number | null, string]>(
    "UPDATE hooks SET secret = ?, former_secret = ?, former_until = ? WHERE id = ? AND state <> 'removed'",
  )
  const dropFormer = database.prepare<[number]>(
    'UPDATE hooks SET former_secret = NULL, former_until = NULL WHERE former_until <= ?',
  )

  function keep(id: string, delivery: Delivery): void {
    const { at, message, event, entry, attempt, milliseconds, status, fault } = delivery
    attempted.run(at, message, event, entry, attempt, milliseconds, status ?? null, fault ?? null, id)
    prune.run(id, KEPT)
  }
  const failed = database.transaction((id: string, delivery: Delivery, failing: Failing) => {
    keep(id, delivery)
    fail.run(failing.failures, failing.since, failing.notBefore, id)
    if (failing.pausedWhy !== undefined) pause.run(failing.pausedWhy, id)
  })
  const succeeded = database.transaction(
    (id: string, delivery: Delivery, past: { from: number; to: number } | undefined) => {
      keep(id, delivery)
      succeed.run(id)
      if (past) advance.run(past.to, id, past.from)
    },
  )

  return {
    insert: ({ channels, ...hook }, secret) =>
      void insert.run(
        hook.site,
        hook.id,
        hook.url,
        hook.recipient,
        hook.role,
        JSON.stringify(hook.purposes),
        JSON.stringify(hook.programs),
        channels ? JSON.stringify(channels) : null,
        JSON.stringify(hook.fields),
        hook.createdAt,
        hook.next,
        secret,
      ),
    find: id => hookOf(find.get(id)),
    list: () => list.all().map(row => hookOf(row)!),
    secrets(id) {
      const row = secrets.get(id)
      if (!row?.secret) return undefined
      const { secret, former_secret: former, former_until: until } = row
      return { secret, ...(former && until !== null && { former: { secret: former, until } }) }
    },
    advance: (id, from, to) => void advance.run(to, id, from),
    rewind: (id, to) => void rewind.run(to, id),
    failed: (id, delivery, failing) => failed.immediate(id, delivery, failing),
    succeeded: (id, delivery, past) => succeeded.immediate(id, delivery, past),
    deliveries: (id, limit) =>
      deliveries.all(id, limit).map(({ status, fault, ...row }) => ({
        ...row,
        ...(status !== null && { status }),
        ...(fault !== null && { fault }),
      })),
    pause: (id, why) => void pause.run(why, id),
    resume: id => void resume.run(id),
    remove: id => void remove.run(id),
    rotate: (id, { secret, former }) =>
      void rotate.run(secret, former?.secret ?? null, former?.until ?? null, id),
    dropFormer: now => void dropFormer.run(now),
  }
}

const hookOf = (row: HookRow | undefined): Hook | undefined =>
  row && {
    site: row.site,
    id: row.id,
    url: row.url,
    recipient: row.recipient,
    role: row.role,
    purposes: JSON.parse(row.purposes) as string[],
    programs: JSON.parse(row.programs) as string[],
    ...(row.channels !== null && { channels: JSON.parse(row.channels) as Channel[] }),
    fields: JSON.parse(row.fields) as HookField[],
    createdAt: row.created_at,
    state: row.state,
    ...(row.why !== null && { why: row.why }),
    next: row.next_index,
    failures: row.failures,
    ...(row.failing_since !== null && { failingSince: row.failing_since }),
    ...(row.not_before !== null && { notBefore: row.not_before }),
    ...(row.former_until !== null && { formerUntil: row.former_until }),
  }
