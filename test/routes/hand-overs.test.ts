import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHandOvers, HAND_OVER_LIVES } from '../../server/hand-over/waiting.ts'
import { aConfiguration, publishSite, TEST_TIME } from '../support/ledger.ts'
import { createTestApp, SITE, type TestApp } from '../support/app.ts'

const HERE = 'https://www.harbor.example'
const THERE = 'https://harbor-shop.example'
const TOKEN = '0123456789abcdef'.repeat(2)
const CHOICE = `v1.${(TEST_TIME - 5_000).toString(36)}.deadbeef.analytics:1.8.${'ab'.repeat(22)}`

const offering = (handOver?: true) =>
  aConfiguration(SITE, {
    languages: ['en', 'de'],
    origins: [HERE, THERE],
    choice: { expiresAfterDays: 180, ...(handOver && { handOver }) },
  })

let app: TestApp
beforeEach(async () => {
  app = await createTestApp()
  await publishSite(app.ledger, SITE, { configuration: offering(true) })
})
afterEach(() => app.remove())

async function send(path: string, body: unknown, origin: string | undefined = HERE) {
  const answer = await app.request(`/v1/sites/${SITE}/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain;charset=UTF-8', ...(origin && { Origin: origin }) },
    body: JSON.stringify(body),
  })
  const { type, ...rest } = (await answer.json()) as { type?: string }
  return { status: answer.status, slug: type?.split(':').at(-1), ...rest }
}
const leave = (changes: object = {}, origin?: string) =>
  send('hand-overs', { token: TOKEN, to: THERE, choice: CHOICE, ...changes }, origin)
const take = (token = TOKEN, origin = THERE) => send('hand-overs/taken', { token }, origin)

test('what a page leaves the other takes once, and learns where it is from', async () => {
  expect(await leave()).toEqual({ status: 200, until: new Date(TEST_TIME + 60_000).toISOString() })
  expect(await take()).toEqual({ status: 200, choice: CHOICE, from: HERE })
  expect(await take()).toMatchObject({ status: 404, slug: 'unknown-hand-over' })
})

test('after a minute it is gone', async () => {
  await leave()
  app.ledger.advance(HAND_OVER_LIVES)
  expect(await take()).toMatchObject({ status: 404, slug: 'unknown-hand-over' })
})

test('a page it is not for gets nothing, and has used it up', async () => {
  await leave()
  expect(await take(TOKEN, HERE)).toMatchObject({ status: 404, slug: 'unknown-hand-over' })
  expect(await take()).toMatchObject({ status: 404, slug: 'unknown-hand-over' })
})

test('only pages of the site leave and take, and only for pages of the site', async () => {
  expect(await leave({}, 'https://evil.example')).toMatchObject({ status: 403, slug: 'origin-not-allowed' })
  expect(await leave({ to: 'https://evil.example' })).toMatchObject({ status: 400, slug: 'not-a-hand-over' })
  await leave()
  expect(await take(TOKEN, 'https://evil.example')).toMatchObject({ status: 403 })
  expect(await take()).toMatchObject({ status: 200 })
})

test.each([
  ['a token one could guess', { token: 'f'.repeat(8) }],
  ['a token of another shape', { token: TOKEN.toUpperCase() }],
  ['no choice', { choice: '' }],
  ['a choice that has expired', { choice: CHOICE.replace(/^v1\.\w+/, 'v1.abcdef') }],
  ['a choice with something behind it', { choice: `${CHOICE}; Domain=example` }],
  ['a field too many', { more: 1 }],
])('%s is refused', async (_, changes) => {
  expect(await leave(changes)).toMatchObject({ status: 400, slug: 'not-a-hand-over' })
  expect(await take()).toMatchObject({ status: 404 })
})

test('nobody puts another choice under a token that waits', async () => {
  await leave()
  expect(await leave({ choice: CHOICE.replace(':1', ':0') })).toMatchObject({
    status: 409,
    slug: 'id-reused',
  })
  expect(await take()).toMatchObject({ choice: CHOICE })
})

test('a site that does not offer it has none', async () => {
  await publishSite(app.ledger, SITE, { configuration: offering() })
  expect(await leave()).toMatchObject({ status: 404, slug: 'unknown-hand-over' })
  expect(await take()).toMatchObject({ status: 404, slug: 'unknown-hand-over' })
})

test('too many from one network are told to wait', async () => {
  const limited = await createTestApp({ limits: { perMinute: 1, burst: 2, sitePerHour: 9 } })
  await publishSite(limited.ledger, SITE, { configuration: offering(true) })
  const ask = () =>
    limited.request(`/v1/sites/${SITE}/hand-overs/taken`, {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain', Origin: THERE },
      body: JSON.stringify({ token: TOKEN }),
    })
  expect([(await ask()).status, (await ask()).status, (await ask()).status]).toEqual([404, 404, 429])
  await limited.remove()
})

test('a flood forgets the oldest, and memory stays what it is', () => {
  const handOvers = createHandOvers(() => TEST_TIME)
  const tokens = Array.from({ length: 20_001 }, (_, i) => i.toString(16).padStart(32, '0'))
  for (const token of tokens) handOvers.leave(SITE, token, { from: HERE, to: THERE, choice: CHOICE })
  expect(handOvers.take(SITE, tokens[0]!, THERE)).toBeUndefined()
  expect(handOvers.take(SITE, tokens[1]!, THERE)).toBeDefined()
  expect(handOvers.take('another', tokens[2]!, THERE)).toBeUndefined()
})
