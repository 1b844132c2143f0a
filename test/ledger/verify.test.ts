import SqliteDatabase, { type Database } from 'better-sqlite3'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appendDecisions, type SentDecision } from '../../server/ledger/append.ts'
import { checkpoint } from '../../server/ledger/checkpoint.ts'
import { cosign, splitNote } from '../../server/ledger/cosignature.ts'
import type { NoteSigner } from '../../server/ledger/note.ts'
import type { Finding } from '../../server/ledger/finding.ts'
import { resumeLog } from '../../server/ledger/resume.ts'
import { declareCompromised, retireLogKeys, rotateLogKey } from '../../server/ledger/rotate.ts'
import { verifyLedger } from '../../server/ledger/verify.ts'
import { subjectOf } from '../../server/subjects/subject.ts'
import { openSubjectKeys } from '../../server/storage/wrapped-keys.ts'
import { sqliteAudit } from '../../server/storage/sqlite/audit.ts'
import { sqliteKeyring } from '../../server/storage/sqlite/keyring.ts'
import { sqliteWrappedKeys } from '../../server/storage/sqlite/subject-keys.ts'
import { hashLeaf } from '../../server/ledger/merkle.ts'
import { openKeyring, type Keyring } from '../../server/storage/keyring.ts'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import type { DecisionEntry, ImportedEntry, OptInEntry } from '../../shared/domain/entry.ts'
import { aDecision, aRefusal, aSecret } from '../support/decisions.ts'
import { appendOptIns } from '../../server/marketing/opt-in.ts'
import { appendOptOuts } from '../../server/marketing/opt-out.ts'
import { eraseIn } from '../support/erase.ts'
import { publishSite, TEST_KEY_PROVIDER, TEST_TIME, testLedger, type TestLedger } from '../support/ledger.ts'
import { checkAList } from '../support/lists.ts'
import { anOptIn, anOptOut, MAIL, PROGRAMS, publishPrograms } from '../support/marketing.ts'
import { findingsIn, findingsOf } from '../support/verify.ts'
import { aWitnessKey } from '../support/witness.ts'

let ledger: TestLedger
/** The same files, opened as somebody with a file browser would: no triggers, no foreign keys. */
let database: Database
let keyDatabase: Database
let keyring: Keyring

beforeAll(async () => {
  ledger = await testLedger()
  await publishSite(ledger, 'harbor')
  await appendDecisions(ledger, 'harbor', someDecisions())
  checkpoint(ledger, 'harbor')
  await appendDecisions(ledger, 'harbor', [aDecision({ secret: aSecret(1) }), aRefusal()])
  checkpoint(ledger, 'harbor')
  await eraseIn(ledger, subjectOf('harbor', aSecret(3)))
  await changeKeys()
  await publishPrograms(ledger)
  await checkAList(ledger, 'harbor', '+12025550123', '+12025550188')
  await appendMarketing()
  checkpoint(ledger, 'harbor')
  cosignBy(aWitnessKey())
  cosignBy(aWitnessKey('witness.test/v', 3))

  database = openForged('ledger.db')
  keyDatabase = openForged('subject-keys.db')
  keyring = await openRing()
})

afterAll(async () => {
  database.close()
  keyDatabase.close()
  await ledger.remove()
})

/** As the witness's answer is saved. */
function cosignBy(witness: NoteSigner): void {
  const { size, note } = ledger.store.checkpoint('harbor')!
  const line = cosign(splitNote(note)!.text, witness, ledger.now() / 1000)
  ledger.store.saveCosignature('harbor', size, { witness: witness.vkey, line })
}

/** Three subjects with private parts, one coming back, and one who refuses. */
function someDecisions(): SentDecision[] {
  return [
    ...[1, 2, 3, 1].map(n => aDecision({ secret: aSecret(n), private: { address: `${n}@mail.test` } })),
    aRefusal(),
  ]
}

