import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OptInEntry } from '../../shared/domain/entry.ts'
import { subjectOf } from '../../server/subjects/subject.ts'
import { createTestApp, ORIGIN, SITE, type TestApp } from '../support/app.ts'
import { aSecret } from '../support/decisions.ts'
import { anOptIn, anOptOut, MAIL, PHONE, publishPrograms } from '../support/marketing.ts'

let app: TestApp
beforeEach(async () => {
  app = await createTestApp()
  await publishPrograms(app.ledger)
})
afterEach(() => app.remove())

const page = { 'Content-Type': 'text/plain;charset=UTF-8', Origin: ORIGIN }
const post = (path: string, body: unknown, headers: Record<string, string> = page) =>
  app.request(`/v1/sites/${SITE}/${path}`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const optIn = (...optIns: unknown[]) => post('opt-ins', { optIns })
const optOut = (...optOuts: unknown[]) => post('opt-outs', { optOuts })
const entriesOf = async (answer: Response) =>
  ((await answer.json()) as { entries: Record<string, unknown>[] }).entries
const size = (): number => app.ledger.store.log(SITE).size

const ask = (query: Record<string, string>, key = app.key('status')) =>
  app.request(`/v1/sites/${SITE}/status?${new URLSearchParams(query).toString()}`, {
    headers: { Authorization: `Bearer ${key}` },
  })
const OFFERS = { channel: 'sms', program: 'offers', address: PHONE }

test('a form posts its ticked boxes; the marketer is told, the entry and the sealed row agree', async () => {
  const sent = anOptIn()
  const answer = await optIn(sent)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const [entry] = await entriesOf(answer)
  expect(entry).toEqual({
    id: sent.id,
    index: size() - 1,
    duplicate: false,
    receivedAt: '2026-11-22T08:00:00.000Z',
    confirmation: 'single',
  })
  const status = await ask(OFFERS)
  expect(await status.json()).toEqual({
    decision: 'send',
    reason: 'ok_express',
    entry: { id: sent.id, index: size() - 1 },
    consentedAt: '2026-11-22T07:59:59.000Z',
    text: sent.text,
    asOf: '2026-11-22T08:00:00.000Z',
  })
  const { subject } = app.ledger.store.entry(SITE, size() - 1)!.entry as OptInEntry
  expect(app.ledger.keys.hasSubjectKey(SITE, subject)).toBe(true)
})

test('a withdrawal is posted by the page, or by another system with its key', async () => {
  await optIn(anOptIn(), anOptIn({ program: 'adults', ofAge: true }))
  const byPage = anOptOut({ program: 'offers' })
  expect(await entriesOf(await optOut(byPage))).toMatchObject([{ id: byPage.id, duplicate: false }])
  expect(await (await ask(OFFERS)).json()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  const json = { 'Content-Type': 'application/json', Authorization: `Bearer ${app.key('withdraw')}` }
  const byKey = await post('opt-outs', { optOuts: [anOptOut({ method: 'api' })] }, json)
  expect(await entriesOf(byKey)).toMatchObject([{ duplicate: false }])
  expect(await (await ask({ ...OFFERS, program: 'adults' })).json()).toMatchObject({ reason: 'withdrawn' })
})

test('whether an address is known shows in no answer to the page', async () => {
  await optIn(anOptIn())
  const shape = async (answer: Response) =>
    (await entriesOf(answer)).map(entry => JSON.stringify(Object.keys(entry)) + String(entry['duplicate']))
  expect(await shape(await optIn(anOptIn()))).toEqual(
    await shape(await optIn(anOptIn({ address: '+12025550177' }))),
  )
  expect(await shape(await optOut(anOptOut()))).toEqual(
    await shape(await optOut(anOptOut({ address: '+12025550166' }))),
  )
})

describe('one bad item is refused beside the others', () => {
  test.each<[string, Record<string, unknown>, string, number, string]>([
    ['without the words it was shown', { text: undefined }, 'malformed', 422, 'Correct text: is missing'],
    ['without an address', { address: undefined }, 'malformed', 422, 'Correct address: is missing'],
    ['with a hash never published', { text: 'a'.repeat(64) }, 'unknown-text', 422, 'never published'],
    ['with no telephone number', { address: 'call me' }, 'invalid-address', 422, 'no telephone number'],
    ['with an address in the wrong field', { address: MAIL }, 'invalid-address', 422, 'in its own field'],
    [
      'by a minor',
      { program: 'adults', text: anOptIn({ program: 'adults' }).text },
      'minor',
      422,
      '18 or older',
    ],
    ['by somebody who says not to be of age', { ofAge: false }, 'malformed', 422, 'Correct ofAge'],
    ['on a channel there is not', { channel: 'fax' }, 'malformed', 422, 'must be one of email, sms'],
    ['with half a character', { address: '+12025550123\ud800' }, 'malformed', 422, 'half a character'],
    ['with a field that is none', { subject: 'a' }, 'malformed', 422, 'subject'],
    ['on another basis than consent', { basis: 'contract' }, 'malformed', 422, 'Correct basis'],
    ['by a method of opt-outs', { method: 'api' }, 'malformed', 422, 'Correct method'],
  ])('%s', async (_what, changes, refused, status, detail) => {
    const before = size()
    const [bad, good] = await entriesOf(await optIn({ ...anOptIn(), ...changes }, anOptIn()))
    expect(bad).toMatchObject({ refused, status, detail: expect.stringContaining(detail) as string })
    expect(good).toHaveProperty('index', before)
    expect(size()).toBe(before + 1)
  })

  test('an opt-out that says where it was made, and was not', async () => {
    expect(
      await entriesOf(await optOut(anOptOut({ method: 'api' }), anOptOut({ address: 'x' }))),
    ).toMatchObject([
      { refused: 'malformed', detail: expect.stringContaining('"form" or "page"') as string },
      { refused: 'invalid-address' },
    ])
  })

  test('the same id again, said of something else', async () => {
    const sent = anOptIn()
    await optIn(sent)
    expect(await entriesOf(await optIn({ ...sent, address: '+12025550124' }, sent))).toMatchObject([
      { refused: 'id-reused', status: 409 },
      { duplicate: true },
    ])
  })
})

describe('a whole request is refused', () => {
  const json = { 'Content-Type': 'application/json' }
  test.each<[string, string, unknown, Record<string, string>, number, string]>([
    [
      'opt-ins of another origin',
      'opt-ins',
      {},
      { ...page, Origin: 'https://evil.example' },
      403,
      'origin-not-allowed',
    ],
    ['opt-ins of no origin', 'opt-ins', {}, json, 403, 'origin-missing'],
    [
      'opt-outs of another origin',
      'opt-outs',
      {},
      { ...page, Origin: 'https://evil.example' },
      403,
      'origin-not-allowed',
    ],
    ['opt-outs of no origin and no key', 'opt-outs', {}, json, 401, 'key-missing'],
    ['no opt-in at all', 'opt-ins', { optIns: [] }, page, 400, 'not-a-batch'],
    [
      'more boxes than a form has',
      'opt-ins',
      { optIns: Array.from({ length: 11 }, () => ({})) },
      page,
      400,
      'not-a-batch',
    ],
    ['opt-outs as opt-ins', 'opt-ins', { optOuts: [{}] }, page, 400, 'not-a-batch'],
    ['no JSON', 'opt-ins', '{', page, 400, 'not-json'],
    ['another type', 'opt-outs', 'x=1', { ...page, 'Content-Type': 'text/csv' }, 415, 'unsupported-type'],
    ['too much', 'opt-outs', 'x'.repeat(70_000), page, 413, 'body-too-large'],
  ])('%s', async (_what, path, body, headers, status, slug) => {
    const answer = await post(path, body, headers)
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ type: `urn:assent:problem:${slug}` })
  })

  test('a key without the scope, and a key in a page of another origin', async () => {
    const body = { optOuts: [anOptOut({ method: 'api' })] }
    const status = { ...json, Authorization: `Bearer ${app.key('status')}` }
    expect((await post('opt-outs', body, status)).status).toBe(403)
    const withdraw = {
      ...json,
      Authorization: `Bearer ${app.key('withdraw')}`,
      Origin: 'https://evil.example',
    }
    expect((await post('opt-outs', body, withdraw)).status).toBe(403)
    expect((await ask(OFFERS, app.key('withdraw'))).status).toBe(403)
    expect((await ask(OFFERS, 'nonsense')).status).toBe(401)
  })

  test.each<[Record<string, string>, string]>([
    [{ ...OFFERS, channel: 'fax' }, 'channel='],
    [{ program: 'offers', address: PHONE }, 'channel='],
    [{ channel: 'sms', program: 'offers' }, 'address='],
    [{ channel: 'sms', address: PHONE }, 'program='],
    [{ ...OFFERS, at: 'yesterday' }, 'at='],
    [{ ...OFFERS, at: '2026-11-22' }, 'at='],
    [{ ...OFFERS, at: '2026-02-30T25:00:00Z' }, 'at='],
    [{ ...OFFERS, at: '2026-02-30T10:00:00Z' }, 'at='],
    [{ ...OFFERS, at: '9999-12-31T23:59:59-23:59' }, 'at='],
    [{ ...OFFERS, at: '0000-01-01T00:00:00+23:59' }, 'at='],
    [{ ...OFFERS, asOf: 'yesterday' }, 'asOf='],
    [{ ...OFFERS, knownAsOf: '2026-11-22' }, 'knownAsOf='],
    [{ ...OFFERS, asOf: '' }, 'asOf='],
    [{ ...OFFERS, at: '2026-11-22T08:00:00Z', asOf: '2026-11-22T08:00:00Z' }, 'not with both'],
    [{ ...OFFERS, At: '2026-11-22T08:00:00Z' }, 'each once'],
  ])('a question that is none: %o', async (query, detail) => {
    const answer = await ask(query)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining(detail) as string })
  })
})

