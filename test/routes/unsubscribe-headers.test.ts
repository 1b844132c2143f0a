import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  HARBOR,
  OFFERS,
  PERSON,
  startPreferences,
  type PreferencesServer,
} from '../support/preferences-server.ts'

let server: PreferencesServer
beforeEach(async () => {
  server = await startPreferences({ url: 'https://consent.harborline.example', production: false })
  await server.signUp()
})
afterEach(() => server.close())

interface Answer {
  readonly headers: Readonly<Record<string, string>>
  readonly preferences: string
}

const path = `/v1/sites/${HARBOR}/unsubscribe-headers`
const ask = (query: Record<string, string>, init: RequestInit = {}, key = server.key('status')) =>
  fetch(`${server.origin}${path}?${new URLSearchParams(query).toString()}`, {
    ...init,
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', ...init.headers },
  })
const EMAIL = { channel: 'email', program: OFFERS }

test('a mailer gets the block for one message, and its links do what they say', async () => {
  const answer = await ask({ ...EMAIL, address: PERSON })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const { headers, preferences } = (await answer.json()) as Answer
  expect(headers).toEqual({
    'List-Unsubscribe': expect.stringMatching(
      /^<https:\/\/consent\.harborline\.example\/s\/harbor\/u\.[\w-]{54,120}>$/,
    ) as string,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    'List-Help': '<https://consent.harborline.example/s/harbor/preferences>',
    'List-ID': '<harbor-offers.harbor.consent.harborline.example>',
  })
  // One header line of a message may hold 998 characters (RFC 5322).
  expect(headers['List-Unsubscribe']!.length).toBeLessThan(900)
  expect(JSON.stringify({ headers, preferences })).not.toMatch(/robin|marsh|mail\.example/)

  const own = await fetch(server.origin + new URL(preferences).pathname + new URL(preferences).search)
  expect(await own.text()).toContain('r…@mail.example')
  const oneClick = new URL(headers['List-Unsubscribe']!.slice(1, -1)).pathname
  const body = 'List-Unsubscribe=One-Click'
  const type = { 'Content-Type': 'application/x-www-form-urlencoded' }
  expect((await fetch(server.origin + oneClick, { method: 'POST', headers: type, body })).status).toBe(200)
  expect(server.status(OFFERS).reason).toBe('withdrawn')
})

test('an address in any spelling gets the same links', async () => {
  const [one, other] = await Promise.all(
    [PERSON, ' ROBIN.Marsh@MAIL.example'].map(async address => (await ask({ ...EMAIL, address })).json()),
  )
  expect(other).toEqual(one)
})

test('a text message has no headers, and the same page', async () => {
  await server.signUp({ channel: 'sms', address: '+447400123456' })
  const answer = await ask({ channel: 'sms', program: OFFERS, address: '07400 123456' })
  expect(await answer.json()).toEqual({
    headers: {},
    preferences: expect.stringContaining('/s/harbor/preferences?token=') as string,
  })
})

test('whoever is not known is written to by nobody, so there is no block', async () => {
  const unknown = await ask({ ...EMAIL, address: 'nobody@mail.example' })
  expect(unknown.status).toBe(404)
  expect(await unknown.json()).toMatchObject({
    type: 'urn:assent:problem:unknown-address',
    detail: 'Nobody signed up with this address, or it was erased: send nothing to it.',
  })
  await server.erasures.erase(HARBOR, { subject: server.subjectOf(PERSON)!, reason: 'request' })
  expect((await ask({ ...EMAIL, address: PERSON })).status).toBe(404)
})

describe('is refused with what to do', () => {
  test.each<[string, Record<string, string>, string]>([
    ['no channel', { program: OFFERS, address: PERSON }, 'channel=email'],
    ['no program', { channel: 'email', address: PERSON }, 'program='],
    ['no address', EMAIL, 'address='],
    [
      'a program there is not',
      { ...EMAIL, program: 'none', address: PERSON },
      'has no program "none": it has',
    ],
    ['no address of this channel', { ...EMAIL, address: '07400 123456' }, 'no address of this channel'],
    ['a parameter that is none', { ...EMAIL, address: PERSON, list: 'x' }, 'nothing else'],
  ])('%s', async (_what, query, detail) => {
    const answer = await ask(query)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining(detail) as string })
  })

  test('no key, and a key for something else', async () => {
    expect((await fetch(server.origin + path)).status).toBe(401)
    expect((await ask({ ...EMAIL, address: PERSON }, {}, server.key('withdraw'))).status).toBe(403)
  })
})

test('a mailer that sends to thousands asks once; who is not known is said beside the others', async () => {
  const addresses = Array.from({ length: 10_000 }, (_, n) =>
    n % 100 === 7 ? PERSON : `reader${n}@mail.example`,
  )
  addresses[1] = 'nobody'
  const began = performance.now()
  const answer = await ask(EMAIL, { method: 'POST', body: JSON.stringify({ addresses }) })
  const { rows } = (await answer.json()) as { rows: (Answer & { refused?: string; detail?: string })[] }
  console.log(`headers of 10,000 addresses: ${Math.round(performance.now() - began)} ms`)
  expect(rows).toHaveLength(10_000)
  expect(rows[0]).toMatchObject({
    refused: 'unknown-address',
    detail: expect.stringContaining('send nothing') as string,
  })
  expect(rows[1]).toMatchObject({ refused: 'invalid-address' })
  const single = (await (await ask({ ...EMAIL, address: PERSON })).json()) as Answer
  expect(rows.filter(row => row.refused === undefined)).toEqual(Array.from({ length: 100 }, () => single))
  const tooMany = await ask(EMAIL, {
    method: 'POST',
    body: JSON.stringify({ addresses: [...addresses, 'x'] }),
  })
  expect(await tooMany.json()).toMatchObject({ type: 'urn:assent:problem:not-a-batch' })
})