/** Two addresses that opted in, one of them out again; one that only opted out; one that was erased. */
async function appendMarketing(): Promise<void> {
  const optIns = [
    anOptIn(),
    anOptIn({ program: 'research' }),
    anOptIn({ channel: 'email', address: MAIL }),
    anOptIn({ address: '+12025550199' }),
  ]
  const answers = await appendOptIns(
    ledger,
    'harbor',
    optIns,
    { programs: PROGRAMS },
    { network: '192.0.2.0/24' },
  )
  const optOuts = [anOptOut({ program: 'offers' }), anOptOut({ address: '+12025550188' })]
  await appendOptOuts(ledger, 'harbor', optOuts, { programs: PROGRAMS })
  const last = answers.at(-1)!
  const erased = 'index' in last ? ledger.store.entry('harbor', last.index)!.entry : undefined
  if (erased?.type !== 'opt-in') throw new Error('the last opt-in was refused')
  await eraseIn(ledger, erased.subject)
}

/** Every kind of entry about keys. */
async function changeKeys(): Promise<void> {
  await rotateLogKey(ledger, ledger.folders, 'harbor', 60_000)
  await retireLogKeys(ledger, ledger.folders, 'harbor', { atOnce: true })
  const { vkey } = ledger.signer('harbor')
  const lastGood = ledger.store.log('harbor').size
  await declareCompromised(ledger, ledger.folders, 'harbor', { compromised: vkey, lastGood })
  const loss = { entries: ledger.store.log('harbor').size, differs: false }
  await resumeLog(ledger, ledger.folders, 'harbor', loss)
}
const openRing = () =>
  openKeyring(sqliteKeyring(keyDatabase), { provider: TEST_KEY_PROVIDER, now: ledger.now, readonly: true })

function openForged(file: string): Database {
  const forged = new SqliteDatabase(join(ledger.folder, file))
  forged.pragma('foreign_keys = OFF')
  const triggers = forged
    .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    .all()
  for (const { name } of triggers) forged.exec(`DROP TRIGGER ${name}`)
  return forged
}

/** The triggers had to go for the forgeries below; that this is found has a test of its own. */
const beyondTriggers = (found: Finding): boolean => !found.detail.startsWith('trigger ')

/** Verifies what a change leaves behind, and takes the change back. */
function tablesFoundAfter(change: () => void): string[] {
  database.exec('BEGIN')
  keyDatabase.exec('BEGIN')
  try {
    change()
    const keys = openSubjectKeys(sqliteWrappedKeys(keyDatabase), keyring)
    const target = { ...ledger, audit: sqliteAudit(database), keys }
    return [
      ...new Set(
        findingsOf(verifyLedger(target))
          .filter(beyondTriggers)
          .map(found => found.column.split('.')[0]!),
      ),
    ]
  } finally {
    database.exec('ROLLBACK')
    keyDatabase.exec('ROLLBACK')
  }
}

test('triggers that are gone, added or altered are found', () => {
  expect(findingsIn(ledger).map(found => found.detail)).toContain(
    'trigger entries_no_update on entries is missing',
  )
  database.exec(
    `CREATE TRIGGER sieve BEFORE INSERT ON entries WHEN NEW.entry LIKE '%withdrawal%' BEGIN SELECT RAISE(ABORT, 'no'); END`,
  )
  database.exec(`CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN SELECT 1; END`)
  const details = findingsIn(ledger).map(found => found.detail)
  database.exec('DROP TRIGGER sieve')
  database.exec('DROP TRIGGER entries_no_update')
  expect(details).toContain('trigger sieve on entries was added')
  expect(details).toContain('trigger entries_no_update on entries was altered')
})

test('a ledger as it was written has no finding, erased parts and all', () => {
  expect(findingsIn(ledger).filter(beyondTriggers)).toEqual([])
  expect(tablesFoundAfter(() => {})).toEqual([])
})

interface Column {
  readonly table: string
  readonly column: string
  readonly type: string
}

function columnsOf(forged: Database): Column[] {
  return forged
    .prepare<[], Column>(
      `SELECT t.name AS "table", c.name AS "column", c.type FROM sqlite_schema t, pragma_table_info(t.name) c
       WHERE t.type = 'table' ORDER BY 1, c.cid`,
    )
    .all()
}

/** The value with one bit changed, in the middle of it. */
function flipped(value: unknown, bit: number): unknown {
  if (value === null) return bit === 1 ? 'x' : Buffer.from('x')
  if (typeof value === 'number') return value ^ bit
  const bytes = Buffer.from(value as string | Buffer)
  const at = bytes.length >> 1
  bytes[at] = bytes[at]! ^ bit
  return typeof value === 'string' ? bytes.toString('latin1') : bytes
}

