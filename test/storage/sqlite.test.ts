import SqliteDatabase, { type Database } from 'better-sqlite3'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { logFormat } from '../../server/ledger/log-format.ts'
import { integrate } from '../../server/ledger/merkle.ts'
import { openDatabase } from '../../server/storage/sqlite/database.ts'
import { sqliteLedgerStore } from '../../server/storage/sqlite/ledger.ts'
import { rewriteDatabases } from '../../server/storage/rewrite.ts'
import { openStorage } from '../../server/storage/open.ts'
import { TEST_KEY_PROVIDER } from '../support/ledger.ts'
import { anEntry, anErasure, describeLedgerStore, type OpenedStore } from './contract.ts'

const folders: string[] = []
function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assent-'))
  folders.push(folder)
  return folder
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function openStore(path: string): OpenedStore {
  const databases = [openDatabase(path, 'ledger')]
  return {
    store: sqliteLedgerStore(databases[0]!, logFormat),
    another: () => {
      const database = openDatabase(path, 'ledger')
      databases.push(database)
      return sqliteLedgerStore(database, logFormat)
    },
    close: async () => databases.forEach(database => void database.close()),
  }
}

describeLedgerStore('SQLite', () => openStore(join(aFolder(), 'ledger.db')))

describe('a commit', () => {
  test('is followed at once by that of what its callers ask for next, and only once a turn', async () => {
    const { store, close } = openStore(join(aFolder(), 'ledger.db'))
    // In a turn of its own.
    await new Promise(setImmediate)
    const order: string[] = []
    const note = (what: string) => () => void order.push(what)
    const callers = Array.from({ length: 5 }, async (_, i) => {
      await store.append('harbor', [anEntry(`first ${i}`)])
      if (i === 0) setImmediate(note('a turn'))
      await store.append('harbor', [anEntry(`second ${i}`)])
      order.push('second')
      if (i === 0) setImmediate(note('a turn'))
      await store.append('harbor', [anEntry(`third ${i}`)])
      order.push('third')
    })
    await Promise.all(callers)
    const five = (what: string) => Array.from({ length: 5 }, () => what)
    expect(order).toEqual([...five('second'), 'a turn', 'a turn', ...five('third')])
    await close()
  })
})

