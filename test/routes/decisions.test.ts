import type { Problem } from '../../shared/domain/problem.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { contentHash } from '../../server/ledger/entry.ts'
import { subjectOf } from '../../server/subjects/subject.ts'
import { isGranted } from '../../shared/domain/standing.ts'
import {
  aSiteDecision,
  createTestApp,
  ORIGIN,
  SITE,
  TEST_CONFIGURATION,
  type TestApp,
} from '../support/app.ts'
import { aDecisionId, aRefusal, aSecret } from '../support/decisions.ts'
import { aConfiguration, publishSite, TEST_TIME } from '../support/ledger.ts'

let app: TestApp
beforeEach(async () => {
  app = await createTestApp()
})
afterEach(() => app.remove())

const PATH = `/v1/sites/${SITE}/decisions`
const page = { 'Content-Type': 'text/plain;charset=UTF-8', Origin: ORIGIN }
const slugOf = async (response: Response) =>
  ((await response.json()) as { type: string }).type.split(':').at(-1)
const sizeOfLog = () => app.ledger.store.log(SITE).size

async function answerTo(...decisions: unknown[]) {
  const response = await app.post(decisions)
  expect(response.status).toBe(200)
  return ((await response.json()) as { entries: Record<string, unknown>[] }).entries
}

test('a decision is in the ledger when it is answered, with both times', async () => {
  const decision = aSiteDecision()
  const before = sizeOfLog()
  const [answer] = await answerTo(decision)
  expect(answer).toEqual({
    id: decision.id,
    index: before,
    duplicate: false,
    receivedAt: new Date(TEST_TIME).toISOString(),
  })
  expect(app.ledger.store.entryById(SITE, decision.id)?.entry).toMatchObject({
    decidedAt: decision.decidedAt,
    receivedAt: TEST_TIME,
    choices: decision.choices,
  })
})

test('the secret is never stored', async () => {
  const decision = aSiteDecision()
  await answerTo(decision)
  const stored = app.ledger.store.entryById(SITE, decision.id)!
  expect(stored.text).toContain(subjectOf(SITE, decision.secret!))
  expect(stored.text).not.toContain(decision.secret)
})

test('the same decision sent again answers the first index and adds nothing', async () => {
  const decision = aSiteDecision()
  const [first] = await answerTo(decision)
  const size = sizeOfLog()
  const [second] = await answerTo(decision)
  expect(second).toEqual({ ...first, duplicate: true })
  expect(sizeOfLog()).toBe(size)
})

test('one bad decision does not hold up its neighbours, and every one has its answer in the order sent', async () => {
  const good = aSiteDecision()
  const alsoGood = aSiteDecision()
  const bad = { ...aSiteDecision(), choices: 'all' }
  const entries = await answerTo(bad, good, null, 7, alsoGood)
  expect(entries.map(e => e['refused'] ?? 'stored')).toEqual([
    'malformed',
    'stored',
    'malformed',
    'malformed',
    'stored',
  ])
  expect(entries.map(e => e['id'])).toEqual([bad.id, good.id, null, null, alsoGood.id])
})

const withChoice = (choices: Record<string, boolean>) => aSiteDecision({ choices })

