import SqliteDatabase, { type Database } from 'better-sqlite3'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appendDecisions } from '../../server/ledger/append.ts'
import { checkpoint } from '../../server/ledger/checkpoint.ts'
import { logFormat } from '../../server/ledger/log-format.ts'
import { rebuildSite } from '../../server/ledger/rebuild.ts'
import { signersIn } from '../../server/ledger/signer.ts'
import { appendOptIns } from '../../server/marketing/opt-in.ts'
import { appendOptOuts } from '../../server/marketing/opt-out.ts'
import { openRepair } from '../../server/storage/open.ts'
import { aDecision, aRefusal, aSecret } from '../support/decisions.ts'
import { foldersIn, publishSite, testLedger } from '../support/ledger.ts'
import { checkAList } from '../support/lists.ts'
import { anOptIn, anOptOut, MAIL, PROGRAMS, publishPrograms } from '../support/marketing.ts'
import { findingsIn } from '../support/verify.ts'

let folder: string
/** The database as it was written; every test works on a copy. */
let written: string
let before: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assent-rebuild-'))
  const ledger = await testLedger(folder)
  await publishSite(ledger, 'harbor')
  for (let n = 0; n < 40; n++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as people come
    await appendDecisions(ledger, 'harbor', [aDecision({ secret: aSecret(n % 7) }), aRefusal()])
    ledger.advance(n % 5 === 0 ? -1_000 : 2_000)
  }
  await publishPrograms(ledger)
  const optIns = [anOptIn(), anOptIn({ program: 'research' }), anOptIn({ channel: 'email', address: MAIL })]
  await appendOptIns(ledger, 'harbor', optIns, { programs: PROGRAMS }, {})
  await appendOptOuts(ledger, 'harbor', [anOptOut(), anOptOut({ address: '+12025550188' })], {
    programs: PROGRAMS,
  })
  await checkAList(ledger, 'harbor', '+12025550123', '+12025550188')
  await publishSite(ledger, 'other', {})
  checkpoint(ledger, 'harbor')
  if (findingsIn(ledger).length > 0) throw new Error('the ledger does not hold as it was written')
  await ledger.storage.close()
  written = join(folder, 'written.db')
  copyFileSync(join(folder, 'ledger.db'), written)
  before = dump()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const file = () => join(folder, 'ledger.db')
function restore(): void {
  for (const suffix of ['-wal', '-shm']) rmSync(file() + suffix, { force: true })
  copyFileSync(written, file())
}

function look<T>(body: (database: Database) => T): T {
  const database = new SqliteDatabase(file())
  try {
    database.pragma('foreign_keys = OFF')
    return body(database)
  } finally {
    database.close()
  }
}

