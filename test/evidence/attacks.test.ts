import SqliteDatabase from 'better-sqlite3'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aWatchedLog, type WatchedLog } from '../support/watched-log.ts'
import { attackTable } from './attack.ts'
import { decide, ON_ENTRIES } from './attacks-on-entries.ts'
import { ON_SEALED_PARTS, ON_TABLES } from './attacks-on-tables.ts'

let log: WatchedLog
const table = attackTable(() => log)
beforeAll(async () => {
  log = await aWatchedLog()
}, 60_000)
afterAll(async () => {
  table.print()
  await log?.remove()
})

test('of the log as it was written, neither has anything to say', async () => {
  const { code, findings } = await log.verify(log.folder)
  expect([code, findings]).toEqual([0, []])
  expect(await log.verify(log.folder, { withCheckpoint: true })).toMatchObject({
    code: 0,
    said: expect.stringContaining(`1 witness has seen it, the first ${log.seen} of ${log.seen}`) as string,
  })
  expect(await log.show(log.folder)).toBe(`cosigns ${log.seen} entries, as before`)
})

describe('named by assent verify, or by the witness', () => {
  test.each(ON_ENTRIES)(
    '$what ($by)',
    async attack => {
      expect(await table.carryOut(attack)).toBe(attack.verify ? 'verify' : 'witness')
    },
    30_000,
  )

  test.each([...ON_SEALED_PARTS, ...ON_TABLES])('$what ($by)', async attack => {
    expect(await table.carryOut(attack, { inside: true })).toBe('verify')
  })
})

test('what was invented, and recorded and signed as every other act, is none of these: no log can tell', async () => {
  const folder = log.copy()
  await decide(folder, 1)
  expect(await log.verify(folder, { withCheckpoint: true })).toMatchObject({ code: 0 })
  expect(await log.show(folder)).toBe(`cosigns ${log.seen + 1} entries`)
  rmSync(folder, { recursive: true })
})

test('every table is attacked', () => {
  const tables = ['ledger.db', 'subject-keys.db'].flatMap(file => {
    const database = new SqliteDatabase(join(log.folder, file), { readonly: true })
    const names = database
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .pluck()
      .all()
    database.close()
    return names
  })
  const attacked = [...ON_SEALED_PARTS, ...ON_TABLES].flatMap(attack => attack.table ?? [])
  // `entries` has a list of its own; since the keyring there is, `master_key` is empty.
  expect([...attacked, 'entries', 'master_key'].toSorted()).toEqual(tables.toSorted())
})
