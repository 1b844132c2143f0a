import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { contentHash } from '../../server/ledger/entry.ts'
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

beforeEach(async () => {
  data = await aDataFolder({ besides: [OTHER] })
})
afterEach(async () => {
  await server?.end()
  server = undefined
  data.remove()
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
    expect((await decide()).status).toBe(200)
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
  await grow(3)
  backup()
  await grow(2)
  restore()
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