/** Changes rows behind the triggers' back, which are put back as they were. */
function tamper(sql: string): void {
  look(database => {
    const triggers = database
      .prepare<[], { name: string; sql: string }>(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
      )
      .all()
    for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`)
    database.exec(sql)
    for (const trigger of triggers) database.exec(trigger.sql)
  })
}

/** Every row of every table. */
const dump = (): string =>
  look(database =>
    database
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .pluck()
      .all()
      .map(table => {
        const rows = database.prepare(`SELECT * FROM ${table}`).raw().all() as unknown[][]
        const lines = rows.map(row =>
          row.map(v => (Buffer.isBuffer(v) ? v.toString('hex') : String(v))).join('|'),
        )
        return `${table}\n${lines.sort().join('\n')}`
      })
      .join('\n\n'),
  )

/** Every site that any row names. */
function rebuildAll(): void {
  const { repair, close } = openRepair(folder, logFormat)
  const sites = repair.sites()
  close()
  sites.forEach(site => rebuild(site))
}

function rebuild(site = 'harbor'): number {
  const { repair, close } = openRepair(folder, logFormat)
  try {
    const signer = signersIn({ folders: foldersIn(folder), store: repair, now: Date.now })
    const steps = rebuildSite(repair, signer, site)
    for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value
  } finally {
    close()
  }
}

async function findings(): Promise<string[]> {
  const ledger = await testLedger(folder)
  try {
    return findingsIn(ledger).map(f => `${f.column}: ${f.detail}`)
  } finally {
    await ledger.storage.close()
  }
}

describe('whatever is changed in a projection is found, named, and made again as it was', () => {
  const columns: Record<string, Record<string, string>> = {
    subjects: {
      site: "'harbox'",
      subject: "subject || 'x'",
      last_index: 'last_index - 1',
      standing: `replace(standing, 'given', 'withdrawn') || ' '`,
      address: "CAST(coalesce(address, x'00') || x'00' AS BLOB)",
    },
    publications: { site: "'harbox'", idx: 'idx + 1', configuration: "configuration || 'x'" },
    entry_ids: { site: "'harbox'", id: "id || 'x'", idx: 'idx + 1' },
    node_blocks: { site: "'harbox'", level: 'level + 7', n: 'n + 1000', hashes: "x'00'" },
    logs: { site: "'harbox'", size: 'size + 1', frontier: 'zeroblob(length(frontier))' },
    log_times: { site: "'harbox'", size: 'size + 1', latest: 'latest + 1' },
    list_checks: { site: "'harbox'", idx: 'idx + 1', list: "list || 'x'", at: 'at + 1' },
  }
  const cases = Object.entries(columns).flatMap(([table, of]) =>
    Object.entries(of).map(([column, value]) => [table, column, value] as const),
  )

  test.each(cases)('%s.%s', async (table, column, value) => {
    restore()
    tamper(
      `UPDATE ${table} SET ${column} = ${value} WHERE rowid_of(1)`.replace(
        'WHERE rowid_of(1)',
        oneRow(table),
      ),
    )
    expect(dump()).not.toBe(before)
    expect(await findings()).toContainEqual(
      expect.stringMatching(new RegExp(`^${table}\\..*: run assent rebuild$`)),
    )
    rebuildAll()
    expect(dump()).toBe(before)
    expect(await findings()).toEqual([])
  })

  test.each(Object.keys(columns).filter(table => table !== 'logs'))('every row of %s gone', async table => {
    restore()
    tamper(`DELETE FROM ${table} WHERE site = 'harbor'`)
    expect(await findings()).toContainEqual(expect.stringMatching(/: run assent rebuild$/))
    rebuild()
    expect(dump()).toBe(before)
  })

  test('no column of a projection is left out above', () => {
    const found = look(database =>
      Object.keys(columns).flatMap(table =>
        (database.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => `${table}.${name}`),
      ),
    )
    const tried = cases.map(([table, column]) => `${table}.${column}`)
    expect(found.toSorted()).toEqual(tried.toSorted())
  })

  test('where an address stands, which lies beside it', async () => {
    restore()
    tamper(
      "UPDATE addresses SET standing = replace(standing, 'withdrawn', 'given') WHERE standing LIKE '%withdrawn%'",
    )
    expect(dump()).not.toBe(before)
    expect(await findings()).toContainEqual(
      expect.stringMatching(/^addresses\.standing: the standing of subject .*: run assent rebuild$/),
    )
    rebuild()
    expect(dump()).toBe(before)
    expect(await findings()).toEqual([])
  })

  test('the row of the log itself gone', () => {
    restore()
    tamper("DELETE FROM logs WHERE site = 'harbor'")
    rebuild()
    expect(dump()).toBe(before)
  })
})

/** The first row by key: the same in every run. */
const oneRow = (table: string): string =>
  `WHERE site = 'harbor' AND (${KEYS[table]}) = (SELECT ${KEYS[table]} FROM ${table} WHERE site = 'harbor' ORDER BY 1 LIMIT 1)`
const KEYS: Record<string, string> = {
  subjects: 'subject',
  publications: 'idx',
  entry_ids: 'id',
  node_blocks: 'level * 1000 + n',
  logs: 'site',
  log_times: 'size',
  list_checks: 'idx',
}

test('a ledger that is as it should be stays so, made again any number of times; other sites are not touched', () => {
  restore()
  rebuild()
  rebuild()
  rebuild('other')
  expect(dump()).toBe(before)
})

describe('entries that are not the ones that were signed are refused, and nothing changes', () => {
  test.each([
    [
      'one edited',
      `UPDATE entries SET entry = replace(entry, 'true', 'false') WHERE idx = 20`,
      'at index 20',
    ],
    ['one edited, leaf and all', undefined, 'entries are not the ones that were signed'],
    ['one gone', 'DELETE FROM entries WHERE idx = 20', 'entry 20 is missing'],
    ['the last ones gone', 'DELETE FROM entries WHERE idx > 100', 'were signed, the database has 101'],
    ['one that is no JSON', "UPDATE entries SET entry = '{' WHERE idx = 20", 'the entry is no JSON'],
  ])('%s', (_what, sql, why) => {
    restore()
    if (sql !== undefined) tamper(sql.replace('idx', "site = 'harbor' AND idx"))
    else editWithLeaf(20)
    tamper("UPDATE subjects SET standing = '{}'")
    const damaged = dump()
    expect(() => rebuild()).toThrow(why)
    expect(dump()).toBe(damaged)
  })

  test('one repeated under another index', () => {
    restore()
    tamper(
      `INSERT INTO entries SELECT site, (SELECT count(*) FROM entries WHERE site = 'harbor'), entry, leaf FROM entries WHERE site = 'harbor' AND idx = 20`,
    )
    expect(() => rebuild()).toThrow('the entry has the id of an earlier one')
  })

  test('no checkpoint kept, or one of another key', () => {
    restore()
    const kept = join(folder, 'checkpoints', 'harbor')
    const note = readFileSync(kept, 'utf8')
    try {
      writeFileSync(kept, note.replace('harbor', 'harbour'))
      expect(() => rebuild()).toThrow('the kept checkpoint is not signed by its key')
      rmSync(kept)
      expect(() => rebuild()).toThrow('no checkpoint says which entries were signed')
    } finally {
      writeFileSync(kept, note)
    }
  })
})

function editWithLeaf(index: number): void {
  const text = look(database =>
    database
      .prepare<[number], string>("SELECT entry FROM entries WHERE site = 'harbor' AND idx = ?")
      .pluck()
      .get(index)!,
  )
  const entry = JSON.parse(text) as Parameters<typeof logFormat.encodeEntry>[0]
  const edited = logFormat.encodeEntry({ ...entry, sent: 'f'.repeat(64) })
  tamper(
    `UPDATE entries SET entry = '${edited.text}', leaf = x'${Buffer.from(edited.leaf).toString('hex')}' WHERE site = 'harbor' AND idx = ${index}`,
  )
}

test('killed with everything made and nothing committed, it leaves the old state; run again, it is whole', async () => {
  restore()
  tamper("DELETE FROM subjects WHERE site = 'harbor'")
  const damaged = dump()
  const child = spawn(process.execPath, [join(import.meta.dirname, 'rebuild-until-killed.ts'), folder])
  await once(child.stdout, 'data')
  expect(() => rebuild()).toThrow('another process has it open: stop the server')
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
  expect(dump()).toBe(damaged)
  rebuild()
  expect(dump()).toBe(before)
})