function flip(forged: Database, { table, column }: Column, row: Record<string, unknown>): void {
  const where = Object.keys(row)
    .map(name => `${name} IS ?`)
    .join(' AND ')
  const update = forged.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${where}`)
  for (const bit of [1, 2, 4, 8, 16, 32, 64]) {
    try {
      expect(update.run(flipped(row[column], bit), ...Object.values(row)).changes).toBe(1)
      return
    } catch (cause) {
      // The changed value collides with another row's key: another bit will not.
      if (!(cause instanceof SqliteDatabase.SqliteError)) throw cause
    }
  }
  throw new Error(`couldn't flip ${table}.${column}`)
}

describe('one bit changed in any column of any row is found, in its table', () => {
  test('ledger.db', () => {
    const columns = columnsOf(database)
    expect(new Set(columns.map(c => c.table)).size).toBe(15)
    const missed: unknown[] = []
    for (const column of columns)
      for (const row of database.prepare<[], Record<string, unknown>>(`SELECT * FROM ${column.table}`).all())
        if (!tablesFoundAfter(() => flip(database, column, row)).includes(column.table))
          missed.push({ column, row })
    expect(missed).toEqual([])
  }, 120_000)

  test('subject-keys.db', () => {
    for (const column of columnsOf(keyDatabase).filter(c => c.table === 'subject_keys'))
      for (const row of keyDatabase.prepare<[], Record<string, unknown>>(`SELECT * FROM subject_keys`).all())
        expect(tablesFoundAfter(() => flip(keyDatabase, column, row))).toContain('subject_keys')
  })

  test('the keyring: nothing opens', async () => {
    const rows = keyDatabase.prepare<[], Record<string, unknown>>('SELECT * FROM keyring').all()
    expect(rows).toHaveLength(2)
    // CHECK refuses every other purpose there is to flip to.
    const columns = columnsOf(keyDatabase).filter(c => c.table === 'keyring' && c.column !== 'purpose')
    for (const column of columns)
      for (const row of rows) {
        keyDatabase.exec('BEGIN')
        flip(keyDatabase, column, row)
        await expect(openRing()).rejects.toThrow(
          /master key is not the one|couldn't open generation|secrets are missing/,
        )
        keyDatabase.exec('ROLLBACK')
      }
  })
})

