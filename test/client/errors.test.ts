import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { AssentError, createClient, newId } from '../../shared/client/client.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A client of a server that answers everything like this. */
async function clientOf(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return createClient({ url: `http://127.0.0.1:${port}/`, site: 'harbor', key: 'k' })
}

const QUESTION = { channel: 'sms', program: 'offers', address: '+12025550123' } as const

test('nobody there is an error that keeps its cause and may pass', async () => {
  const client = createClient({ url: 'http://127.0.0.1:1', site: 'harbor' })
  const error = await client.status(QUESTION).catch((fault: unknown) => fault)
  expect(error).toBeInstanceOf(AssentError)
  expect(error).toMatchObject({ slug: 'unreachable', status: undefined, isTemporary: true })
  expect(error).toHaveProperty('cause.message', 'fetch failed')
})

test("a proxy's page is no answer, whatever its status", async () => {
  const bad = await clientOf((_, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'))
  await expect(bad.status(QUESTION)).rejects.toMatchObject({
    slug: 'unreadable',
    status: 502,
    isTemporary: true,
  })
  const login = await clientOf((_, response) => response.writeHead(200).end('<h1>Sign in</h1>'))
  await expect(login.status(QUESTION)).rejects.toMatchObject({ slug: 'unreadable', status: 200 })
})

test('a redirect is not followed: the key goes nowhere else', async () => {
  const asked: (string | undefined)[] = []
  const away = await clientOf((request, response) => {
    asked.push(request.url)
    response.writeHead(308, { location: '/elsewhere' }).end()
  })
  await expect(away.status(QUESTION)).rejects.toMatchObject({ slug: 'unreachable' })
  expect(asked).toHaveLength(1)
})

test('a refusal says its problem, and when it would pass', async () => {
  const problem = {
    type: 'urn:assent:problem:rate-limited',
    title: 'Too much at once',
    status: 429,
    detail: 'Send it again in 7 s, unchanged.',
  }
  const busy = await clientOf((_, response) =>
    response
      .writeHead(429, { 'content-type': 'application/problem+json', 'retry-after': '7' })
      .end(JSON.stringify(problem)),
  )
  await expect(busy.optOut({ channel: 'sms', address: '+12025550123' })).rejects.toMatchObject({
    message: 'Too much at once: Send it again in 7 s, unchanged.',
    type: problem.type,
    slug: 'rate-limited',
    status: 429,
    retryAfter: 7,
    isTemporary: true,
  })
})

test('an answer that breaks off in the middle is unreachable, not half an answer', async () => {
  const broken = await clientOf((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
    response.write('{"decision":"send"', () => response.destroy())
  })
  await expect(broken.status(QUESTION)).rejects.toMatchObject({ slug: 'unreachable' })
})

test("a signal ends a call with the caller's own reason", async () => {
  const silent = await clientOf(() => {})
  await expect(silent.status(QUESTION, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
    name: 'TimeoutError',
  })
})

test('what could lead elsewhere is refused before anything is sent', async () => {
  const client = createClient({ url: 'http://127.0.0.1:1', site: 'harbor' })
  for (const id of ['', '.', '..']) await expect(client.receipt(id)).rejects.toThrow(TypeError)
  await expect(client.tile('../../v1/sites')).rejects.toThrow(TypeError)
  expect(() => createClient({ url: 'consent.example', site: 'harbor' })).toThrow(
    'url must be an http address',
  )
})

test('ids are UUIDv7, in order of time, and no two alike', () => {
  const ids = Array.from({ length: 1_000 }, (_, n) => newId(1_795_334_400_000 + n))
  expect(new Set(ids).size).toBe(1_000)
  expect(ids.toSorted()).toEqual(ids)
  for (const id of ids)
    expect(id).toMatch(/^01a2[0-9a-f]{4}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
