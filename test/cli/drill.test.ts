import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DrillEntry } from '../../shared/domain/entry.ts'
import { aSiteDecision, SITE } from '../support/app.ts'
import { aBackupPlace, type BackupPlace } from '../support/backups.ts'
import { assent, assentProcess } from '../support/cli.ts'
import { aDataFolder, postTo, serve, type DataFolder } from '../support/serve.ts'

const OTHER = 'quay'

let data: DataFolder
let place: BackupPlace

beforeEach(async () => {
  data = await aDataFolder({ besides: [OTHER] })
  place = await aBackupPlace()
})
afterEach(() => {
  data.remove()
  place.remove()
})

const drillArgs = () => ['--from', place.backups, '--identity', place.identityFile, '--data', data.folder]
const drill = (...args: string[]) => assent(['drill', ...drillArgs(), ...args])

/** The last entry of each log. */
const lastEntries = () =>
  data.read(store =>
    [SITE, OTHER].map(site => store.entry(site, store.log(site).size - 1)!.entry as DrillEntry),
  )

const expectNothingLeft = () =>
  expect(readdirSync(data.folder).filter(name => name.startsWith('.'))).toEqual([])

test('beside a running server the newest backup is restored, verified and held against the log, which records it', async () => {
  await place.backup(data.folder)
  const server = await serve(data.folder)
  const body = JSON.stringify({ decisions: [aSiteDecision({ decidedAt: Date.now() - 10 })] })
  expect((await postTo(server.url, body)).status).toBe(200)
  const { code, out } = await assentProcess(['drill', ...drillArgs()])
  expect(out).toMatch(
    /harbor: can be restored from the backup of .*: 16 entries, \d+\.\d s\n {2}recorded at index 17/,
  )
  expect(code).toBe(0)
  expect((await postTo(server.url, body)).status).toBe(200)
  // Signed, so that whoever holds the checkpoint holds the drill too.
  const signed = await fetch(`${server.url}/log/${SITE}/checkpoint`)
  expect(Number((await signed.text()).split('\n')[1])).toBeGreaterThanOrEqual(18)
  await server.end()
  for (const entry of await lastEntries())
    expect(entry).toMatchObject({
      type: 'drill',
      result: 'held',
      entries: 16,
      root: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
      backupAt: expect.any(Number),
      backupBytes: expect.any(Number),
      milliseconds: expect.any(Number),
    })
  expect((await assent(['verify', '--data', data.folder])).code).toBe(0)
  expectNothingLeft()
})

test('a dry run records nothing', async () => {
  await place.backup(data.folder)
  const before = await lastEntries()
  const { code, out } = await drill('--dry-run', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    ok: true,
    sites: [{ site: SITE, result: 'held' }, { site: OTHER }],
  })
  expect(await lastEntries()).toEqual(before)
})

test.each<[what: string, fault: string, spoil: () => void | Promise<void>, why: string]>([
  ['no backup is there', 'no-backup', () => emptied(), 'there is no backup in'],
  [
    'the subject keys of its time are gone',
    'no-backup',
    () => rmSync(place.newest().subjectKeys),
    'there is no backup of subject keys',
  ],
  ['it is cut off', 'not-restored', () => truncateSync(place.newest().ledger, 70_000), 'is no whole backup'],
  ['it is of other logs', 'log-contradicted', () => othersBackup(), 'does not begin with'],
  ['its ledger was damaged before', 'not-sound', () => damagedBackup(), 'entries.leaf'],
])('when %s, it fails, says why, and each log records that', async (_, fault, spoil, why) => {
  await place.backup(data.folder)
  await spoil()
  const { code, out } = await drill()
  expect(code).toBe(1)
  expect(out).toContain(`failed (${fault})`)
  expect(out).toContain(why)
  const [entry] = await lastEntries()
  expect(entry).toMatchObject({ type: 'drill', result: 'failed', fault })
  // What it says of files is for the operator: the entry is public.
  expect(JSON.stringify(entry)).not.toMatch(/tmp|age/)
  expectNothingLeft()
})

const emptied = () => {
  for (const name of readdirSync(place.backups)) rmSync(join(place.backups, name))
}

/** Of another installation with sites of the same names, under the same master key. */
async function othersBackup(): Promise<void> {
  const other = await aDataFolder({ besides: [OTHER] })
  emptied()
  cpSync(join(data.folder, 'keys'), join(other.folder, 'keys'), { recursive: true })
  for (const name of ['subject-keys.db', 'subject-keys.db-wal', 'subject-keys.db-shm'])
    rmSync(join(other.folder, name), { force: true })
  cpSync(join(data.folder, 'subject-keys.db'), join(other.folder, 'subject-keys.db'))
  // Signed by the keys of this one: only the entries tell.
  for (const site of [SITE, OTHER]) rmSync(join(other.folder, 'checkpoints', site))
  const ledger = new SqliteDatabase(join(other.folder, 'ledger.db'))
  ledger.exec('DROP TRIGGER checkpoints_no_delete; DELETE FROM checkpoints')
  ledger.exec(
    `CREATE TRIGGER checkpoints_no_delete BEFORE DELETE ON checkpoints BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END`,
  )
  ledger.close()
  const server = await serve(other.folder)
  await server.end()
  await place.backup(other.folder)
  other.remove()
}

async function damagedBackup(): Promise<void> {
  emptied()
  const copy = place.path('damaged')
  cpSync(data.folder, copy, { recursive: true })
  const ledger = new SqliteDatabase(join(copy, 'ledger.db'))
  ledger.exec('DROP TRIGGER entries_no_update')
  ledger.exec(`UPDATE entries SET leaf = zeroblob(32) WHERE idx = 3`)
  ledger.close()
  await place.backup(copy)
}

test('a log that takes nothing at the moment is not written to, and the command says so', async () => {
  await place.backup(data.folder)
  const kept = join(data.folder, 'checkpoints', SITE)
  writeFileSync(kept, readFileSync(kept, 'utf8').replace(/\n\d+\n/, '\n999\n'))
  const { code, out } = await drill()
  expect(code).toBe(1)
  expect(out).toContain('not recorded: refusing to sign for harbor')
  expect(out).toMatch(/quay: can be restored[^\n]*\n {2}recorded at index/)
})