describe('a row removed from any table is found, in its table', () => {
  const tables = [
    'logs',
    'log_times',
    'entries',
    'entry_ids',
    'node_blocks',
    'texts',
    'subjects',
    'publications',
    'log_keys',
    'list_checks',
  ]
  test.each(tables)('%s', table => {
    for (const row of database.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`).all()) {
      const where = Object.keys(row)
        .map(name => `${name} IS ?`)
        .join(' AND ')
      const remove = () => database.prepare(`DELETE FROM ${table} WHERE ${where}`).run(...Object.values(row))
      expect(tablesFoundAfter(remove)).toContain(table)
    }
  })

  test('the newest checkpoint', () => {
    const remove = () =>
      database.exec('DELETE FROM checkpoints WHERE size = (SELECT max(size) FROM checkpoints)')
    expect(tablesFoundAfter(remove)).toContain('checkpoints')
  })

  test('a subject key that a private part still needs', () => {
    expect(tablesFoundAfter(() => keyDatabase.exec('DELETE FROM subject_keys'))).toContain('subject_keys')
  })
})

describe('what somebody who can write the file might try is found', () => {
  const size = () => ledger.store.log('harbor').size

  test('an entry repeated at the end', () => {
    const repeat = () =>
      database.exec(`INSERT INTO entries SELECT site, ${size()}, entry, leaf FROM entries WHERE idx = 12`)
    expect(tablesFoundAfter(repeat)).toContain('entry_ids')
  })

  test('two entries in another order', () => {
    const reorder = () =>
      database.exec(`UPDATE entries SET idx = -idx WHERE idx IN (11, 12);
        UPDATE entries SET idx = 23 + idx WHERE idx < 0`)
    expect(() => tablesFoundAfter(reorder)).toThrow('CHECK')
    const aside = () =>
      database.exec(`UPDATE entries SET idx = 1011 WHERE idx = 11;
        UPDATE entries SET idx = 11 WHERE idx = 12; UPDATE entries SET idx = 12 WHERE idx = 1011`)
    expect(tablesFoundAfter(aside)).toEqual(
      expect.arrayContaining(['entries', 'entry_ids', 'node_blocks', 'logs']),
    )
  })

  test('the end cut off, the log made to fit', () => {
    const cut = () =>
      database.exec(`DELETE FROM entries WHERE idx >= 5; DELETE FROM entry_ids WHERE idx >= 5;
        DELETE FROM subjects; DELETE FROM publications; DELETE FROM private_parts; DELETE FROM node_blocks;
        DELETE FROM checkpoints; UPDATE logs SET size = 5`)
    expect(tablesFoundAfter(cut)).toContain('logs')
  })

  test.each([
    ['entry_ids', "'harbor', 'text:invented', 3"],
    ['node_blocks', "'harbor', 2, 7, x'00'"],
    ['log_times', "'harbor', 31, 7"],
    ['texts', "'harbor', 'ab', 'first', NULL, x'00'"],
    ['publications', "'harbor', 3, 'ab'"],
    ['subjects', "'harbor', 'ab', 3, '{}', NULL"],
    ['private_parts', "'harbor', 3, 'ab', x'00', x'00'"],
    ['checkpoints', "'harbor', 3, 'ab'"],
    ['cosignatures', "'harbor', 3, 'ab', 'ab'"],
    ['addresses', "'harbor', x'00', 'ab', x'00', '{}'"],
    ['log_keys', "'harbor', 3"],
    ['list_checks', "'harbor', 3, 'ab', 7"],
    ['suppressions', "'harbor', x'00', 7, x'00'"],
  ])('a row too many in %s', (table, values) => {
    expect(tablesFoundAfter(() => database.exec(`INSERT INTO ${table} VALUES (${values})`))).toContain(table)
  })

  test('the address of one who withdrew pointed at one who did not, as if it had always been so', () => {
    const rows = database
      .prepare<[], { blind: Buffer; subject: string; tie: Buffer }>(
        'SELECT blind, subject, tie FROM addresses',
      )
      .all()
    expect(rows).toHaveLength(3)
    const move = database.prepare('UPDATE addresses SET subject = ?, tie = ? WHERE blind = ?')
    const [one, other] = [rows[0]!, rows[1]!]
    expect(tablesFoundAfter(() => move.run(other.subject, one.tie, one.blind))).toContain('addresses')
    expect(tablesFoundAfter(() => move.run(other.subject, other.tie, one.blind))).toContain('addresses')
  })

  test('the address of an opt-in forgotten, so that a no would not find it', () => {
    const forget = database.prepare(
      'DELETE FROM addresses WHERE subject IN (SELECT subject FROM private_parts WHERE idx >= ?)',
    )
    expect(tablesFoundAfter(() => forget.run(size() - 7))).toEqual(['addresses'])
  })

  test('any address taken away, also of one who only ever opted out, so that the no would not be found', () => {
    const take = database.prepare('DELETE FROM addresses WHERE blind = ?')
    const blinds = database.prepare<[], Buffer>('SELECT blind FROM addresses').pluck().all()
    expect(blinds).toHaveLength(3)
    for (const blind of blinds) expect(tablesFoundAfter(() => take.run(blind))).toEqual(['addresses'])
  })

  test('an address left behind by a subject that has no entries', () => {
    const blind = ledger.blindIndex.blindOf('harbor', 'sms', '+12025550111')
    const tie = ledger.blindIndex.tieOf('harbor', blind, 'ab')
    const insert = database.prepare('INSERT INTO addresses VALUES (?, ?, ?, ?, ?)')
    expect(tablesFoundAfter(() => insert.run('harbor', blind, 'ab', tie, '{}'))).toEqual(['addresses'])
  })

  test('a cosignature over a checkpoint that is not there, and one of another checkpoint', () => {
    const [size, earlier] = database
      .prepare<[], number>('SELECT size FROM checkpoints ORDER BY size DESC')
      .pluck()
      .all()
    const move = (to: number) => () =>
      database.exec(`UPDATE cosignatures SET size = ${to} WHERE size = ${size}`)
    expect(tablesFoundAfter(move(earlier!))).toEqual(['cosignatures'])
    expect(tablesFoundAfter(move(size! + 1))).toContain('cosignatures')
  })

  test('a suppression taken away, or its moment moved, so that a late yes would count', () => {
    expect(tablesFoundAfter(() => database.exec('DELETE FROM suppressions'))).toEqual(['suppressions'])
    expect(tablesFoundAfter(() => database.exec('UPDATE suppressions SET at = at - 1'))).toEqual([
      'suppressions',
    ])
  })

  test('a private part that nothing erased taken away', () => {
    const parts = database.prepare<[], number>('SELECT idx FROM private_parts').pluck().all()
    expect(parts.length).toBeGreaterThan(4)
    const take = database.prepare('DELETE FROM private_parts WHERE idx = ?')
    for (const index of parts) expect(tablesFoundAfter(() => take.run(index))).toEqual(['private_parts'])
  })

  test('what was erased put back: a part, an address, a key', () => {
    const erasure = database
      .prepare<[], { idx: number; subject: string; previous: number }>(
        `SELECT idx, entry ->> 'subject' AS subject, entry ->> 'previous' AS previous FROM entries
         WHERE entry ->> 'type' = 'erasure' ORDER BY idx DESC LIMIT 1`,
      )
      .get()!
    const { subject, previous } = erasure
    const part = database.prepare(
      "INSERT INTO private_parts VALUES ('harbor', ?, ?, zeroblob(32), zeroblob(90))",
    )
    expect(tablesFoundAfter(() => part.run(previous, subject))).toEqual(
      expect.arrayContaining(['private_parts', 'subject_keys']),
    )
    const [{ blind }] = database.prepare<[], { blind: Buffer }>('SELECT blind FROM suppressions').all() as [
      { blind: Buffer },
    ]
    const address = database.prepare("INSERT INTO addresses VALUES ('harbor', ?, ?, ?, '{}')")
    const tie = ledger.blindIndex.tieOf('harbor', blind, subject)
    expect(tablesFoundAfter(() => address.run(blind, subject, tie))).toEqual(['addresses'])
    const key = keyDatabase.prepare("INSERT INTO subject_keys VALUES ('harbor', ?, zeroblob(60), 1)")
    expect(tablesFoundAfter(() => key.run(subject))).toEqual(['subject_keys'])
  })

  test('a private part moved to another entry of the same subject', () => {
    const [one, other] = database
      .prepare<[], number>(
        `SELECT idx FROM private_parts WHERE subject =
          (SELECT subject FROM private_parts GROUP BY subject HAVING count(*) = 2)`,
      )
      .pluck()
      .all()
    const swap = () =>
      database.exec(`UPDATE private_parts SET idx = 1000 WHERE idx = ${one};
        UPDATE private_parts SET idx = ${one} WHERE idx = ${other};
        UPDATE private_parts SET idx = ${other} WHERE idx = 1000`)
    expect(tablesFoundAfter(swap)).toContain('private_parts')
  })
})

test('the kept checkpoint changed or removed is found', () => {
  const path = join(ledger.folders.checkpoints, 'harbor')
  const kept = ledger.signer('harbor').kept()!
  writeFileSync(path, kept.replace('harbor', 'harbour'))
  expect(
    findingsIn(ledger)
      .filter(beyondTriggers)
      .map(found => found.column),
  ).toEqual(['checkpoints/harbor'])
  rmSync(path)
  expect(
    findingsIn(ledger)
      .filter(beyondTriggers)
      .map(found => found.column),
  ).toEqual(['checkpoints/harbor'])
  writeFileSync(path, kept)
  expect(findingsIn(ledger).filter(beyondTriggers)).toEqual([])
})

test('what is kept of erasures outside the database has to be in the log', () => {
  const file = join(ledger.erasures, 'harbor')
  const kept = readFileSync(file, 'utf8')
  const details = (text: string): string[] => {
    writeFileSync(file, text)
    return findingsIn(ledger)
      .filter(beyondTriggers)
      .map(found => `${found.column}: ${found.detail}`)
  }
  const lines = kept.trimEnd().split('\n')
  expect(lines).toHaveLength(3)
  expect(details(kept.replace('request', 'unlawful'))).toEqual([
    expect.stringMatching(/^erasures\/harbor: the erasure of subject \w+ is not in the log/),
  ])
  const lost = /^erasures\/harbor: the erasure is not kept outside the database/
  expect(details('')).toEqual([expect.stringMatching(lost), expect.stringMatching(lost)])
  expect(details(`${lines.slice(1).join('\n')}\n`)).toEqual([expect.stringMatching(lost)])
  const later = lines[2]!.replace(/"at":\d+/, `"at":${ledger.now() + 1}`)
  expect(details(kept.replace(lines[2]!, later))).toEqual([
    'erasures/harbor: an address that was erased is not suppressed at that moment in the database',
  ])
  // The newline at the end, flipped, is a line that was cut off: it announced nothing yet.
  for (let at = 0; at < kept.length - 1; at++) {
    const bytes = Buffer.from(kept)
    bytes[at] = bytes[at]! ^ 1
    expect(details(bytes.toString('latin1'))).not.toEqual([])
  }
  // Cut off by a crash, it announced nothing yet.
  expect(details(`${kept}{"erased":"ab`)).toEqual([])
  expect(details(kept)).toEqual([])
})

test.each<[string, Partial<OptInEntry>, string]>([
  [
    'words never published',
    { text: 'a'.repeat(64) },
    'the entry names a text that was never published so before it',
  ],
  [
    'words of another program',
    { program: 'research' },
    'the entry names a text that was never published so before it',
  ],
  [
    'a configuration never published',
    { configuration: 'b'.repeat(64) },
    `the entry names configuration ${'b'.repeat(64)}, never published before it`,
  ],
])('an opt-in that rests on %s is found', async (_what, changes, detail) => {
  const forged = await testLedger()
  try {
    await publishPrograms(forged)
    const { address: number, basis: __, ...optIn } = anOptIn()
    const entry: OptInEntry = {
      v: 1,
      site: 'harbor',
      type: 'opt-in',
      ...optIn,
      subject: 'ab'.repeat(22),
      purpose: 'letters',
      basis: 'consent',
      confirmation: 'single',
      receivedAt: optIn.decidedAt,
      sent: '',
      ...changes,
    }
    const blind = forged.blindIndex.blindOf('harbor', 'sms', number)
    const { subject } = entry
    const address = { blind, subject, tie: forged.blindIndex.tieOf('harbor', blind, subject) }
    await forged.store.append('harbor', [{ entry, address }])
    checkpoint(forged, 'harbor')
    expect(findingsIn(forged).map(found => found.detail)).toEqual([detail])
  } finally {
    await forged.remove()
  }
})

test.each<[string, (entry: ImportedEntry) => Partial<ImportedEntry>, string]>([
  [
    'another entry than the one it names',
    ({ from }) => ({ from: { ...from, leaf: 'a'.repeat(64) } }),
    'the imported entry is not the one whose leaf it names',
  ],
  [
    "another subject's act",
    () => ({ subject: 'ab'.repeat(22) }),
    "the imported entry is another one's, or another subject's",
  ],
  [
    'words that were not brought along',
    ({ entry, from }) => {
      const other = { ...(entry as DecisionEntry), text: 'c'.repeat(64) }
      const leaf = Buffer.from(hashLeaf(canonicalJson(other))).toString('hex')
      return { entry: other, from: { ...from, leaf } }
    },
    `the entry names text ${'c'.repeat(64)}, never published before it`,
  ],
])('an import that holds %s is found', async (_what, changes, detail) => {
  const forged = await testLedger()
  try {
    await publishSite(forged, 'harbor')
    const { secret, ...decision } = aDecision()
    const subject = subjectOf('harbor', secret!)
    const common = {
      v: 1,
      site: 'harbor',
      id: decision.id,
      receivedAt: TEST_TIME,
      sent: 'd'.repeat(64),
      subject,
    } as const
    const act: DecisionEntry = { ...common, ...decision }
    const leaf = Buffer.from(hashLeaf(canonicalJson(act))).toString('hex')
    const from = { origin: 'elsewhere.test/harbor', index: 7, size: 9, leaf }
    const entry: ImportedEntry = { ...common, type: 'imported', from, entry: act }
    await forged.store.append('harbor', [{ entry: { ...entry, ...changes(entry) } }])
    checkpoint(forged, 'harbor')
    expect(findingsIn(forged).map(found => found.detail)).toEqual([detail])
  } finally {
    await forged.remove()
  }
})