describe('the database itself', () => {
  test('has no file that anybody but its owner may read, whatever the umask', async () => {
    const folder = aFolder()
    const before = process.umask(0)
    try {
      const storage = await openStorage({ folder, keyProvider: TEST_KEY_PROVIDER, format: logFormat })
      await storage.ledgerStore.append('harbor', [anEntry('a')])
      const modes = readdirSync(folder).map(name => [name, statSync(join(folder, name)).mode & 0o777])
      await storage.close()
      expect(Object.fromEntries(modes)).toEqual(
        Object.fromEntries(
          ['ledger.db', 'subject-keys.db'].flatMap(name =>
            ['', '-wal', '-shm'].map(end => [name + end, 0o600]),
          ),
        ),
      )
    } finally {
      process.umask(before)
    }
  })

  test('syncs every commit, keeps a log of changes and enforces its references', () => {
    const database = openDatabase(join(aFolder(), 'ledger.db'), 'ledger')
    const pragma = (name: string) => database.pragma(name, { simple: true })
    expect([pragma('journal_mode'), pragma('synchronous'), pragma('foreign_keys')]).toEqual(['wal', 2, 1])
    const loose = database
      .prepare<[], { name: string }>(
        'SELECT name FROM pragma_table_list WHERE schema = ? AND name NOT LIKE ? AND strict = 0',
      )
      .all(...(['main', 'sqlite_%'] as unknown as []))
    expect(loose).toEqual([])
    database.close()
  })

  test('every key begins with the site', () => {
    const database = openDatabase(join(aFolder(), 'ledger.db'), 'ledger')
    const firstOfKey = database
      .prepare<[], { name: string; first: string }>(
        `SELECT t.name, c.name AS first FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND c.pk = 1`,
      )
      .all()
    expect(firstOfKey).toHaveLength(15)
    expect(firstOfKey.every(key => key.first === 'site')).toBe(true)
    database.close()
  })

  test.each([
    "UPDATE entries SET entry = '{}'",
    'DELETE FROM entries',
    "INSERT OR REPLACE INTO entries VALUES ('harbor', 0, '{}', x'00')",
    "UPDATE texts SET body = x'00'",
    'DELETE FROM texts',
    "INSERT OR REPLACE INTO texts VALUES ('harbor', 'ab', 'first', NULL, x'00')",
    "UPDATE checkpoints SET note = ''",
    'DELETE FROM checkpoints',
    "INSERT OR REPLACE INTO checkpoints VALUES ('harbor', 1, '')",
    "UPDATE private_parts SET salt = x'00'",
    'DELETE FROM private_parts',
    "UPDATE addresses SET subject = 'other'",
    "INSERT OR REPLACE INTO addresses VALUES ('harbor', x'01', 'other', x'01', '{}')",
    'UPDATE suppressions SET at = 6',
    "UPDATE suppressions SET blind = x'02'",
    'DELETE FROM suppressions',
    "INSERT OR REPLACE INTO suppressions VALUES ('harbor', x'01', 9, x'01')",
  ])('refuses, whoever is connected: %s', async statement => {
    const path = join(aFolder(), 'ledger.db')
    const { store, close } = openStore(path)
    await store.append('harbor', [
      anEntry('a', { subject: 's' }, { private: { salt: Buffer.alloc(32), sealed: Buffer.alloc(40) } }),
    ])
    store.saveCheckpoint(
      'harbor',
      () => 'note',
      () => {},
    )
    const anybody = new SqliteDatabase(path)
    anybody.exec("INSERT INTO texts VALUES ('harbor', 'ab', 'first', NULL, x'01')")
    anybody.exec("INSERT INTO addresses VALUES ('harbor', x'01', 's', x'01', '{}')")
    anybody.exec("INSERT INTO suppressions VALUES ('harbor', x'01', 7, x'01')")
    expect(() => anybody.exec(statement)).toThrow(
      /append-only|deleted, never changed|move forward only|by the erasure|never made to lead/,
    )
    expect(anybody.prepare('DELETE FROM addresses').run().changes).toBe(1)
    anybody.close()
    await close()
  })

  test('an older version that still runs on it fails, rather than write a no where nobody looks for it', async () => {
    const path = join(aFolder(), 'ledger.db')
    const { store, close } = openStore(path)
    const address = { blind: Buffer.from('one'), subject: 's', tie: Buffer.from('tie') }
    await store.append('harbor', [anEntry('a', { subject: 's' }, { address })])
    const older = new SqliteDatabase(path)
    const save = older.prepare(
      `INSERT INTO subjects (site, subject, last_index, standing) VALUES ('harbor', 's', 1, '{"sms:a":["withdrawn",1,1,1]}')
       ON CONFLICT (site, subject) DO UPDATE SET last_index = excluded.last_index, standing = excluded.standing`,
    )
    expect(() => save.run()).toThrow('restart the server')
    const grow = older.prepare("UPDATE logs SET size = 2, frontier = zeroblob(32) WHERE site = 'harbor'")
    expect(() => grow.run()).toThrow('restart the server')
    older.close()
    expect(await store.append('harbor', [anEntry('b', { subject: 's' }, { address })])).toMatchObject([
      { index: 1 },
    ])
    await close()
  })

  test('a database from a newer version is refused and left as it is', () => {
    const path = join(aFolder(), 'ledger.db')
    const database = openDatabase(path, 'ledger')
    database.pragma('user_version = 999')
    database.close()
    expect(() => openDatabase(path, 'ledger')).toThrow('written by a newer Assent (schema 999')
    expect(() => openDatabase(path, 'ledger', { readonly: true })).toThrow('written by a newer Assent')
  })

  test('a read-only connection needs what is there, and the schema it knows', () => {
    const path = join(aFolder(), 'ledger.db')
    expect(() => openDatabase(path, 'ledger', { readonly: true })).toThrow("couldn't open")
    new SqliteDatabase(path).exec('CREATE TABLE other (a)').close()
    expect(() => openDatabase(path, 'ledger', { readonly: true })).toThrow('start its server once')
  })

  test('a migration that fails leaves nothing of itself', () => {
    const path = join(aFolder(), 'ledger.db')
    // A table of the schema's own is there already, so the first statement that makes it fails.
    new SqliteDatabase(path).exec('CREATE TABLE nodes (a)').close()
    expect(() => openDatabase(path, 'ledger')).toThrow('already exists')
    const database = new SqliteDatabase(path)
    expect(database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()).toEqual([
      { name: 'nodes' },
    ])
    expect(database.pragma('user_version', { simple: true })).toBe(0)
    database.close()
  })
})

