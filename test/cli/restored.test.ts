import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import SqliteDatabase from 'better-sqlite3'
import { contentHash } from '../../server/ledger/entry.ts'
import type { LogKeys } from '../../shared/domain/log-keys.ts'
import { aSiteDecision, SITE, testConfiguration } from '../support/app.ts'
import { assent } from '../support/cli.ts'
import { aDataFolder, postTo, serve, type DataFolder, type Served } from '../support/serve.ts'

/** A busy machine is slow, and no failure. */
const PATIENCE = { timeout: 15_000 }
const OTHER = 'quay'
const OFTEN = { environment: { ASSENT_CHECKPOINT_MS: '50' } }

let data: DataFolder
let server: Served | undefined
const within = (...names: string[]) => join(data.folder, ...names)
const kept = () => within('checkpoints', SITE)

/** Copies of the data folder: as new, and as `serveBackup` needs it. */
let fresh: string
let behind: string
const from = (copy: string): void => {
  rmSync(data.folder, { recursive: true })
  cpSync(copy, data.folder, { recursive: true })
}

beforeAll(async () => {
  data = await aDataFolder({ besides: [OTHER] })
  fresh = `${data.folder}-fresh`
  behind = `${data.folder}-behind`
  cpSync(data.folder, fresh, { recursive: true })
  await grow(3)
  backup()
  await grow(2)
  restore()
  cpSync(data.folder, behind, { recursive: true })
}, 60_000)
beforeEach(() => from(fresh))
afterEach(async () => {
  await server?.end()
  server = undefined
})
afterAll(() => {
  data.remove()
  for (const copy of [fresh, behind]) rmSync(copy, { recursive: true })
})

const decide = (site = SITE) => {
  const configuration = contentHash(testConfiguration(site))
  const decisions = [aSiteDecision({ decidedAt: Date.now(), configuration })]
  return postTo(server!.url, JSON.stringify({ decisions }), { site })
}

/** Decides so many times in a server of its own, which signs when it ends. */
async function grow(count: number): Promise<void> {
  server = await serve(data.folder)
  for (let n = 0; n < count; n++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { status } = await decide()
    if (status !== 200) throw new Error(`a decision was answered ${status}`)
  }
  await server.end()
}

function backup(): void {
  cpSync(within('ledger.db'), within('backup.db'))
  cpSync(kept(), within('backup-checkpoint'))
}

function restore(): void {
  for (const end of ['-wal', '-shm']) rmSync(within(`ledger.db${end}`), { force: true })
  cpSync(within('backup.db'), within('ledger.db'))
}

/** Three entries of which a backup was made, two more that were signed, and the backup put back. */
async function serveBackup(): Promise<void> {
  from(behind)
  server = await serve(data.folder, OFTEN)
}

const size = (site = SITE) => data.read(store => store.log(site).size)
const ready = async () => {
  const response = await fetch(`${server!.url}/readyz`)
  return { status: response.status, body: await response.text() }
}

