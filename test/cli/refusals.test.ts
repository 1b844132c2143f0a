import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aSiteDecision, SITE } from '../support/app.ts'
import { assent, assentProcess } from '../support/cli.ts'
import { aDataFolder, postTo, serve, type DataFolder } from '../support/serve.ts'

/** A busy machine is slow, and no failure. */
const PATIENCE = { timeout: 15_000 }

let data: DataFolder
beforeEach(async () => {
  data = await aDataFolder()
})
afterEach(() => data.remove())

const OTHER_KEY = 'f3a1c05e9b7d2468ace013579bdf02468ace13579bdf1122334455667788990a'

/** It must not start: one line on stderr, no stack, exit 1. */
async function refusal(
  environment: Record<string, string> = {},
  folder = data.folder,
  port = '0',
): Promise<string> {
  const { code, out, err } = await assentProcess(['serve', '--data', folder, '--port', port], environment)
  expect(code).toBe(1)
  expect(out).toBe('')
  expect(err.trim().split('\n')).toHaveLength(1)
  expect(err).toMatch(/^assent: /)
  return err
}

test('a port in use', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await expect.poll(() => taken.listening, PATIENCE).toBe(true)
  const { port } = taken.address() as AddressInfo
  expect(await refusal({}, data.folder, String(port))).toContain(
    'another process listens there: stop it, or take another port with --port',
  )
  taken.close()
})

test('a data folder that cannot be written', async () => {
  const file = join(data.folder, 'a-file')
  writeFileSync(file, '')
  expect(await refusal({}, join(file, 'data'))).toContain(
    'cannot be written: give this user the right to, or name another with --data',
  )
})

test('a database that may only be read', async () => {
  // Root may write everything, so that it is somebody else who starts the server then.
  const asRoot = process.getuid?.() === 0
  for (const name of ['ledger.db', 'subject-keys.db']) chmodSync(join(data.folder, name), 0o444)
  if (asRoot) for (const folder of [data.folder, join(data.folder, 'keys')]) chmodSync(folder, 0o777)
  const environment = { ASSENT_MASTER_KEY: readFileSync(join(data.folder, 'keys/master.key'), 'utf8').trim() }
  const args = ['serve', '--data', data.folder, '--port', '0']
  const { code, err } = await assentProcess(args, environment, asRoot ? { uid: 65_534 } : {})
  expect(code).toBe(1)
  expect(err).toContain(
    'is read-only: give this user the right to write it, or name another folder with --data',
  )
})

test('a missing master key beside a ledger, and no new one in its place', async () => {
  const file = join(data.folder, 'keys/master.key')
  rmSync(file)
  expect(await refusal()).toContain('restore the key from its backup')
  expect(existsSync(file)).toBe(false)
})

test('a master key that others may read', async () => {
  const file = join(data.folder, 'keys/master.key')
  chmodSync(file, 0o644)
  expect(await refusal()).toContain(`chmod 600 ${file}`)
})

test('another master key than the one the ledger was made with', async () => {
  expect(await refusal({ ASSENT_MASTER_KEY: OTHER_KEY })).toMatch(/master key/i)
})

/** Every command that needs it, once with another key and once without one. */
test.each([
  'verify',
  `status ${SITE} --channel sms --address +12025550123 --program offers`,
  `history ${SITE} --phone +12025550123`,
  `erase ${SITE} --phone +12025550123 --yes`,
  `export ${SITE}`,
  `log-key rotate ${SITE}`,
  `log resume ${SITE}`,
  'rebuild --check',
  'master-key show',
  'master-key rotate',
])('assent %s, by another master key or none: one sentence, and nothing is changed', async command => {
  const state = () =>
    ['ledger.db', 'subject-keys.db', `checkpoints/${SITE}`].map(name => readFileSync(join(data.folder, name)))
  const before = state()
  const run = (environment = {}) => assent([...command.split(' '), '--data', data.folder], environment)
  const refused = (words: RegExp) => ({ code: 1, out: '', err: expect.stringMatching(words) as string })
  expect(await run({ ASSENT_MASTER_KEY: OTHER_KEY })).toEqual(
    refused(/^assent: [^\n]*the master key is not the one[^\n]*$/),
  )
  rmSync(join(data.folder, 'keys/master.key'))
  expect(await run()).toEqual(refused(/^assent: [^\n]*restore the key from its backup[^\n]*$/))
  expect(existsSync(join(data.folder, 'keys/master.key'))).toBe(false)
  expect(state()).toEqual(before)
})

