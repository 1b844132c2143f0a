import { afterEach, beforeEach, expect, test } from 'vitest'
import { trustedKeys } from '../../shared/receipt/trusted-keys.ts'
import { verifyReceipt } from '../../shared/receipt/verify.ts'
import { subjectOf } from '../../server/subjects/subject.ts'
import { aSiteDecision, createTestApp, ORIGIN, SITE, type TestApp } from '../support/app.ts'
import { aSecret } from '../support/decisions.ts'
import { anOptIn, MAIL, PHONE, publishPrograms } from '../support/marketing.ts'
import { findingsIn } from '../support/verify.ts'

let app: TestApp
beforeEach(async () => {
  app = await createTestApp()
  await publishPrograms(app.ledger)
})
afterEach(() => app.remove())

const size = () => app.ledger.store.log(SITE).size
const erase = (
  body: unknown,
  key: string | undefined = app.key('erase'),
  path = `/v1/sites/${SITE}/erasures`,
) =>
  app.request(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(key && { Authorization: `Bearer ${key}` }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const optIn = (changes: Parameters<typeof anOptIn>[0] = {}) =>
  app.request(`/v1/sites/${SITE}/opt-ins`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain', Origin: ORIGIN },
    body: JSON.stringify({ optIns: [anOptIn(changes)] }),
  })
const status = async (address = PHONE) => {
  const query = new URLSearchParams({ channel: 'sms', address, program: 'offers' })
  const response = await app.request(`/v1/sites/${SITE}/status?${query}`, {
    headers: { Authorization: `Bearer ${app.key('status')}` },
  })
  return response.json()
}

test('an address is erased, in any spelling, and the answer is the proof of it', async () => {
  await optIn()
  const answer = (await (await erase({ channel: 'sms', address: '(202) 555-0123' })).json()) as Record<
    string,
    unknown
  >
  expect(answer).toMatchObject({ erased: true, index: size() - 1, parts: 1, duplicate: false, settled: true })
  expect(
    await verifyReceipt(answer['certificate'], { keys: trustedKeys(app.ledger.signer(SITE).vkey)! }),
  ).toMatchObject({
    ok: true,
    entry: { type: 'erasure', reason: 'request', subject: answer['subject'] },
  })
  expect(await status()).toMatchObject({ decision: 'block', reason: 'erased' })
  expect(findingsIn(app.ledger)).toEqual([])
})

test('whoever holds the key is told what was known: somebody, nobody, or somebody who was erased', async () => {
  await optIn()
  const ask = async () => (await erase({ channel: 'sms', address: PHONE, reason: 'objection' })).json()
  const before = size()
  expect(await (await erase({ channel: 'email', address: MAIL })).json()).toEqual({ erased: false })
  expect(await (await erase({ subject: 'ab'.repeat(22) })).json()).toEqual({ erased: false })
  const done = (await ask()) as { subject: string; id: string }
  expect(await ask()).toEqual({ erased: false, suppressedAt: new Date(app.ledger.now()).toISOString() })
  expect(await (await erase({ subject: done.subject })).json()).toMatchObject({
    erased: true,
    duplicate: true,
    id: done.id,
  })
  expect(size()).toBe(before + 1)
})

test('a browser’s subject is erased; what its holder still sees says so', async () => {
  const secret = aSecret(3)
  await publishPrograms(app.ledger)
  const { configuration } = app.ledger.store.current(SITE)!
  await app.post([aSiteDecision({ secret, configuration })])
  const subject = subjectOf(SITE, secret)
  expect(await (await erase({ subject })).json()).toMatchObject({ erased: true, parts: 0 })
  const history = await app.request(`/v1/sites/${SITE}/decisions`, {
    headers: { Authorization: `Assent ${secret}` },
  })
  expect(await history.json()).toMatchObject({
    erasedAt: new Date(app.ledger.now()).toISOString(),
    entries: [{ method: 'banner' }],
    standing: { analytics: { state: 'withdrawn' } },
  })
})

test('a stranger learns nothing: every refusal is the same for an address that is known and one that is not', async () => {
  await optIn()
  const before = size()
  const refusals = [
    [undefined, 401],
    ['assent_harbor_000000000000_x', 401],
    [app.key('status', 'withdraw'), 403],
  ] as const
  for (const [key, code] of refusals) {
    const answers = await Promise.all(
      [PHONE, '+12025550188'].map(async address => {
        const response = await erase({ channel: 'sms', address }, key ?? '')
        return { code: response.status, headers: [...response.headers], body: await response.text() }
      }),
    )
    expect(answers[0]!.code).toBe(code)
    expect(answers[0]).toEqual(answers[1])
  }
  // No page of the site may do it, whoever sends it there.
  const page = await app.request(`/v1/sites/${SITE}/erasures`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain', Origin: ORIGIN },
    body: JSON.stringify({ channel: 'sms', address: PHONE }),
  })
  expect(page.status).toBe(401)
  expect((await erase({ channel: 'sms', address: PHONE }, undefined, '/v1/sites/quay/erasures')).status).toBe(
    403,
  )
  expect(size()).toBe(before)
})

test.each<[string, unknown, string]>([
  ['no JSON', '{', 'not-json'],
  ['nobody', {}, 'not-an-erasure'],
  ['both', { channel: 'sms', address: PHONE, subject: 'ab'.repeat(22) }, 'not-an-erasure'],
  ['an address without its channel', { address: PHONE }, 'not-an-erasure'],
  ['what is no address', { channel: 'sms', address: 'call me' }, 'not-an-erasure'],
  ['what is no subject', { subject: '../../etc' }, 'not-an-erasure'],
  ['a reason of their own', { channel: 'sms', address: PHONE, reason: 'Robin asked' }, 'not-an-erasure'],
  ['a list', [{ channel: 'sms', address: PHONE }], 'not-an-erasure'],
])('%s is refused with what to send', async (_, body, slug) => {
  await optIn()
  const before = size()
  const response = await erase(body)
  expect(await response.json()).toMatchObject({ type: `urn:assent:problem:${slug}`, status: 400 })
  expect(size()).toBe(before)
})

test('too many from one network are held off', async () => {
  await app.remove()
  app = await createTestApp({ limits: { perMinute: 60, burst: 2, sitePerHour: 100 } })
  await publishPrograms(app.ledger)
  const key = app.key('erase')
  const codes: number[] = []
  for (let n = 0; n < 3; n++) codes.push((await erase({ channel: 'email', address: MAIL }, key)).status)
  expect(codes).toEqual([200, 200, 429])
})

test('a log that must not grow takes none', async () => {
  await app.remove()
  app = await createTestApp({ suspended: new Set([SITE]) })
  expect((await erase({ channel: 'email', address: MAIL })).status).toBe(503)
})