test('asOf and knownAsOf ask about another moment, and the answer says by how much of the log', async () => {
  await optIn(anOptIn())
  const size = app.ledger.store.log(SITE).size
  app.ledger.advance(3_600_000)
  const then = await ask({ ...OFFERS, knownAsOf: '2026-11-22T08:00:00Z' })
  expect(await then.json()).toMatchObject({
    decision: 'send',
    asOf: '2026-11-22T08:00:00.000Z',
    known: { asOf: '2026-11-22T08:00:00.000Z', entries: size },
  })
  const before = await ask({ ...OFFERS, knownAsOf: '2026-11-22T07:59:59.999Z' })
  expect(await before.json()).toMatchObject({
    decision: 'block',
    reason: 'never_asked',
    known: { entries: 0 },
  })
  const asOf = await (await ask({ ...OFFERS, asOf: '2026-11-22T08:30:00+00:00' })).json()
  expect(asOf).toMatchObject({ decision: 'send', asOf: '2026-11-22T08:30:00.000Z' })
  expect(asOf).not.toHaveProperty('known')
})

test('a question about two addresses is none: it never gets the answer of one of them', async () => {
  await optIn(anOptIn())
  const headers = { Authorization: `Bearer ${app.key('status')}` }
  const query = new URLSearchParams(OFFERS)
  query.append('address', '+12025550177')
  const answer = await app.request(`/v1/sites/${SITE}/status?${query.toString()}`, { headers })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('each once') as string })
})

