import { afterEach, beforeEach, expect, test } from 'vitest'
import { openedPart } from '../../server/ledger/receipt.ts'
import { createTestApp, ORIGIN, SITE, type TestApp } from '../support/app.ts'
import { filesOf } from '../support/byte-search.ts'
import { aDecisionId } from '../support/decisions.ts'
import { TEST_TIME } from '../support/ledger.ts'
import { anOptIn, PHONE, publishPrograms } from '../support/marketing.ts'
import { findingsIn } from '../support/verify.ts'

const DAY = 86_400_000
let app: TestApp
beforeEach(async () => {
  app = await createTestApp()
  await publishPrograms(app.ledger)
})
afterEach(async () => {
  const [fault] = findingsIn(app.ledger)
  if (fault) throw new Error(`verify finds ${JSON.stringify(fault)}`)
  await app.remove()
})

const size = () => app.ledger.store.size(SITE)
const time = (moment: number) => new Date(moment).toISOString()
const aLetter = (changes: object = {}) => ({
  channel: 'sms',
  address: '(202) 555-0123',
  decidedAt: time(TEST_TIME),
  told: 'letter',
  ...changes,
})
const revoke = (body: unknown, key: string | undefined = app.key('record')) =>
  app.request(`/v1/sites/${SITE}/revocations`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(key && { Authorization: `Bearer ${key}` }) },
    body: JSON.stringify(body),
  })
const optIn = (changes: Parameters<typeof anOptIn>[0] = {}) =>
  app.request(`/v1/sites/${SITE}/opt-ins`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain', Origin: ORIGIN },
    body: JSON.stringify({ optIns: [anOptIn(changes)] }),
  })
const status = async (moments: Record<string, string> = {}) => {
  const query = new URLSearchParams({ channel: 'sms', address: PHONE, program: 'offers', ...moments })
  const response = await app.request(`/v1/sites/${SITE}/status?${query}`, {
    headers: { Authorization: `Bearer ${app.key('status')}` },
  })
  return response.json()
}

test('a letter recorded ten days late gives both truths: what was so, and what was known', async () => {
  await optIn({ decidedAt: TEST_TIME })
  app.ledger.advance(3 * DAY)
  const written = time(app.ledger.now())
  app.ledger.advance(2 * DAY)
  const sent = time(app.ledger.now())
  expect(await status()).toMatchObject({ decision: 'send' })
  app.ledger.advance(8 * DAY)
  const answer = await (await revoke(aLetter({ decidedAt: written, reference: 'L-2026-17' }))).json()
  expect(answer).toMatchObject({ index: size() - 1, duplicate: false, receivedAt: time(app.ledger.now()) })

  const withdrawn = { decision: 'block', reason: 'withdrawn' }
  expect(await status()).toMatchObject(withdrawn)
  // The message that went out in between: it was sent after the letter, by what was known then it was allowed.
  expect(await status({ asOf: sent })).toMatchObject(withdrawn)
  expect(await status({ asOf: sent, knownAsOf: sent })).toMatchObject({
    decision: 'send',
    reason: 'ok_express',
  })
  expect(await status({ asOf: time(Date.parse(written) - 1) })).toMatchObject({ decision: 'send' })
})

test('who recorded it and how they were told is in the entry; the note is sealed', async () => {
  await optIn()
  await revoke(aLetter({ told: 'phone', reference: 'called about parcel 4711', program: 'offers' }))
  const { entry } = app.ledger.store.entry(SITE, size() - 1)!
  expect(entry).toMatchObject({
    type: 'opt-out',
    method: 'staff',
    told: 'phone',
    program: 'offers',
    decidedAt: TEST_TIME,
    actor: expect.stringMatching(/^key:[0-9a-f]{12}$/) as string,
  })
  expect(openedPart(app.ledger, entry, size() - 1)).toMatchObject({
    fields: { reference: 'called about parcel 4711' },
  })
  expect(filesOf(app.ledger.folder).filter(({ bytes }) => bytes.includes('parcel 4711'))).toEqual([])
})

test('sent again with its id it is one entry; without an id each is its own', async () => {
  const before = size()
  const letter = aLetter({ id: aDecisionId() })
  await revoke(letter)
  app.ledger.advance(1_000)
  expect(await (await revoke(letter)).json()).toMatchObject({ duplicate: true })
  expect(size()).toBe(before + 1)
  await revoke(aLetter())
  await revoke(aLetter())
  expect(size()).toBe(before + 3)
})

test.each<[string, object, string]>([
  ['a time to come', { decidedAt: time(TEST_TIME + DAY) }, 'still to come'],
  ['a time without its zone', { decidedAt: '2026-11-20T10:00:00' }, 'decidedAt'],
  ['a way nobody knows', { told: 'telegram' }, 'told'],
  ['no address', { address: undefined }, 'address'],
  ['what is no address', { address: 'the man with the dog' }, '"address"'],
  ['a program the site has not', { program: 'unknown' }, 'no program'],
  ['a misspelt field', { programme: 'offers' }, 'programme'],
])('%s is refused, with what to correct', async (_, changes, words) => {
  const before = size()
  const response = await revoke(aLetter(changes))
  expect(response.status).toBe(400)
  const { type, detail } = (await response.json()) as { type: string; detail: string }
  expect(type).toBe('urn:assent:problem:not-a-revocation')
  expect(detail).toContain(words)
  expect(size()).toBe(before)
})

test('it takes a key that may record', async () => {
  expect((await revoke(aLetter(), '')).status).toBe(401)
  expect((await revoke(aLetter(), app.key('status', 'withdraw', 'erase'))).status).toBe(403)
})
