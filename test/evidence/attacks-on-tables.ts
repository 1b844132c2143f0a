import SqliteDatabase, { type Database } from 'better-sqlite3'
import { join } from 'node:path'
import { newSalt, seal } from '../../server/subjects/seal.ts'
import { SITE } from '../support/app.ts'
import { forge } from '../support/attacker.ts'
import { opened } from '../support/watched-log.ts'
import { sql, type Attack } from './attack.ts'

const FIRST_PART = '(SELECT min(idx) FROM private_parts)'

/** Other words about the same person, sealed with that person's own key under a fresh salt. */
const sealedAnew: Attack['act'] = async folder => {
  const { ledger, close } = await opened(folder)
  const [{ idx, subject }] = rowsOf<[{ idx: number; subject: string }]>(folder, 'private_parts')
  const { id } = ledger.store.entry(SITE, idx)!.entry
  const key = ledger.keys.openSubjectKey(SITE, subject)!
  const sealed = seal(key, { address: 'other@mail.example' }, { site: SITE, subject, id })
  await close()
  const update = 'UPDATE private_parts SET salt = ?, sealed = ? WHERE idx = ?'
  forge(folder, database => database.prepare(update).run(newSalt(), sealed, idx))
}

/** The sealed part and the key of who was erased, from a copy of before. */
const unerased: Attack['act'] = (folder, log) => {
  const missing = (table: string, key: string) =>
    `ATTACH '${join(log.earlier, table === 'subject_keys' ? 'subject-keys.db' : 'ledger.db')}' AS earlier;
     INSERT INTO ${table} SELECT * FROM earlier.${table} WHERE ${key} NOT IN (SELECT ${key} FROM main.${table})`
  forge(folder, database => void database.exec(missing('private_parts', 'idx')))
  forge(folder, database => void database.exec(missing('subject_keys', 'subject')), 'subject-keys.db')
}

/** A row of the index as the server itself would have made it, with the key of the index in hand. */
const tied =
  (act: (database: Database, index: WatchedIndex) => void): Attack['act'] =>
  async folder => {
    const { ledger, close } = await opened(folder)
    const { blindIndex } = ledger
    await close()
    forge(folder, database => act(database, blindIndex))
  }
type WatchedIndex = Awaited<ReturnType<typeof opened>>['ledger']['blindIndex']

interface AddressRow {
  readonly blind: Buffer
  readonly subject: string
}

function rowsOf<T>(folder: string, table: string): T {
  const database = new SqliteDatabase(join(folder, 'ledger.db'), { readonly: true })
  try {
    return database.prepare(`SELECT * FROM ${table}`).all() as T
  } finally {
    database.close()
  }
}

export const ON_SEALED_PARTS: readonly Attack[] = [
  {
    what: 'sealed part: other bytes',
    by: 'database',
    act: sql(() => `UPDATE private_parts SET sealed = zeroblob(length(sealed)) WHERE idx = ${FIRST_PART}`),
    verify: /^private_parts\.sealed \d+: the private part is not what was sealed/,
    table: 'private_parts',
  },
  {
    what: 'sealed part: another salt',
    by: 'database',
    act: sql(() => `UPDATE private_parts SET salt = zeroblob(32) WHERE idx = ${FIRST_PART}`),
    verify: /^private_parts\.salt \d+: the private part is not the one the entry commits to/,
  },
  {
    what: 'sealed part: two of one person change places',
    by: 'database',
    act: sql(() => {
      const [a, b] = ['ASC', 'DESC'].map(
        order => `(SELECT idx FROM private_parts WHERE subject =
          (SELECT subject FROM private_parts GROUP BY subject HAVING count(*) = 2) ORDER BY idx ${order} LIMIT 1)`,
      )
      return `CREATE TEMP TABLE pair AS SELECT ${a} AS a, ${b} AS b;
        UPDATE private_parts SET idx = 100000 WHERE idx = (SELECT a FROM pair);
        UPDATE private_parts SET idx = (SELECT a FROM pair) WHERE idx = (SELECT b FROM pair);
        UPDATE private_parts SET idx = (SELECT b FROM pair) WHERE idx = 100000`
    }),
    verify: /^private_parts\.sealed \d+: the private part is not what was sealed/,
  },
  {
    what: 'sealed part: taken away',
    by: 'database',
    act: sql(() => `DELETE FROM private_parts WHERE idx = ${FIRST_PART}`),
    verify: /^private_parts\.idx \d+: the private part is missing, and nothing erased it/,
  },
  {
    what: 'sealed part: other words, sealed anew',
    by: 'operator',
    act: sealedAnew,
    verify: /^private_parts\.salt \d+: the private part is not the one the entry commits to/,
  },
  {
    what: 'sealed part: an erased one put back, and its key',
    by: 'operator',
    act: unerased,
    verify: /^private_parts\.idx \d+: the private part that entry \d+ erased is still there/,
  },
]