test('a + that was not percent-encoded is one all the same, in a number and in a time zone', async () => {
  await optIn(anOptIn())
  const headers = { Authorization: `Bearer ${app.key('status')}` }
  const query = `channel=sms&program=offers&address=${PHONE}&at=2026-11-22T09:00:00+01:00`
  const answer = await app.request(`/v1/sites/${SITE}/status?${query}`, { headers })
  expect(await answer.json()).toMatchObject({ decision: 'send', asOf: '2026-11-22T08:00:00.000Z' })
})

test('ten thousand questions from a key without the scope get one answer, and none of the marketer’s', async () => {
  const key = app.key('withdraw')
  const [first, ...rest] = await Promise.all(
    Array.from({ length: 10_000 }, async (_, i) => {
      const answer = await ask({ ...OFFERS, address: `+1202555${String(i).padStart(4, '0')}` }, key)
      return `${answer.status} ${await answer.text()}`
    }),
  )
  expect(first).toContain('403')
  expect(rest.every(answer => answer === first)).toBe(true)
}, 60_000)

test('no browser’s secret opens what hangs on an address', async () => {
  const sent = anOptIn()
  await optIn(sent)
  const { subject } = app.ledger.store.entry(SITE, size() - 1)!.entry as OptInEntry
  for (const secret of [aSecret(), subject]) {
    const headers = { Authorization: `Assent ${secret}` }
    // oxlint-disable-next-line no-await-in-loop
    expect((await app.request(`/v1/sites/${SITE}/receipts/${sent.id}`, { headers })).status).toBe(404)
    // oxlint-disable-next-line no-await-in-loop
    const history = await app.request(`/v1/sites/${SITE}/decisions`, { headers })
    // oxlint-disable-next-line no-await-in-loop
    expect(await history.json()).toEqual({ subject: subjectOf(SITE, secret), standing: {}, entries: [] })
  }
})

