import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { afterEach, describe, expect, test } from 'vitest'
import { appendDecisions } from '../../server/ledger/append.ts'
import { checkpoint } from '../../server/ledger/checkpoint.ts'
import { appendOptIns } from '../../server/marketing/opt-in.ts'
import { recordConsents } from '../../server/marketing/record-consent.ts'
import { openAudit, openOperators } from '../../server/storage/open.ts'
import { openDatabase } from '../../server/storage/sqlite/database.ts'
import { migrate, schemaFaults, type Schema } from '../../server/storage/sqlite/migrate.ts'
import { aDecision, aSecret } from '../support/decisions.ts'
import { testLedger, TEST_TIME, type TestLedger } from '../support/ledger.ts'
import { anOptIn, PHONE, PROGRAMS, publishPrograms } from '../support/marketing.ts'
import { findingsIn } from '../support/verify.ts'

const FIXTURES = join(import.meta.dirname, '../fixtures/schemas')
const MIGRATIONS = join(import.meta.dirname, '../../server/storage/sqlite/migrations')
const SCHEMAS: readonly Schema[] = ['ledger', 'subject-keys', 'operators', 'hooks', 'messages', 'witness']

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})
function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assent-migrations-'))
  folders.push(folder)
  return folder
}

/** The data folder of a committed version, as its own code left it. Each is named after the commit that wrote it. */
function dataOf(commit: string): string {
  const folder = aFolder()
  cpSync(join(FIXTURES, commit), folder, { recursive: true })
  // A checkout keeps no modes.
  chmodSync(join(folder, 'keys', 'harbor.key'), 0o600)
  for (const file of readdirSync(folder).filter(name => name.endsWith('.sql'))) {
    const database = new SqliteDatabase(join(folder, file.replace('.sql', '.db')))
    database.exec(readFileSync(join(folder, file), 'utf8'))
    database.close()
  }
  return folder
}

/** Every state the ledger's schema ever had in a commit, oldest first, and whether a later version reads it. */
const STATES = [
  { commit: 'b20db20', schema: 1, isRead: false },
  { commit: 'cbd9c3b', schema: 1, isRead: false },
  { commit: '8bbd0d8', schema: 1, isRead: true },
  { commit: 'af9e6d2', schema: 2, isRead: false },
  { commit: '36b4cce', schema: 3, isRead: false },
  { commit: '8c9b036', schema: 3, isRead: false },
  { commit: 'ac5c1ef', schema: 2, isRead: true },
  // With programs, imports of imports, addresses and an erasure: where they stand is moved.
  { commit: '0befb11', schema: 6, isRead: true },
]

test('there is a data folder of every state that was ever committed', () => {
  expect(
    readdirSync(FIXTURES, { withFileTypes: true })
      .filter(e => e.isDirectory())
      .map(e => e.name),
  ).toEqual(STATES.map(({ commit }) => commit).toSorted())
})

