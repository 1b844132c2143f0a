import { afterEach, beforeEach, expect, test } from 'vitest'
import { trustedKeys } from '../../shared/receipt/trusted-keys.ts'
import { verifyReceipt } from '../../shared/receipt/verify.ts'
import { appendDecisions } from '../../server/ledger/append.ts'
import { subjectOf } from '../../server/subjects/subject.ts'
import { aSiteDecision, createTestApp, SITE, type TestApp } from '../support/app.ts'
import { aSecret } from '../support/decisions.ts'
import { TEST_TIME } from '../support/ledger.ts'

let app: TestApp
beforeEach(async () => {
  app = await createTestApp()
})
afterEach(() => app.remove())

const holder = (secret: string) => ({ headers: { Authorization: `Assent ${secret}` } })
const receiptOf = (id: string, init?: RequestInit) => app.request(`/v1/sites/${SITE}/receipts/${id}`, init)
const refused = { choices: { analytics: false, marketing: false } }

function withoutSecret(): Record<string, unknown> & { id: string } {
  const { secret: _, ...decision } = aSiteDecision(refused)
  return decision
}

test('the holder of the secret gets a receipt that holds offline', async () => {
  const decision = aSiteDecision()
  await app.post([decision])
  const response = await receiptOf(decision.id, holder(aSecret()))
  expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toBe('no-store')
  const keys = trustedKeys(app.ledger.signer(SITE).vkey)!
  const verdict = await verifyReceipt(await response.json(), { keys })
  expect(verdict).toMatchObject({ ok: true, entry: { id: decision.id, choices: decision.choices } })
})

test.each<[what: string, init: RequestInit, status: number, slug: string]>([
  ['no secret', {}, 401, 'secret-missing'],
  ['a secret of another kind', { headers: { Authorization: 'Bearer abc' } }, 401, 'secret-missing'],
  ["another browser's secret", holder(aSecret(2)), 403, 'secret-wrong'],
])('%s opens no receipt', async (_, init, status, slug) => {
  const decision = aSiteDecision()
  await app.post([decision])
  const response = await receiptOf(decision.id, init)
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ type: `urn:assent:problem:${slug}` })
})

test('a receipt without a subject is open for ten minutes, and says so afterwards', async () => {
  const decision = withoutSecret()
  await app.post([decision])
  expect((await receiptOf(decision.id)).status).toBe(200)
  app.ledger.advance(10 * 60_000)
  expect((await receiptOf(decision.id)).status).toBe(200)
  app.ledger.advance(1)
  const late = await receiptOf(decision.id)
  expect(late.status).toBe(404)
  expect(await late.json()).toMatchObject({
    type: 'urn:assent:problem:receipt-closed',
    detail: expect.stringContaining('ten minutes'),
  })
})

test('an unknown number, and the number of what is no decision, are 404', async () => {
  const publication = app.ledger.store.entry(SITE, app.ledger.store.current(SITE)!.index)!.entry.id
  for (const id of [
    '01980000-0000-7000-8000-000000000000',
    encodeURIComponent(publication),
    '%2fetc%2fpasswd',
  ])
    expect((await receiptOf(id, holder(aSecret()))).status).toBe(404)
})

test('the history is the own one, newest first, with times people can read', async () => {
  const first = aSiteDecision()
  const second = aSiteDecision({ ...refused, type: 'withdrawal', decidedAt: TEST_TIME - 500 })
  await app.post([first])
  await app.post([aSiteDecision({ secret: aSecret(2) })])
  await app.post([second])
  const response = await app.request(`/v1/sites/${SITE}/decisions`, holder(aSecret()))
  const history = (await response.json()) as { subject: string; entries: unknown[]; standing: unknown }
  expect(history.subject).toBe(subjectOf(SITE, aSecret()))
  expect(history.entries).toMatchObject([
    {
      id: second.id,
      type: 'withdrawal',
      decidedAt: '2026-11-22T07:59:59.500Z',
      receivedAt: '2026-11-22T08:00:00.000Z',
    },
    { id: first.id, type: 'decision', decidedAt: '2026-11-22T07:59:59.000Z' },
  ])
  expect(history.standing).toMatchObject({
    analytics: { state: 'withdrawn' },
    marketing: { state: 'withdrawn' },
  })
})

test('the history of another moment: what counted then, and what was known then', async () => {
  const first = aSiteDecision({ decidedAt: TEST_TIME })
  await app.post([first])
  app.ledger.advance(2 * 3_600_000)
  await app.post([aSiteDecision({ ...refused, type: 'withdrawal', decidedAt: TEST_TIME + 60_000 })])
  app.ledger.advance(3_600_000)
  const ask = async (query: string) =>
    (await app.request(`/v1/sites/${SITE}/decisions?${query}`, holder(aSecret()))).json()
  expect(await ask('asOf=2026-11-22T09:00:00Z')).toMatchObject({
    entries: [{ type: 'withdrawal' }, { id: first.id }],
    standing: { analytics: { state: 'withdrawn' } },
    asOf: '2026-11-22T09:00:00.000Z',
  })
  expect(await ask('knownAsOf=2026-11-22T09:00:00Z')).toMatchObject({
    entries: [{ id: first.id }],
    standing: { analytics: { state: 'given' } },
    known: { asOf: '2026-11-22T09:00:00.000Z' },
  })
  expect(await ask('asOf=2026-11-22T07:00:00Z')).toMatchObject({ entries: [], standing: {} })
})

test.each([
  'asOf=today',
  'knownAsof=2026-11-22T09:00:00Z',
  'asOf=2026-11-22T09:00:00Z&at=2026-11-22T09:00:00Z',
])('a question about a moment that is none is refused: %s', async query => {
  const answer = await app.request(`/v1/sites/${SITE}/decisions?${query}`, holder(aSecret()))
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ type: 'urn:assent:problem:invalid-query' })
})

test('a secret nobody decided with has an empty history, and no secret has none at all', async () => {
  const nobody = await app.request(`/v1/sites/${SITE}/decisions`, holder(aSecret(9)))
  expect(await nobody.json()).toMatchObject({ standing: {}, entries: [] })
  const none = await app.request(`/v1/sites/${SITE}/decisions`)
  expect(none.status).toBe(401)
  expect(none.headers.get('www-authenticate')).toBe('Assent')
})

test('a past of more than a thousand entries is not looked through for a stranger; the present is', async () => {
  const secret = aSecret(7)
  for (let n = 0; n < 1_001; n += 91)
    // oxlint-disable-next-line no-await-in-loop -- in the order of the log
    await appendDecisions(
      app.ledger,
      SITE,
      Array.from({ length: 91 }, () => aSiteDecision({ secret })),
    )
  const ask = (query: string) => app.request(`/v1/sites/${SITE}/decisions${query}`, holder(secret))
  const past = await ask('?asOf=2026-11-01T00:00:00Z')
  expect(past.status).toBe(422)
  expect(await past.json()).toMatchObject({ type: 'urn:assent:problem:history-too-long' })
  const now = (await (await ask('')).json()) as { entries: unknown[] }
  expect(now.entries).toHaveLength(1_000)
})