test('a missing signing key, and one that others may read', async () => {
  const file = join(data.folder, `keys/${SITE}.key`)
  chmodSync(file, 0o640)
  expect(await refusal()).toContain(`chmod 600 ${file}`)
  renameSync(file, `${file}.away`)
  expect(await refusal()).toContain(`${file} is missing`)
  expect(existsSync(file)).toBe(false)
})

test('a database from a newer version', async () => {
  const database = new SqliteDatabase(join(data.folder, 'ledger.db'))
  database.pragma('user_version = 999')
  database.close()
  expect(await refusal()).toMatch(/newer/)
})

test('a file that is no database', async () => {
  writeFileSync(join(data.folder, 'ledger.db'), 'not a database, but long enough to look at'.repeat(100))
  for (const suffix of ['-wal', '-shm']) rmSync(join(data.folder, `ledger.db${suffix}`), { force: true })
  expect(await refusal()).toContain('ledger.db')
})

test('a new folder gets its master key, which nobody else may read', async () => {
  const fresh = mkdtempSync(join(tmpdir(), 'assent-new-'))
  const server = await serve(fresh)
  expect(statSync(join(fresh, 'keys/master.key')).mode & 0o777).toBe(0o600)
  expect((await fetch(`${server.url}/readyz`)).status).toBe(503)
  expect(await server.end()).toBe(0)
  rmSync(fresh, { recursive: true })
})

/** No file may grow beyond this; writing more fails as it does on a full disk, instead of ending the process. */
const FULL_AT_600_KB = ['sh', '-c', 'trap "" XFSZ; ulimit -f 1200; exec "$@"', 'sh']

const batch = () => JSON.stringify({ decisions: [aSiteDecision({ decidedAt: Date.now() })] })

test('a full disk answers 503, stores nothing of it, and everything acknowledged is still there', async () => {
  const limited = await serve(data.folder, { under: FULL_AT_600_KB })
  const acknowledged: string[] = []
  let refused: Response | undefined
  for (let n = 0; n < 400 && !refused; n++) {
    const decisions = Array.from({ length: 60 }, () => aSiteDecision({ decidedAt: Date.now() }))
    const response = await postTo(limited.url, JSON.stringify({ decisions }))
    if (response.status === 200) acknowledged.push(...decisions.map(d => d.id))
    else refused = response
  }
  expect(refused?.status).toBe(503)
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(acknowledged.length).toBeGreaterThan(0)
  await limited.end('SIGKILL')
  await data.read(store => {
    for (const id of acknowledged) expect(store.entryById(SITE, id)).toBeDefined()
    const decisions = acknowledged.length
    const others = store.current(SITE)!.index + 1
    expect(store.log(SITE).size).toBe(decisions + others)
  })
}, 60_000)

test('a database that another process holds answers 503 and then goes on', async () => {
  const server = await serve(data.folder)
  const blocker = new SqliteDatabase(join(data.folder, 'ledger.db'))
  blocker.exec('BEGIN IMMEDIATE')
  const response = await postTo(server.url, batch())
  expect(response.status).toBe(503)
  blocker.exec('ROLLBACK')
  blocker.close()
  expect((await postTo(server.url, batch())).status).toBe(200)
  await server.end()
}, 30_000)
