import { getRequestListener } from '@hono/node-server'
import SqliteDatabase from 'better-sqlite3'
import { randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AppEnv } from '../../server/middleware/env.ts'
import { operatorKey } from '../../server/middleware/operator.ts'
import { createApiKey, openApiKeys, type Scope } from '../../server/operators/api-keys.ts'
import { openOperators } from '../../server/storage/open.ts'
import { SITE } from '../support/app.ts'
import { assentProcess } from '../support/cli.ts'
import { aDataFolder, type DataFolder } from '../support/serve.ts'

/** 2026-11-22T08:00:30Z */
const NOW = 1_795_334_430_000

let data: DataFolder
let operators: ReturnType<typeof openOperators>
let server: Server
let url: string
let now: number
let logged: string[]

beforeEach(async () => {
  data = await aDataFolder()
  operators = openOperators(data.folder)
  now = NOW
  logged = []
  const log = (event: string) => void logged.push(event)
  const keys = openApiKeys(operators.apiKeys, () => now, { info: log, warn: log, error: log })
  const app = new Hono<AppEnv>()
  app.get('/v1/sites/:site/status', operatorKey(keys, 'status'), c => c.json({ by: c.var.key.id }))
  app.get('/v1/sites/:site/other', operatorKey(keys, 'other' as Scope), c => c.json({ by: c.var.key.id }))
  server = createServer(getRequestListener(app.fetch) as never).listen(0, '127.0.0.1')
  await new Promise(listening => server.once('listening', listening))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/sites`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
  operators.close()
  data.remove()
})

const make = (site = SITE) =>
  createApiKey(operators.apiKeys, { site, scopes: ['status'] }, { now: () => now, random: randomBytes })

const ask = (path: string, authorization?: string) =>
  fetch(`${url}/${path}`, authorization === undefined ? {} : { headers: { authorization } })

const cli = (...args: string[]) => assentProcess([...args, '--data', data.folder])

interface Listed {
  readonly id: string
  readonly lastUsedAt?: string
}
const listed = async () => (JSON.parse((await cli('key', 'list', '--json')).out) as { keys: Listed[] }).keys

test('a key opens the addresses of its own site, and the route learns which key it was', async () => {
  const { key, apiKey } = make()
  expect(key).toMatch(new RegExp(`^assent_${SITE}_${apiKey.id}_[A-Za-z0-9_-]{43}$`))
  for (const scheme of ['Bearer', 'bearer']) {
    // oxlint-disable-next-line no-await-in-loop
    const answer = await ask(`${SITE}/status`, `${scheme} ${key}`)
    expect(answer.status).toBe(200)
    // oxlint-disable-next-line no-await-in-loop
    expect(await answer.json()).toEqual({ by: apiKey.id })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('vary')).toBe('Authorization')
  }
})

test('every refusal is told apart, and none tells a stranger whether a site exists', async () => {
  const { key } = make()
  const other = make('elsewhere')
  const cases: [path: string, authorization: string | undefined, status: number, slug: string][] = [
    [`${SITE}/status`, undefined, 401, 'key-missing'],
    [`${SITE}/status`, `Assent ${'a'.repeat(44)}`, 401, 'key-missing'],
    [`${SITE}/status`, `Basic ${key}`, 401, 'key-missing'],
    [`${SITE}/status`, `Bearer ${key}x`, 401, 'key-unknown'],
    [`${SITE}/status`, `Bearer ${key.slice(0, -1)}`, 401, 'key-unknown'],
    [`${SITE}/status`, 'Bearer changeme', 401, 'key-unknown'],
    [`${SITE}/status`, `Bearer ${other.key}`, 403, 'key-wrong-site'],
    ['nowhere/status', `Bearer ${key}`, 403, 'key-wrong-site'],
    [`${SITE}/other`, `Bearer ${key}`, 403, 'key-wrong-scope'],
  ]
  for (const [path, authorization, status, slug] of cases) {
    // oxlint-disable-next-line no-await-in-loop
    const answer = await ask(path, authorization)
    expect([path, answer.status]).toEqual([path, status])
    expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null)
    // oxlint-disable-next-line no-await-in-loop
    expect(await answer.json()).toMatchObject({ status, type: `urn:assent:problem:${slug}` })
  }
  const toStranger = async (site: string) => {
    const answer = await ask(`${site}/status`, `Bearer assent_${site}_000000000000_${'A'.repeat(43)}`)
    return [answer.status, (await answer.text()).replaceAll(site, '…')]
  }
  expect(await toStranger(SITE)).toEqual(await toStranger('nowhere'))
})

test('the key itself is nowhere on disk, and no entry speaks of it', async () => {
  const size = () => data.read(store => store.log(SITE).size)
  const before = await size()
  const { code, out, err } = await cli(
    'key',
    'new',
    '--site',
    SITE,
    '--scope',
    'status',
    '--name',
    'Ledgerly',
  )
  expect(code).toBe(0)
  expect(err).toContain('this once')
  const secret = out.trim().slice(-43)
  expect((await ask(`${SITE}/status`, `Bearer ${out.trim()}`)).status).toBe(200)
  const files = readdirSync(data.folder, { recursive: true, withFileTypes: true }).filter(f => f.isFile())
  expect(files.length).toBeGreaterThan(3)
  for (const file of files)
    expect(readFileSync(join(file.parentPath, file.name)).includes(secret)).toBe(false)
  expect(await size()).toBe(before)
  expect((await cli('verify')).code).toBe(0)
})

test('every key is 256 bits of its own', async () => {
  const secrets = new Set<string>()
  for (let i = 0; i < 3; i++) {
    // oxlint-disable-next-line no-await-in-loop -- one command after the other
    const { out } = await cli('key', 'new', '--site', SITE, '--scope', 'status')
    secrets.add(out.trim().slice(-43))
  }
  expect(secrets.size).toBe(3)
  for (const secret of secrets) expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
})

test('a key revoked by the command line is refused from the next request on', async () => {
  const { key, apiKey } = make()
  expect((await ask(`${SITE}/status`, `Bearer ${key}`)).status).toBe(200)
  const revoked = await cli('key', 'revoke', apiKey.id, '--json')
  expect(revoked.code).toBe(0)
  const { revokedAt } = JSON.parse(revoked.out) as { revokedAt: string }
  const answer = await ask(`${SITE}/status`, `Bearer ${key}`)
  expect(answer.status).toBe(401)
  expect(await answer.json()).toMatchObject({ type: 'urn:assent:problem:key-revoked' })
  // Once more changes nothing, and the whole key names it too.
  const again = await cli('key', 'revoke', key, '--json')
  expect(JSON.parse(again.out)).toMatchObject({ id: apiKey.id, revokedAt })
})

test('the last use is kept to the minute, and written once a minute at most', async () => {
  const { key, apiKey } = make()
  const unused = make()
  const writes: number[] = []
  const { recordUse } = operators.apiKeys
  operators.apiKeys.recordUse = (id, at) => {
    writes.push(at)
    recordUse(id, at)
  }
  for (let n = 0; n < 5; n++)
    // oxlint-disable-next-line no-await-in-loop
    await ask(`${SITE}/status`, `Bearer ${key}`)
  await ask('elsewhere/status', `Bearer ${unused.key}`)
  await expect.poll(() => writes).toEqual([NOW - 30_000])
  now += 60_000
  await ask(`${SITE}/status`, `Bearer ${key}`)
  await expect.poll(() => writes).toEqual([NOW - 30_000, NOW + 30_000])
  expect(await listed()).toMatchObject(
    [{ id: apiKey.id, lastUsedAt: '2026-11-22T08:01:00.000Z' }, { id: unused.apiKey.id }].toSorted((a, b) =>
      a.id < b.id ? -1 : 1,
    ),
  )
  expect((await listed()).find(k => k.id === unused.apiKey.id)).not.toHaveProperty('lastUsedAt')
  const words = (await cli('key', 'list')).out
  expect(words).toMatch(/^key +site +may +made +last used +for$/m)
  expect(words).toMatch(/ never( |$)/m)
  // Made at half past the minute: never shown as used before that.
  expect(words).toMatch(/ 2026-11-22T08:00Z {2}2026-11-22T08:01Z( |$)/m)
  // A clock that was set back, or a second server behind, takes nothing away.
  recordUse(apiKey.id, NOW - 86_400_000)
  expect((await listed()).find(k => k.id === apiKey.id)?.lastUsedAt).toBe('2026-11-22T08:01:00.000Z')
})

test('a use that cannot be recorded is still answered, and logged', async () => {
  const { key } = make()
  operators.apiKeys.recordUse = () => {
    throw new Error('database is locked')
  }
  expect((await ask(`${SITE}/status`, `Bearer ${key}`)).status).toBe(200)
  await expect.poll(() => logged).toEqual(['use of a key not recorded'])
})

test('the database itself lets no key come back, nor become another', () => {
  const { apiKey } = make()
  operators.apiKeys.revoke(apiKey.id, NOW)
  const database = new SqliteDatabase(join(data.folder, 'operators.db'))
  for (const change of [
    'revoked_at = NULL',
    "site = 'elsewhere'",
    "scopes = '[]'",
    'hash = zeroblob(32)',
    "id = 'x'",
  ])
    expect(() => database.exec(`UPDATE api_keys SET ${change}`)).toThrow('revoked for ever')
  database.close()
})

test('where no key was ever made, there is none, and no file for it', async () => {
  const other = await aDataFolder()
  const { code, out } = await assentProcess(['key', 'list', '--data', other.folder])
  expect(out).toContain('There is no key')
  expect(code).toBe(0)
  expect(readdirSync(other.folder)).not.toContain('operators.db')
  other.remove()
  expect((await assentProcess(['key', 'list', '--data', other.folder])).err).toContain(
    'There is no ledger in',
  )
})

test.each<[args: string[], code: number, words: string]>([
  [['new', '--scope', 'status'], 2, 'Name the site'],
  [['new', '--site', SITE], 2, '--scope takes a list of: status'],
  [['new', '--site', SITE, '--scope', 'status,admin'], 2, '--scope takes a list of: status'],
  [['new', '--site', 'nowhere', '--scope', 'status'], 1, 'There is no site "nowhere"'],
  [['new', '--site', SITE, '--scope', 'status', '--name', 'two\nlines'], 2, '--name takes one line'],
  [['revoke', '000000000000'], 1, 'There is no key "000000000000"'],
  [['revoke'], 2, 'assent key revoke <id>'],
])('assent key %j is refused with what to do', async (args, code, words) => {
  const run = await cli('key', ...args)
  expect(run.err).toContain(words)
  expect(run.code).toBe(code)
  expect(run.out).toBe('')
})