test('a restored backup takes no decisions and says so to everybody; other sites go on', async () => {
  await serveBackup()
  const before = await size()
  const refused = await decide()
  expect(refused.status).toBe(503)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(refused.headers.get('access-control-allow-origin')).toBe('*')
  const problem = (await refused.json()) as { detail: string }
  expect(problem).toMatchObject({ type: 'urn:assent:problem:log-suspended', status: 503 })
  expect(problem.detail).not.toMatch(/\d|checkpoint|backup|harbor/)
  expect(await size()).toBe(before)

  expect(await ready()).toMatchObject({
    status: 503,
    body: expect.stringMatching(/"decisions":"refused.*harbor/),
  })
  expect(server!.lines().filter(l => l['level'] === 'error')).toEqual([
    expect.objectContaining({
      site: SITE,
      why: expect.stringMatching(
        /restore the newer one.*If that is lost for good: assent log resume harbor$/,
      ),
    }),
  ])
  expect((await decide(OTHER)).status).toBe(200)
})

test('nor may it be published to, and nothing of the attempt stays', async () => {
  await serveBackup()
  await server!.end()
  const before = await size()
  const file = within('site.json')
  const demo = join(import.meta.dirname, '../../demo/harbor/site.json')
  const site = JSON.parse(readFileSync(demo, 'utf8')) as Record<string, unknown>
  writeFileSync(file, JSON.stringify({ ...site, logOrigin: `log.test/${SITE}` }))
  const { code, err } = await assent(['site', 'publish', file, '--data', data.folder])
  expect(err).toContain('refusing to sign for harbor')
  expect(code).toBe(1)
  expect(await size()).toBe(before)
})

test('the newer database put back serves as before', async () => {
  await grow(3)
  backup()
  await grow(2)
  cpSync(within('ledger.db'), within('newer.db'))
  restore()
  server = await serve(data.folder, OFTEN)
  expect((await decide()).status).toBe(503)
  await server.end()
  cpSync(within('newer.db'), within('ledger.db'))
  server = await serve(data.folder, OFTEN)
  expect((await decide()).status).toBe(200)
  expect((await assent(['verify', '--data', data.folder])).code).toBe(0)
})

const resume = (...flags: string[]) => assent(['log', 'resume', SITE, '--data', data.folder, ...flags])
const verified = async () => (await assent(['verify', '--data', data.folder])).out
const logged = () =>
  data.read(store => {
    const at = store.log(SITE).size - 1
    return Array.from({ length: 4 }, (_, n) => store.entry(SITE, at - n)!.entry).find(
      entry => entry.type === 'log-resumed',
    )
  })

test('resuming shows what would be given up, and does nothing until that is said', async () => {
  await serveBackup()
  const [before, note] = [await size(), readFileSync(kept(), 'utf8')]
  const shown = await resume()
  expect(shown).toMatchObject({
    code: 1,
    out: expect.stringContaining(
      `the last 2 entries of the signed log, from index ${before} on, would be given up`,
    ),
    err: expect.stringContaining(`assent log resume harbor --give-up ${before + 2}`),
  })
  for (const flags of [
    ['--give-up', '2'],
    ['--give-up', 'unknown'],
    ['--give-up', ''],
  ])
    // oxlint-disable-next-line no-await-in-loop
    expect((await resume(...flags)).code).toBe(1)
  expect(await size()).toBe(before)
  expect(readFileSync(kept(), 'utf8')).toBe(note)
  expect((await decide()).status).toBe(503)
})

test('once it is said, a running server goes on, and what was signed stays known for ever', async () => {
  await serveBackup()
  const [before, note] = [await size(), readFileSync(kept(), 'utf8')]
  const [, signed, root] = note.split('\n')
  const resumed = await resume('--give-up', signed!)
  expect(resumed).toMatchObject({ code: 0, out: expect.stringContaining(`goes on (index ${before})`) })
  await expect.poll(async () => (await decide()).status, PATIENCE).toBe(200)
  await expect.poll(async () => (await ready()).status, PATIENCE).toBe(200)
  expect(await logged()).toMatchObject({ type: 'log-resumed', lost: { size: Number(signed), root } })
  const aside = /kept in (\S+):/.exec(resumed.out)![1]!
  expect(readFileSync(aside, 'utf8')).toBe(note)
  await server!.end()
  const report = await verified()
  expect(report).toContain('everything holds')
  expect(report).toContain(
    `resumed     at index ${before}, without what had been signed: ${signed} entries, root ${root}`,
  )
  // Who kept a checkpoint of what is lost sees that it is.
  expect((await assent(['verify', '--data', data.folder, '--checkpoint', aside])).code).toBe(1)
  expect(await resume()).toMatchObject({ code: 0, out: expect.stringContaining('nothing to decide') })
})

test('where the kept checkpoint itself is lost, only "unknown" can be given up', async () => {
  await grow(2)
  const [, signed] = readFileSync(kept(), 'utf8').split('\n')
  rmSync(kept())
  expect((await resume('--give-up', signed!)).code).toBe(1)
  expect(await resume('--give-up', 'unknown')).toMatchObject({ code: 0 })
  expect(await logged()).not.toHaveProperty('lost')
  expect(await verified()).toContain('without a checkpoint of what had been signed')
  expect(await verified()).toContain('everything holds')
})

test('a log that grew past its backup another way is resumed as the other history it is', async () => {
  await grow(3)
  backup()
  await grow(2)
  const lost = readFileSync(kept(), 'utf8')
  restore()
  cpSync(within('backup-checkpoint'), kept())
  await grow(4)
  writeFileSync(kept(), lost)
  const [, signed] = lost.split('\n')
  expect((await resume()).out).toContain('So the log here is another one')
  expect((await resume('--give-up', signed!)).code).toBe(0)
  expect(await verified()).toContain('everything holds')
})

test('a database that does not hold in itself is not resumed', async () => {
  await serveBackup()
  await server!.end()
  const forged = new SqliteDatabase(within('ledger.db'))
  forged.exec('DROP TRIGGER entries_no_update')
  forged.exec(`UPDATE entries SET entry = replace(entry, '"analytics":true', '"analytics":false')`)
  forged.close()
  const before = await size()
  const [, signed] = readFileSync(kept(), 'utf8').split('\n')
  expect(await resume('--give-up', signed!)).toMatchObject({
    code: 1,
    err: expect.stringContaining('does not hold in itself'),
  })
  expect(await size()).toBe(before)
})

test('an attempt that was interrupted before it signed is finished by the next, with one entry', async () => {
  await serveBackup()
  await server!.end()
  const note = readFileSync(kept(), 'utf8')
  const [, signed] = note.split('\n')
  await resume('--give-up', signed!)
  const after = await size()
  writeFileSync(kept(), note)
  expect((await resume('--give-up', signed!)).code).toBe(0)
  expect(await size()).toBe(after)
  expect(await verified()).toContain('everything holds')
})

test('a backup from before a change of keys goes on under the new key, though the old one is destroyed', async () => {
  await grow(2)
  backup()
  const old = await keyOf()
  expect((await assent(['log-key', 'rotate', SITE, '--overlap', '0', '--data', data.folder])).code).toBe(0)
  await grow(1)
  const current = await keyOf()
  expect(current).not.toBe(old)
  restore()
  server = await serve(data.folder, OFTEN)
  expect((await decide()).status).toBe(503)
  expect((await decide(OTHER)).status).toBe(200)
  expect(server.lines().find(l => l['site'] === SITE)).toMatchObject({
    why: expect.stringContaining('It is an older copy: restore the newer one'),
  })
  const [, signed] = readFileSync(kept(), 'utf8').split('\n')
  expect(await resume('--give-up', signed!)).toMatchObject({
    code: 0,
    out: expect.stringContaining(`The lost entries had changed the key: ${current} signs on`),
  })
  await expect.poll(async () => (await decide()).status, PATIENCE).toBe(200)
  expect(await keyOf()).toBe(current)
  await server.end()
  expect(await verified()).toContain('everything holds')
})

const keyOf = async () => {
  const { out } = await assent(['log-key', 'list', SITE, '--json', '--data', data.folder])
  return (JSON.parse(out) as LogKeys).keys.at(-1)!.vkey
}

test.each([
  ["the backup's own", () => Promise.resolve(readFileSync(within('backup-checkpoint'), 'utf8'))],
  ['the one it still serves', async () => (await fetch(`${server!.url}/log/${SITE}/checkpoint`)).text()],
])('once the operator keeps %s checkpoint instead, it grows again, without a restart', async (_, trusted) => {
  await serveBackup()
  expect((await decide()).status).toBe(503)
  const note = await trusted()
  renameSync(kept(), `${kept()}.lost`)
  writeFileSync(kept(), note)
  await expect.poll(async () => (await decide()).status, PATIENCE).toBe(200)
  await expect.poll(async () => (await ready()).status, PATIENCE).toBe(200)
  expect(server!.lines().map(l => l['event'])).toContain('site takes decisions again')
  await server!.end()
  const verified = await assent(['verify', '--data', data.folder])
  expect(verified.out).toContain('everything holds')
  expect(verified.code).toBe(0)
})

test.each([
  ['one of more entries', () => cpSync(within('newer-checkpoint'), kept())],
  ['none', () => rmSync(kept())],
  ['one that its key did not sign', () => writeFileSync(kept(), 'nothing')],
])('a running server that finds %s kept stops taking decisions by itself', async (_, change) => {
  await grow(3)
  backup()
  await grow(2)
  cpSync(kept(), within('newer-checkpoint'))
  restore()
  cpSync(within('backup-checkpoint'), kept())
  server = await serve(data.folder, OFTEN)
  expect((await decide()).status).toBe(200)
  await expect
    .poll(() => readFileSync(kept(), 'utf8') !== readFileSync(within('backup-checkpoint'), 'utf8'), PATIENCE)
    .toBe(true)
  change()
  // Nothing is sent meanwhile: it is not the growth that is noticed.
  await expect.poll(async () => (await ready()).status, PATIENCE).toBe(503)
  expect((await decide()).status).toBe(503)
  expect((await decide(OTHER)).status).toBe(200)
})