test.each<[what: string, decision: () => object, reason: string, status: number]>([
  [
    'an unknown purpose',
    () => withChoice({ analytics: true, marketing: true, mining: true }),
    'unknown-purpose',
    422,
  ],
  ['a choice for a required purpose', () => withChoice({ necessary: true }), 'required-purpose', 422],
  ['a purpose left unanswered', () => withChoice({ analytics: true }), 'incomplete-choices', 422],
  ['no choice at all', () => withChoice({}), 'incomplete-choices', 422],
  ['a withdrawal that grants', () => aSiteDecision({ type: 'withdrawal' }), 'withdrawal-grants', 422],
  [
    'an unknown configuration',
    () => aSiteDecision({ configuration: 'a'.repeat(64) }),
    'unknown-configuration',
    422,
  ],
  ['an unknown text', () => aSiteDecision({ text: 'b'.repeat(64) }), 'unknown-text', 422],
  ['a grant without a secret', () => ({ ...aSiteDecision(), secret: undefined }), 'secret-required', 422],
  [
    'an id that is no UUIDv7',
    () => aSiteDecision({ id: '6ba7b810-9dad-41d1-80b4-00c04fd430c8' }),
    'malformed',
    422,
  ],
  ['an id in capitals', () => aSiteDecision({ id: aDecisionId().toUpperCase() }), 'malformed', 422],
  ['a time that is no whole number', () => aSiteDecision({ decidedAt: 1.5 }), 'malformed', 422],
  ['a time beyond the year 9999', () => aSiteDecision({ decidedAt: 8.64e15 }), 'malformed', 422],
  [
    'a field nobody asked for',
    () => ({ ...aSiteDecision(), email: 'somebody@harbor.example' }),
    'malformed',
    422,
  ],
  [
    'a choice that is neither yes nor no',
    () => ({ ...aSiteDecision(), choices: { analytics: 1 } }),
    'malformed',
    422,
  ],
  ['a language that is no tag', () => aSiteDecision({ language: '<script>' }), 'malformed', 422],
  ['text where none of ours is shown', () => aSiteDecision({ method: 'api' }), 'unknown-text', 422],
])('%s is refused with a reason, a status and what to do', async (_, decision, refused, status) => {
  const before = sizeOfLog()
  const [answer] = await answerTo(JSON.parse(JSON.stringify(decision())))
  expect(answer).toMatchObject({ refused, status })
  expect(String(answer!['detail']).length).toBeGreaterThan(10)
  expect(sizeOfLog()).toBe(before)
})

test('an id reused with other content is refused and the first one stands', async () => {
  const decision = aSiteDecision()
  await answerTo(decision)
  const [answer] = await answerTo({ ...decision, choices: { analytics: false, marketing: true } })
  expect(answer).toMatchObject({ id: decision.id, refused: 'id-reused', status: 409 })
  expect(app.ledger.store.entryById(SITE, decision.id)?.entry).toMatchObject({ choices: decision.choices })
})

test('with duplicate keys the last one counts, for what is stored and for what is hashed alike', async () => {
  const decision = aSiteDecision()
  const body = JSON.stringify({ decisions: [decision] }).replace(
    '"analytics":true',
    '"analytics":true,"analytics":false',
  )
  const response = await app.request(PATH, { method: 'POST', headers: page, body })
  expect(response.status).toBe(200)
  expect(app.ledger.store.entryById(SITE, decision.id)?.entry).toMatchObject({
    choices: { analytics: false, marketing: true },
  })
})

test.each([
  ['in the decision', (json: string) => json.replace('"type"', '"__proto__":{"gpc":true},"type"')],
  ['among the choices', (json: string) => json.replace('"analytics"', '"__proto__":true,"analytics"')],
])('__proto__ %s is refused, not passed over', async (_, spoil) => {
  const body = spoil(JSON.stringify({ decisions: [aSiteDecision()] }))
  const response = await app.request(PATH, { method: 'POST', headers: page, body })
  expect(await response.json()).toMatchObject({ entries: [{ refused: 'malformed' }] })
})

test('huge numbers and deep nesting are malformed decisions, not faults', async () => {
  const huge = JSON.stringify({ decisions: [aSiteDecision()] }).replace(
    /"decidedAt":\d+/,
    '"decidedAt":1e999',
  )
  const deep = `{"decisions":[${'['.repeat(15_000)}${']'.repeat(15_000)}]}`
  for (const body of [huge, deep]) {
    const response = await app.request(PATH, { method: 'POST', headers: page, body })
    expect(await response.json()).toMatchObject({ entries: [{ refused: 'malformed' }] })
  }
  expect(app.lines.filter(line => line.level !== 'info')).toEqual([])
})