describe('a ledger written by an older version', () => {
  test.each(STATES.filter(state => state.isRead))(
    '$commit (schema $schema) is migrated, verifies, and goes on',
    async ({ commit, schema }) => {
      const folder = dataOf(commit)
      expect(versionIn(folder)).toBe(schema)
      const ledger = await testLedger(folder)
      openOperators(folder).close()
      ledger.advance(60 * 60_000)
      try {
        const before = ledger.store.log('harbor').size
        expect(before).toBeGreaterThan(12)
        expect(findingsIn(ledger)).toEqual([])
        const [answer] = await appendDecisions(ledger, 'harbor', [
          aDecision({
            secret: aSecret(9),
            id: NEW_ID,
            configuration: ledger.store.current('harbor')!.configuration,
          }),
        ])
        expect(answer).toMatchObject({ index: before, duplicate: false })
        checkpoint(ledger, 'harbor')
        expect(findingsIn(ledger)).toEqual([])
        expect(versionIn(folder)).toBe(newest('ledger'))
      } finally {
        await ledger.storage.close()
      }
    },
  )

  test('a yes that had lost its private part permits nothing afterwards either', async () => {
    const folder = dataOf('0befb11')
    const older = new SqliteDatabase(join(folder, 'ledger.db'))
    older.exec('DELETE FROM private_parts')
    older.close()
    const migrated = openDatabase(join(folder, 'ledger.db'), 'ledger')
    const standings = migrated.prepare<[], string>('SELECT standing FROM addresses').pluck().all()
    migrated.close()
    expect(standings.length).toBeGreaterThan(4)
    // Of a yes there are eight members, of which the last say what it agreed to.
    const longest = standings.flatMap(text =>
      Object.values(JSON.parse(text) as object).map(row => (row as unknown[]).length),
    )
    expect(Math.max(...longest)).toBe(5)
  })

  test('where somebody stands who was asked to confirm beside a yes is made again by the rule of today', async () => {
    const folder = aFolder()
    const ledger = await testLedger(folder)
    await publishPrograms(ledger)
    await agreedAndAsked(ledger, PHONE)
    const [rest] = rowsBesideAddresses(folder)
    expect(rest).toHaveProperty('pending')
    await ledger.storage.close()
    asOfSchema9(folder)
    const again = await testLedger(folder)
    try {
      expect(rowsBesideAddresses(folder)).toEqual([rest])
      expect(findingsIn(again)).toEqual([])
    } finally {
      await again.storage.close()
    }
  })

  test('and left for verify to name where what shows it is gone', async () => {
    const folder = aFolder()
    const ledger = await testLedger(folder)
    await publishPrograms(ledger)
    await agreedAndAsked(ledger, PHONE)
    await ledger.storage.close()
    asOfSchema9(folder, 'DROP TRIGGER private_parts_no_delete; DELETE FROM private_parts')
    openDatabase(join(folder, 'ledger.db'), 'ledger').close()
    expect(rowsBesideAddresses(folder)[0]).not.toHaveProperty('pending')
  })

  /** Recorded from elsewhere, then asked for on the form. */
  async function agreedAndAsked(ledger: TestLedger, address: string): Promise<void> {
    const { program, channel, configuration, ...asked } = anOptIn({ program: 'research', address })
    await recordConsents(
      ledger,
      'harbor',
      [
        {
          id: NEW_ID,
          channel,
          program,
          address,
          basis: 'consent',
          evidence: 'partial',
          decidedAt: TEST_TIME - 86_400_000,
          configuration,
          method: 'staff',
          actor: 'command:import',
        },
      ],
      { programs: PROGRAMS },
    )
    const optIn = { program, channel, configuration, ...asked }
    const [answer] = await appendOptIns(ledger, 'harbor', [optIn], { programs: PROGRAMS }, {})
    if (!answer || 'refused' in answer) throw new Error(`refused: ${JSON.stringify(answer)}`)
  }

  /** What few standings have, of each address that has it. */
  function rowsBesideAddresses(folder: string): unknown[] {
    const database = new SqliteDatabase(join(folder, 'ledger.db'), { readonly: true })
    const texts = database.prepare<[], string>('SELECT standing FROM addresses').pluck().all()
    database.close()
    return texts.flatMap(text =>
      Object.values(JSON.parse(text) as Record<string, unknown[]>).flatMap(row => row[8] ?? []),
    )
  }

  /** As the version before left it: by its rule nothing waited beside a yes. */
  function asOfSchema9(folder: string, change = ''): void {
    const database = new SqliteDatabase(join(folder, 'ledger.db'))
    database.exec(`UPDATE addresses SET standing = json_remove(standing, '$."sms:research"[8].pending')`)
    if (change) database.exec(change)
    database.pragma('user_version = 9')
    database.close()
    expect(rowsBesideAddresses(folder)[0]).not.toHaveProperty('pending')
  }

  test('a standing that is none is left for verify to name', () => {
    const folder = dataOf('0befb11')
    const older = new SqliteDatabase(join(folder, 'ledger.db'))
    const odd = [
      '{"sms:offers":"given"}',
      '{"sms:offers":7}',
      '{"sms:offers":null}',
      '{',
      '[]',
      '{"sms:offers":[]}',
    ]
    const subjects = older.prepare<[], string>('SELECT subject FROM subjects LIMIT 6').pluck().all()
    const spoil = older.prepare('UPDATE subjects SET standing = ? WHERE subject = ?')
    odd.forEach((text, n) => spoil.run(text, subjects[n]))
    older.close()
    openDatabase(join(folder, 'ledger.db'), 'ledger').close()
    expect(versionIn(folder)).toBe(newest('ledger'))
  })

  test.each(STATES.filter(state => !state.isRead))(
    '$commit, from before the first release, is refused and left as it is',
    ({ commit, schema }) => {
      const folder = dataOf(commit)
      const before = readFileSync(join(folder, 'ledger.db'))
      const why = /says it has schema \d, and its table \w+ is another|was written by a newer Assent/
      expect(() => openDatabase(join(folder, 'ledger.db'), 'ledger')).toThrow(why)
      expect(() => openAudit(folder)).toThrow(/written by a newer|is another|start its server once/)
      expect(versionIn(folder)).toBe(schema)
      // Opening it may have switched its journal; its rows are as they were.
      expect(rowsIn(new SqliteDatabase(join(folder, 'ledger.db')))).toBe(rowsIn(new SqliteDatabase(before)))
    },
  )

  const NEW_ID = '01a30000-0000-7000-8000-000000000001'

  function rowsIn(database: SqliteDatabase.Database): string {
    const rows = ['sqlite_schema', 'entries', 'logs'].map(table =>
      database.prepare(`SELECT * FROM ${table}`).all(),
    )
    database.close()
    return JSON.stringify(rows)
  }
})