export const ON_TABLES: readonly Attack[] = [
  {
    what: 'logs: another tree to go on from',
    by: 'database',
    act: sql(() => 'UPDATE logs SET frontier = zeroblob(length(frontier))'),
    verify: /^logs\.frontier: the tree of the entries is another than the one the log continues/,
    table: 'logs',
  },
  {
    what: 'log_times: a moment set back',
    by: 'database',
    act: sql(() => 'UPDATE log_times SET latest = latest - 1000'),
    verify: /^log_times\.latest \d+: the latest time of the first \d+ entries is not kept as it is/,
    table: 'log_times',
  },
  {
    what: 'list_checks: a check of a list that is found no more',
    by: 'database',
    act: sql(() => 'DELETE FROM list_checks'),
    verify: /^list_checks\.idx \d+: entry \d+, a check of a list, is not listed as one/,
    table: 'list_checks',
  },
  {
    what: 'entry_ids: a number that leads to another entry',
    by: 'database',
    act: sql(({ decisions: [one, other] }) => `UPDATE entry_ids SET idx = ${one} WHERE idx = ${other}`),
    verify: /^entry_ids\.idx \d+: entry \d+ is known by its id as entry \d+/,
    table: 'entry_ids',
  },
  {
    what: 'node_blocks: another node',
    by: 'database',
    act: sql(
      () =>
        'UPDATE node_blocks SET hashes = CAST(substr(hashes, 1, 32) || zeroblob(32) || substr(hashes, 65) AS BLOB) WHERE level = 1',
    ),
    verify: /^node_blocks\.hashes 16: node 1 of level 1 is not the one of the entries below it/,
    table: 'node_blocks',
  },
  {
    what: 'texts: other words than were shown',
    by: 'database',
    act: sql(() => "UPDATE texts SET body = CAST(body || ' and more' AS BLOB) WHERE kind = 'first'"),
    verify: /^texts\.body \d+: text \w+ is not what was published/,
    table: 'texts',
  },
  {
    what: 'subjects: a no that stands as a yes',
    by: 'database',
    act: sql(() => `UPDATE subjects SET standing = replace(standing, '"withdrawn"', '"given"')`),
    verify: /^subjects\.standing \d+: the standing of subject \w+ is not what its entries lead to/,
    table: 'subjects',
  },
  {
    what: 'publications: the version before, as if in force',
    by: 'database',
    act: sql(
      () =>
        'UPDATE publications SET configuration = (SELECT configuration FROM publications ORDER BY idx LIMIT 1)',
    ),
    verify: /^publications\.configuration \d+: the publication is not listed as \w+/,
    table: 'publications',
  },
  {
    what: 'checkpoints: one in the place of another',
    by: 'database',
    act: sql(
      () => `UPDATE checkpoints SET note = (SELECT note FROM checkpoints ORDER BY size LIMIT 1)
        WHERE size = (SELECT size FROM checkpoints ORDER BY size LIMIT 1 OFFSET 1)`,
    ),
    verify: /^checkpoints\.size: the checkpoint kept as \d+ is one of \d+ entries/,
    table: 'checkpoints',
  },
  {
    what: 'cosignatures: one of fewer entries, as if of more',
    by: 'database',
    act: sql(
      () => `UPDATE cosignatures SET line = (SELECT line FROM cosignatures ORDER BY size LIMIT 1)
        WHERE size = (SELECT max(size) FROM cosignatures)`,
    ),
    verify: /^cosignatures\.line: the checkpoint of \d+ entries is not the one witness\.test\/w cosigned/,
    table: 'cosignatures',
  },
  {
    what: 'addresses: who said no leads to who said yes',
    by: 'database',
    act: sql(
      () => `UPDATE addresses SET subject = (SELECT max(subject) FROM addresses)
        WHERE subject = (SELECT min(subject) FROM addresses)`,
    ),
    verify: /^addresses\.tie: an address was not made to lead to subject \w+/,
    table: 'addresses',
  },
  {
    what: 'addresses: the same, tied',
    by: 'operator',
    act: tied((database, index) => {
      const [one, other] = database.prepare<[], AddressRow>('SELECT * FROM addresses').all()
      database
        .prepare('UPDATE addresses SET subject = ?, tie = ? WHERE blind = ?')
        .run(other!.subject, index.tieOf(SITE, one!.blind, other!.subject), one!.blind)
    }),
    verify: /^addresses\.blind \d+: the address of entry \d+ leads to subject \w+/,
  },
  {
    what: 'suppressions: an earlier moment, for a late yes',
    by: 'database',
    act: sql(() => 'UPDATE suppressions SET at = at - 86400000'),
    verify: /^suppressions\.tie: a suppressed address was not made to be so at its moment/,
    table: 'suppressions',
  },
  {
    what: 'suppressions: the same, tied',
    by: 'operator',
    act: tied((database, index) => {
      const { blind, at } = database
        .prepare<[], AddressRow & { at: number }>('SELECT * FROM suppressions')
        .get()!
      const moved = at - 86_400_000
      database
        .prepare('UPDATE suppressions SET at = ?, tie = ?')
        .run(moved, index.suppressionTieOf(SITE, blind, moved))
    }),
    verify: /^erasures\/harbor: an address that was erased is not suppressed at that moment in the database/,
  },
  {
    what: 'suppressions: taken away',
    by: 'database',
    act: sql(() => 'DELETE FROM suppressions'),
    verify: /^suppressions\.site: 0 addresses are suppressed, 1 were after the last erasure/,
  },
  {
    what: 'log_keys: a change of keys not listed',
    by: 'database',
    act: sql(() => 'DELETE FROM log_keys'),
    verify: /^log_keys\.idx \d+: entry \d+, which says what signs, is not listed as such/,
    table: 'log_keys',
  },
  {
    what: "subject_keys: another person's key",
    by: 'database',
    act: sql(
      () => `UPDATE subject_keys SET wrapped = (SELECT wrapped FROM subject_keys ORDER BY subject DESC LIMIT 1)
        WHERE subject = (SELECT min(subject) FROM subject_keys)`,
      'subject-keys.db',
    ),
    verify: /^subject_keys\.wrapped \d+: the key of subject \w+ is missing or was changed/,
    table: 'subject_keys',
  },
  {
    what: 'keyring: other bytes',
    by: 'database',
    act: sql(() => 'UPDATE keyring SET wrapped = zeroblob(length(wrapped))', 'subject-keys.db'),
    verify: /couldn't open generation \d+ of subject-keys in the keyring: it was changed/,
    table: 'keyring',
  },
]