test.each([10, -10])(
  'a browser clock %i years off is recorded with our time beside it, and grants nothing it cannot',
  async years => {
    const decidedAt = TEST_TIME + years * 365 * 86_400_000
    const decision = aSiteDecision({ decidedAt, secret: aSecret(77) })
    const [answer] = await answerTo(decision)
    expect(answer).toMatchObject({ receivedAt: new Date(TEST_TIME).toISOString() })
    expect(app.ledger.store.entryById(SITE, decision.id)?.entry).toMatchObject({
      decidedAt,
      receivedAt: TEST_TIME,
    })
    const standing = app.ledger.store.subject(SITE, subjectOf(SITE, aSecret(77)))!.standing
    expect(isGranted(standing['analytics'])).toBe(false)
  },
)

test('a decision made under an older publication is bound to what was shown', async () => {
  const older = aSiteDecision()
  await publishSite(app.ledger, SITE, {
    configuration: Buffer.from(TEST_CONFIGURATION.toString().replace('["en","de"]', '["en"]')),
  })
  const [answer] = await answerTo(older)
  expect(answer).toMatchObject({ duplicate: false })
})

test("the subject sent along must be the secret's own, or the whole batch is refused", async () => {
  const before = sizeOfLog()
  const own = aSiteDecision({ subject: subjectOf(SITE, aSecret()) })
  const forged = aSiteDecision({ subject: subjectOf(SITE, aSecret(2)) })
  const without = {
    ...aSiteDecision({ choices: { analytics: false, marketing: false } }),
    subject: 'c'.repeat(44),
  }
  const secretless = Object.fromEntries(Object.entries(without).filter(([key]) => key !== 'secret'))
  for (const batch of [[forged], [own, forged], [secretless]]) {
    const response = await app.post(batch)
    expect(response.status).toBe(403)
    expect(await slugOf(response)).toBe('forged-subject')
  }
  expect(sizeOfLog()).toBe(before)
  expect(await answerTo(own)).toMatchObject([{ duplicate: false }])
})