function versionIn(folder: string): number {
  const database = new SqliteDatabase(join(folder, 'ledger.db'), { readonly: true })
  const version = database.pragma('user_version', { simple: true }) as number
  database.close()
  return version
}

const filesOf = (schema: Schema): string[] => readdirSync(join(MIGRATIONS, schema)).toSorted()
const newest = (schema: Schema): number => Number(filesOf(schema).at(-1)!.slice(0, 4))

describe.each(SCHEMAS)('the migrations of %s', schema => {
  test('are numbered in a row from 1', () => {
    expect(filesOf(schema).map(name => Number(name.slice(0, 4)))).toEqual(
      Array.from({ length: newest(schema) }, (_, i) => i + 1),
    )
  })

  test.each(Array.from({ length: newest(schema) }, (_, i) => i))(
    'lead from schema %i to the newest',
    version => {
      const some = aFolder()
      cpSync(join(MIGRATIONS, schema), join(some, schema), { recursive: true })
      for (const name of filesOf(schema))
        if (Number(name.slice(0, 4)) > version) rmSync(join(some, schema, name))
      const database = new SqliteDatabase(':memory:')
      if (version > 0) migrate(database, schema, some)
      migrate(database, schema)
      expect(schemaFaults(database, schema)).toEqual([])
      database.close()
    },
  )

  test('leave the old version whole when one of them fails in the middle', () => {
    const some = aFolder()
    cpSync(join(MIGRATIONS, schema), join(some, schema), { recursive: true })
    const database = new SqliteDatabase(join(some, 'data.db'))
    migrate(database, schema, some)
    const before = database.prepare('SELECT * FROM sqlite_schema').all()
    const number = String(newest(schema) + 1).padStart(4, '0')
    writeFileSync(
      join(some, schema, `${number}-broken.sql`),
      'CREATE TABLE half (a INTEGER); INSERT INTO half VALUES (1); INSERT INTO nowhere VALUES (1);',
    )
    expect(() => migrate(database, schema, some)).toThrow('no such table: nowhere')
    database.close()
    const again = new SqliteDatabase(join(some, 'data.db'))
    expect(again.prepare('SELECT * FROM sqlite_schema').all()).toEqual(before)
    expect(again.pragma('user_version', { simple: true })).toBe(newest(schema))
    again.close()
  })
})

test('a migration that was committed is never edited again', () => {
  const committed = JSON.parse(readFileSync(join(FIXTURES, 'migrations.json'), 'utf8')) as Record<
    string,
    string
  >
  const found = Object.fromEntries(
    SCHEMAS.flatMap(schema =>
      filesOf(schema).map(name => [
        `${schema}/${name}`,
        createHash('sha256')
          .update(readFileSync(join(MIGRATIONS, schema, name)))
          .digest('hex'),
      ]),
    ),
  )
  // A new one: add its line to test/fixtures/schemas/migrations.json. One that differs: write another migration instead.
  expect(found).toEqual(committed)
})