describe('a commit that fails', () => {
  test('on a full disk, every waiting call is told, nothing is left, and later appends hold', async () => {
    const path = join(aFolder(), 'ledger.db')
    const database = openDatabase(path, 'ledger')
    const store = sqliteLedgerStore(database, logFormat)
    await store.append('harbor', [anEntry('a')])
    const full = Number(database.pragma('page_count', { simple: true }))
    database.pragma(`max_page_count = ${full}`)
    const big = (id: string) => anEntry(id, { configuration: 'x'.repeat(50_000) })
    const answers = await Promise.allSettled(['b', 'c', 'd'].map(id => store.append('harbor', [big(id)])))
    expect(answers.map(a => a.status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect((answers[0] as PromiseRejectedResult).reason).toMatchObject({
      message: "couldn't append entries",
      cause: { code: 'SQLITE_FULL' },
    })
    expect(store.log('harbor').size).toBe(1)
    expect(store.entryById('harbor', 'b')).toBeUndefined()
    database.pragma('max_page_count = 1000000')
    expect(await store.append('harbor', [big('b')])).toMatchObject([{ index: 1 }])
    database.close()
  })

  test('while another process holds the lock too long, the calls are told', async () => {
    const path = join(aFolder(), 'ledger.db')
    const database = openDatabase(path, 'ledger')
    database.pragma('busy_timeout = 50')
    const store = sqliteLedgerStore(database, logFormat)
    const other = openDatabase(path, 'ledger')
    other.exec('BEGIN IMMEDIATE')
    await expect(store.append('harbor', [anEntry('a')])).rejects.toMatchObject({
      cause: { code: 'SQLITE_BUSY' },
    })
    other.exec('COMMIT')
    expect(await store.append('harbor', [anEntry('a')])).toMatchObject([{ index: 0 }])
    other.close()
    database.close()
  })

  test('after the storage is closed, an append is refused; what waited was written', async () => {
    const folder = aFolder()
    const storage = await openStorage({ folder, keyProvider: TEST_KEY_PROVIDER, format: logFormat })
    const waiting = storage.ledgerStore.append('harbor', [anEntry('a')])
    await storage.close()
    expect(await waiting).toMatchObject([{ index: 0 }])
    await expect(storage.ledgerStore.append('harbor', [anEntry('b')])).rejects.toThrow('closed')
  })
})

test('calls of one turn share one commit', async () => {
  const path = join(aFolder(), 'ledger.db')
  const database = openDatabase(path, 'ledger')
  const statements: string[] = []
  const exec = database.exec.bind(database)
  database.exec = text => (statements.push(text), exec(text))
  const store = sqliteLedgerStore(database, logFormat)
  await Promise.all(Array.from({ length: 50 }, (_, i) => store.append('harbor', [anEntry(`${i}`)])))
  expect(statements).toEqual(['BEGIN IMMEDIATE', 'COMMIT'])
  database.close()
})

describe("what is erased is gone from the database's files, not only from its tables", () => {
  const PARTS = 6_000
  const sites = ['harbor', 'loom']
  /** Rows fill pages, split them and are moved from one to another: what is left behind there must be nothing. */
  async function filled(path: string, before?: (database: Database) => void) {
    const database = openDatabase(path, 'ledger')
    before?.(database)
    const store = sqliteLedgerStore(database, logFormat)
    const rows = Array.from({ length: PARTS }, (_, n) => ({
      site: sites[n % 2]!,
      subject: `s${n}`,
      salt: randomBytes(32),
      sealed: randomBytes(200 + (n % 90)),
      blind: randomBytes(32),
      tie: randomBytes(32),
    }))
    for (let n = 0; n < PARTS; n += 20) {
      const batch = rows
        .slice(n, n + 20)
        .map(({ site, subject, salt, sealed, blind, tie }) =>
          store.append(site, [
            anEntry(
              subject,
              { site, subject },
              { private: { salt, sealed }, address: { blind, subject, tie } },
            ),
          ]),
        )
      // oxlint-disable-next-line no-await-in-loop -- one commit after the other
      await Promise.all(batch)
    }
    return { database, store, rows }
  }
  type Row = Awaited<ReturnType<typeof filled>>['rows'][number]

  async function eraseSome({ store, rows }: Pick<Awaited<ReturnType<typeof filled>>, 'store' | 'rows'>) {
    const gone = rows.filter((_, n) => n % 40 === 7)
    for (const { site, subject } of gone)
      // oxlint-disable-next-line no-await-in-loop -- one erasure after the other
      await store.append(site, [anErasure(subject, { suppress: [] }, site)])
    expect(store.settle()).toBe(true)
    return { gone, kept: rows.filter((_, n) => n % 40 === 8) }
  }

  /** How many of the rows have any of their secrets left in any file of the folder. */
  function foundIn(
    folder: string,
    rows: readonly Row[],
    columns: readonly ('salt' | 'sealed' | 'blind' | 'tie')[] = ['salt', 'sealed', 'blind', 'tie'],
  ): number {
    const bytes = readdirSync(folder).map(file => readFileSync(join(folder, file)))
    return rows.filter(row => columns.some(column => bytes.some(file => file.includes(row[column])))).length
  }

  test('also where rows were moved before', async () => {
    const folder = aFolder()
    const { database, ...ledger } = await filled(join(folder, 'ledger.db'))
    // Also while somebody is being answered.
    expect(ledger.store.snapshot(() => ledger.store.privatePart('harbor', 0))).toBeDefined()
    const { gone, kept } = await eraseSome(ledger)
    expect({ gone: foundIn(folder, gone, ['salt', 'sealed']), kept: foundIn(folder, kept) }).toEqual({
      gone: 0,
      kept: kept.length,
    })
    database.close()
    // The index is in no order of time: its rows are moved, and a page may keep a copy where nothing stands.
    const steps = rewriteDatabases(folder)
    while (!steps.next().done);
    expect({ gone: foundIn(folder, gone), kept: foundIn(folder, kept) }).toEqual({
      gone: 0,
      kept: kept.length,
    })
  })

  test('a database that moved rows without wiping them would be found out, and is written anew when it is migrated', async () => {
    const folder = aFolder()
    const path = join(folder, 'ledger.db')
    const { database, ...ledger } = await filled(path, database => database.pragma('secure_delete = OFF'))
    database.pragma('wal_checkpoint(TRUNCATE)')
    database.close()
    // As an earlier version left it: without what came later.
    const older = new SqliteDatabase(path)
    for (const table of [
      'log_keys',
      'cosignatures',
      'suppressions',
      'log_times',
      'node_blocks',
      'list_checks',
    ])
      older.exec(`DROP TABLE ${table}`)
    older.exec(
      'DROP TRIGGER private_parts_no_delete; DROP TRIGGER subjects_insert_beside_address; DROP TRIGGER subjects_update_beside_address; DROP TRIGGER logs_with_their_leaves; ALTER TABLE subjects DROP COLUMN address; ALTER TABLE addresses DROP COLUMN standing',
    )
    older.exec(
      /CREATE TABLE nodes [^;]*;/.exec(
        readFileSync('server/storage/sqlite/migrations/ledger/0001-entries.sql', 'utf8'),
      )![0],
    )
    older.pragma('user_version = 2')
    older.close()
    const leftBehind = (row: Row) =>
      readFileSync(path).indexOf(row.salt) !== readFileSync(path).lastIndexOf(row.salt)
    expect(ledger.rows.filter((_, n) => n % 40 === 7).some(leftBehind)).toBe(true)
    const migrated = openDatabase(path, 'ledger')
    const { gone } = await eraseSome({ store: sqliteLedgerStore(migrated, logFormat), rows: ledger.rows })
    expect(foundIn(folder, gone, ['salt', 'sealed'])).toBe(0)
    migrated.close()
  })

  test('while another process reads an older state nobody waits for it, and it is done afterwards', async () => {
    const folder = aFolder()
    const { database, store, rows } = await filled(join(folder, 'ledger.db'))
    const [row] = rows
    const reader = new SqliteDatabase(join(folder, 'ledger.db'), { readonly: true })
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM entries').get()
    await store.append('harbor', [anErasure(row!.subject, { suppress: [] })])
    expect(store.settle()).toBe(false)
    expect(foundIn(folder, [row!])).toBe(1)
    reader.close()
    expect(store.settle()).toBe(true)
    expect(foundIn(folder, [row!], ['salt', 'sealed'])).toBe(0)
    database.close()
  })
})

describe('killed while appending', () => {
  let folder: string
  beforeEach(() => void (folder = aFolder()))

  test('every acknowledged entry is there once, in each of five rounds', async () => {
    const acknowledged = new Map<string, number>()
    for (let round = 0; round < 5; round++) await appendUntilKilled(round, acknowledged)
    expect(acknowledged.size).toBeGreaterThan(100)

    const { store, close } = openStore(join(folder, 'ledger.db'))
    for (const [id, index] of acknowledged) expect(store.entryById('harbor', id)?.index).toBe(index)
    const { size } = store.log('harbor')
    const ids = Array.from({ length: size }, (_, index) => store.entry('harbor', index)!.entry.id)
    expect(new Set(ids).size).toBe(size)
    const whole = integrate({ size: 0, hashes: [] }, store.nodes('harbor', 0, 0, size)).frontier
    expect(store.log('harbor')).toEqual(whole)
    await close()
  }, 60_000)

  async function appendUntilKilled(round: number, acknowledged: Map<string, number>): Promise<void> {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'append-forever.ts'), folder, String(round)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    const gone = new Promise(resolve => child.once('exit', resolve))
    let lines = 0
    for await (const line of createInterface({ input: child.stdout })) {
      const [id, index] = line.split(' ')
      if (index === undefined) continue
      expect(acknowledged.has(id!)).toBe(false)
      acknowledged.set(id!, Number(index))
      if (++lines === 60 + round * 17) child.kill('SIGKILL')
    }
    await gone
  }
})

test("a data folder is its owner's alone", async () => {
  const folder = join(aFolder(), 'data')
  const storage = await openStorage({ folder, keyProvider: TEST_KEY_PROVIDER, format: logFormat })
  expect(statSync(folder).mode & 0o077).toBe(0)
  expect(existsSync(join(folder, 'subject-keys.db'))).toBe(true)
  await storage.close()
})
