import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { expect, test } from 'vitest'
import { appendDecisions } from '../../server/ledger/append.ts'
import { aRefusal } from '../support/decisions.ts'
import { publishSite, testLedger } from '../support/ledger.ts'

const MIGRATIONS = join(import.meta.dirname, '../../server/storage/sqlite/migrations/ledger')

test('a ledger from before gets the times it would have kept, and one with a broken entry opens all the same', async () => {
  const ledger = await testLedger()
  await publishSite(ledger, 'harbor')
  await publishSite(ledger, 'other')
  for (let n = 0; n < 90; n++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await appendDecisions(ledger, 'harbor', [aRefusal({ decidedAt: ledger.now() })])
    ledger.advance([1_000, -700, 60_000, -4_000_000, 8_000_000][n % 5]!)
  }
  const database = new SqliteDatabase(join(ledger.folder, 'ledger.db'))
  const times = () => database.prepare('SELECT * FROM log_times ORDER BY site, size').all()
  const kept = times()
  const migration = readdirSync(MIGRATIONS).find(name => name.endsWith('-log-times.sql'))!
  const migrate = () => {
    database.exec('DROP TABLE log_times')
    database.exec(readFileSync(join(MIGRATIONS, migration), 'utf8'))
  }
  migrate()
  expect(times()).toEqual(kept)
  expect(kept).toHaveLength(3)
  database.exec('DROP TRIGGER entries_no_update')
  database.exec("UPDATE entries SET entry = '{' WHERE site = 'harbor' AND idx = 5")
  migrate()
  expect(times()).toHaveLength(3)
  database.close()
  await ledger.remove()
})
