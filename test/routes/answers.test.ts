import { afterEach, beforeEach, expect, test } from 'vitest'
import { createApp } from '../../server/app.ts'
import type { LedgerStore } from '../../server/ledger/store.ts'
import { APP_SETTINGS, createTestApp, holdToDescription, ORIGIN, SITE, type TestApp } from '../support/app.ts'

let app: TestApp
beforeEach(async () => {
  app = await createTestApp()
})
afterEach(() => app.remove())

const FAULT_ID = '00000000-0000-4000-8000-000000000000'

/** The app over a store one function of which fails. */
function withBroken(name: keyof LedgerStore, fault: Error) {
  const store = new Proxy(app.ledger.store, {
    get: (real, key) =>
      key === name
        ? () => {
            throw fault
          }
        : Reflect.get(real, key),
  })
  const lines: unknown[] = []
  const log = (event: string, fields?: object) => void lines.push({ event, ...fields })
  const broken = createApp({
    ledger: { ...app.ledger, store },
    log: { info: log, warn: log, error: log },
    ...APP_SETTINGS,
    newId: () => FAULT_ID,
  })
  return { broken, lines }
}

test('an unknown address is 404 and says where the addresses are', async () => {
  const response = await app.request('/v2/nothing')
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ type: 'urn:assent:problem:unknown-route' })
})

test.each([
  ['DELETE', `/v1/sites/${SITE}/decisions`, 'GET, HEAD, OPTIONS, POST'],
  ['PUT', `/v1/sites/${SITE}/receipts/7`, 'GET, HEAD, OPTIONS'],
  ['POST', `/s/${SITE}/assent.js`, 'GET, HEAD, OPTIONS'],
  ['POST', `/s/${SITE}/first.en.mjs`, 'GET, HEAD, OPTIONS'],
  ['PATCH', '/healthz', 'GET, HEAD, OPTIONS'],
])('%s %s is 405 and says what is answered there', async (method, path, allow) => {
  const response = await app.request(path, { method })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe(allow)
  expect(await response.json()).toMatchObject({ type: 'urn:assent:problem:method-not-allowed', status: 405 })
})

test('a preflight is answered for what is there, without asking the ledger', async () => {
  const response = await app.request(`/v1/sites/${SITE}/receipts/7`, {
    method: 'OPTIONS',
    headers: { Origin: ORIGIN, 'Access-Control-Request-Headers': 'authorization' },
  })
  expect(response.status).toBe(204)
  expect(response.headers.get('access-control-allow-headers')).toContain('Authorization')
  expect(response.headers.get('access-control-allow-methods')).toContain('GET')
  expect(Number(response.headers.get('access-control-max-age'))).toBeGreaterThan(0)
  expect((await app.request('/v2/nothing', { method: 'OPTIONS' })).status).toBe(404)
})

test('no answer ever asks for credentials or sets a cookie', async () => {
  for (const path of ['/healthz', `/s/${SITE}/assent.js`, '/v2/nothing']) {
    const { headers } = await app.request(path)
    expect(headers.get('access-control-allow-credentials')).toBeNull()
    expect(headers.get('set-cookie')).toBeNull()
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin')
  }
})

test('an unexpected fault says nothing of the inside, and the log says what it was under the same id', async () => {
  const { broken, lines } = withBroken('current', new Error("couldn't read /srv/data/ledger.db"))
  const path = `/s/${SITE}/assent.js`
  const response = await broken.request(path)
  await holdToDescription(path, 'GET', response.clone())
  expect(response.status).toBe(500)
  const text = await response.text()
  expect(text).toContain(FAULT_ID)
  expect(text).not.toContain('ledger.db')
  expect(lines).toMatchObject([
    { event: 'unexpected fault', id: FAULT_ID, why: "couldn't read /srv/data/ledger.db" },
  ])
})

test.each(['SQLITE_FULL', 'SQLITE_READONLY', 'SQLITE_IOERR_WRITE', 'SQLITE_BUSY', 'ENOSPC'])(
  'a storage that answers %s makes 503 with Retry-After, so that the sender keeps what it has',
  async code => {
    const cause = Object.assign(new Error('the disk'), { code })
    const { broken } = withBroken('append', new Error("couldn't append entries", { cause }))
    const { aSiteDecision } = await import('../support/app.ts')
    const path = `/v1/sites/${SITE}/decisions`
    const response = await broken.request(path, {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain', Origin: ORIGIN },
      body: JSON.stringify({ decisions: [aSiteDecision()] }),
    })
    await holdToDescription(path, 'POST', response.clone())
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await response.json()).toMatchObject({ type: 'urn:assent:problem:storage-unavailable' })
  },
)

test('a broken constraint is our mistake and no passing weakness of the disk', async () => {
  const { broken } = withBroken(
    'current',
    Object.assign(new Error('no'), { code: 'SQLITE_CONSTRAINT_UNIQUE' }),
  )
  expect((await broken.request(`/s/${SITE}/assent.js`)).status).toBe(500)
})

test('health follows the database', async () => {
  expect(await (await app.request('/healthz')).json()).toEqual({ status: 'ok' })
  const { broken } = withBroken('ping', new Error('gone'))
  const response = await broken.request('/healthz')
  expect(response.status).toBe(503)
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
})

test('readiness names what is missing', async () => {
  expect((await app.request('/readyz')).status).toBe(200)
  const lame = await createTestApp({ builtFiles: () => false, failedCheckpoints: () => [SITE] })
  const response = await lame.request('/readyz')
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({
    status: 'not ready',
    checks: {
      sites: 'ok',
      keys: 'ok',
      dist: expect.stringContaining('npm run build'),
      checkpoints: expect.stringContaining(SITE),
    },
  })
  await lame.remove()
})

test('behind https every answer says that only https will do', async () => {
  const production = await createTestApp({ production: true, ownTls: true })
  const { headers } = await production.request('/healthz')
  expect(headers.get('strict-transport-security')).toContain('max-age')
  expect((await app.request('/healthz')).headers.get('strict-transport-security')).toBeNull()
  await production.remove()
})