test.each<[what: string, init: RequestInit, status: number, slug: string]>([
  ['no origin', { headers: { 'Content-Type': 'text/plain' }, body: '{}' }, 403, 'origin-missing'],
  [
    'an origin of somebody else',
    { headers: { ...page, Origin: 'https://other.example' }, body: '{}' },
    403,
    'origin-not-allowed',
  ],
  ['an opaque origin', { headers: { ...page, Origin: 'null' }, body: '{}' }, 403, 'origin-not-allowed'],
  [
    'a form',
    { headers: { ...page, 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'a=b' },
    415,
    'unsupported-type',
  ],
  ['no JSON', { headers: page, body: 'decisions=1' }, 400, 'not-json'],
  ['bytes that are no UTF-8', { headers: page, body: new Uint8Array([0x22, 0xff, 0x22]) }, 400, 'not-json'],
  ['an empty body', { headers: page, body: '' }, 400, 'not-json'],
  ['JSON of another shape', { headers: page, body: '[]' }, 400, 'not-a-batch'],
  ['an empty batch', { headers: page, body: '{"decisions":[]}' }, 400, 'not-a-batch'],
  [
    'a batch with something beside it',
    { headers: page, body: '{"decisions":[1],"a":1}' },
    400,
    'not-a-batch',
  ],
  [
    '10,000 decisions',
    { headers: page, body: JSON.stringify({ decisions: Array.from({ length: 10_000 }, () => 1) }) },
    413,
    'too-many-decisions',
  ],
  [
    '65 decisions',
    { headers: page, body: JSON.stringify({ decisions: Array.from({ length: 65 }, () => 1) }) },
    413,
    'too-many-decisions',
  ],
  [
    '1 MB',
    { headers: { ...page, 'Content-Length': '1000000' }, body: 'x'.repeat(1_000_000) },
    413,
    'body-too-large',
  ],
  [
    '1 MB of unknown length',
    { headers: page, body: new Blob(['x'.repeat(1_000_000)]).stream(), duplex: 'half' } as RequestInit,
    413,
    'body-too-large',
  ],
])('%s is refused as a whole with one clear answer', async (_, init, status, slug) => {
  const before = sizeOfLog()
  const response = await app.request(PATH, { method: 'POST', ...init })
  expect(response.status).toBe(status)
  expect(await slugOf(response)).toBe(slug)
  expect(sizeOfLog()).toBe(before)
})

test('a body of exactly 64 KiB is read, one byte more is not', async () => {
  const fill = (size: number) => {
    const start = JSON.stringify({ decisions: [aSiteDecision()] })
    return start + ' '.repeat(size - start.length)
  }
  for (const [size, status] of [
    [65_536, 200],
    [65_537, 413],
  ] as const)
    for (const length of [{}, { 'Content-Length': String(size) }]) {
      const response = await app.request(PATH, {
        method: 'POST',
        headers: { ...page, ...length },
        body: fill(size),
      })
      expect(response.status).toBe(status)
    }
})

test('an entry would be longer than 65,535 bytes: it is told so, and the next is taken', async () => {
  // As many as still fit a body: the entry has a few bytes more.
  const bodyOf = (decision: object) => JSON.stringify({ decisions: [decision] })
  const perChoice = '"":false,'.length + 64
  const room = 65_536 - bodyOf(aRefusal({ choices: {} })).length
  const purposes = Array.from({ length: Math.floor(room / perChoice) }, (_, n) => ({
    id: String(n).padStart(64, 'x'),
    kind: 'analytics',
  }))
  const configuration = aConfiguration(SITE, { purposes, languages: ['en', 'de'], origins: [ORIGIN] })
  await publishSite(app.ledger, SITE, { configuration })
  const choices = Object.fromEntries(purposes.map(({ id }) => [id, false]))
  const long = aRefusal({ configuration: contentHash(configuration), choices })
  expect(bodyOf(long).length).toBeLessThanOrEqual(65_536)
  const before = sizeOfLog()
  expect(await answerTo(long)).toMatchObject([
    {
      refused: 'entry-too-large',
      status: 413,
      detail: expect.stringContaining('at most 65535 bytes') as string,
    },
  ])
  expect(sizeOfLog()).toBe(before)
  expect(await answerTo(aSiteDecision())).toMatchObject([{ index: before, duplicate: false }])
})

test('an unknown site is refused before anything else is looked at', async () => {
  const response = await app.request('/v1/sites/nowhere/decisions', { method: 'POST', body: 'x'.repeat(9) })
  expect(response.status).toBe(404)
  expect(await slugOf(response)).toBe('unknown-site')
})

test('an origin that is refused is in the log once an hour, and nothing a stranger makes up', async () => {
  const refused = () => app.lines.filter(({ event }) => event === 'origin refused')
  const from = async (Origin: string) =>
    expect((await app.post([aSiteDecision()], { Origin })).status).toBe(403)
  await from('https://harbor.example')
  const { detail } = (await (
    await app.post([aSiteDecision()], { Origin: 'https://harbor.example' })
  ).json()) as Problem
  expect(detail).toContain('"https://harbor.example"')
  const odd = await app.post([aSiteDecision()], { Origin: 'https://a.example/<b>' })
  expect(await odd.text()).not.toContain('a.example')
  expect(refused()).toEqual([
    {
      level: 'warn',
      event: 'origin refused',
      site: SITE,
      origin: 'https://harbor.example',
      do: expect.stringContaining('"origins"'),
    },
  ])
  for (const odd of ['null', 'robin@mail.example', 'https://a.example/robin', `https://${'a'.repeat(300)}`])
    // oxlint-disable-next-line no-await-in-loop
    await from(odd)
  expect(refused()).toHaveLength(1)
  for (let n = 0; n < 40; n++)
    // oxlint-disable-next-line no-await-in-loop
    await from(`https://made-up-${n}.example`)
  expect(refused()).toHaveLength(20)
  app.ledger.advance(3_600_000)
  await from('https://harbor.example')
  expect(refused()).toHaveLength(21)
})

test('an origin that a new publication takes out may write no more', async () => {
  await publishSite(app.ledger, SITE, {
    configuration: Buffer.from(TEST_CONFIGURATION.toString().replace('www.harbor', 'shop.harbor')),
  })
  expect((await app.post([aSiteDecision()])).status).toBe(403)
  const moved = await app.post([aSiteDecision()], { Origin: 'https://shop.harbor.example' })
  expect(moved.status).toBe(200)
})