test('nothing of an address is logged, whatever goes wrong', async () => {
  await optIn(anOptIn(), anOptIn({ address: 'call me maybe' }), { ...anOptIn(), text: undefined })
  await ask({ ...OFFERS, at: 'never' })
  const { standingOfAddress } = app.ledger.store
  Object.assign(app.ledger.store, {
    standingOfAddress: () => {
      throw new Error('disk on fire')
    },
  })
  expect((await ask(OFFERS)).status).toBe(500)
  Object.assign(app.ledger.store, { standingOfAddress })
  expect(app.lines.length).toBeGreaterThan(0)
  const logged = JSON.stringify(app.lines)
  for (const part of [PHONE.slice(1), '2025550123', 'call me']) expect(logged).not.toContain(part)
})

describe('a refused form without scripts', () => {
  const browser = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
  const address = `/s/${SITE}/opt-in.offers.en.html`

  test('is a page for whoever reads pages, and a problem for programs, with the same status', async () => {
    const unknown = `/s/${SITE}/opt-in.nothing-here.en.html`
    const read = await app.request(unknown, { headers: browser })
    expect(read.status).toBe(404)
    expect(read.headers.get('content-type')).toBe('text/html; charset=UTF-8')
    expect(read.headers.get('cache-control')).toBe('no-store')
    expect(read.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(read.headers.get('content-language')).toBe('en')
    expect(await read.text()).toMatch(/<h1>There is no such page<\/h1>\s*<p>Check the address[^<{]*<\/p>/)
    const told = await app.request(unknown, { headers: { Accept: '*/*' } })
    expect(told.status).toBe(404)
    expect(await told.json()).toMatchObject({ type: 'urn:assent:problem:unknown-file' })
    const nowhere = await app.request('/s/nowhere/opt-out.en.html', { headers: browser })
    expect([nowhere.status, nowhere.headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8'])
    const closed = await app.request(`/s/${SITE}/opt-in.closed.en.html`, { headers: { Accept: '*/*' } })
    expect(await closed.json()).toMatchObject({ type: 'urn:assent:problem:program-closed' })
    const served = await app.request(address, { headers: browser })
    expect(await served.text()).toBe('opt-in-page offers en one')
  })

  test('says to a browser when it may come again', async () => {
    const limited = await createTestApp({ limits: { perMinute: 1, burst: 1, sitePerHour: 100 } })
    try {
      await publishPrograms(limited.ledger)
      const send = () =>
        limited.request(address, {
          method: 'POST',
          headers: {
            ...browser,
            'Content-Type': 'application/x-www-form-urlencoded',
            Origin: 'http://localhost:8787',
          },
          body: '',
        })
      expect((await send()).status).toBe(200)
      const refused = await send()
      expect(refused.status).toBe(429)
      expect(refused.headers.get('content-type')).toBe('text/html; charset=UTF-8')
      expect(refused.headers.get('retry-after')).toBe('60')
      // The form again; these published bytes have nothing in them to be filled.
      expect(await refused.text()).toBe('opt-in-page offers en one')
    } finally {
      await limited.remove()
    }
  })

  test('names the fault when something failed, and nothing of the inside', async () => {
    Object.assign(app.ledger.store, {
      text: () => {
        throw new Error('<disk on fire>')
      },
    })
    const failed = await app.request(address, { headers: browser })
    expect(failed.status).toBe(500)
    const words = await failed.text()
    expect(words).toMatch(/>urn:uuid:[0-9a-f-]{36}</)
    expect(words).not.toContain('fire')
  })
})

test('opt-ins come under the same limits as decisions, before anything becomes an entry', async () => {
  const limited = await createTestApp({ limits: { perMinute: 1, burst: 3, sitePerHour: 100 } })
  try {
    await publishPrograms(limited.ledger)
    const send = (count: number) =>
      limited.request(`/v1/sites/${SITE}/opt-ins`, {
        method: 'POST',
        headers: page,
        body: JSON.stringify({ optIns: Array.from({ length: count }, () => anOptIn()) }),
      })
    expect((await send(2)).status).toBe(200)
    const before = limited.ledger.store.log(SITE).size
    expect((await send(2)).status).toBe(429)
    expect(limited.ledger.store.log(SITE).size).toBe(before)
  } finally {
    await limited.remove()
  }
})
