import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OptInEntry, RecordedConsentEntry } from '../../shared/domain/entry.ts'
import { collectionPointsAnswer } from '../../shared/schemas/consents.ts'
import { verifyReceipt } from '../../shared/receipt/verify.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import { receiptFor } from '../../server/ledger/receipt.ts'
import { open } from '../../server/subjects/seal.ts'
import { wordsIn } from '../../shared/receipt/shown-words.ts'
import { createTestApp, SITE, type TestApp } from '../support/app.ts'
import { aDecisionId } from '../support/decisions.ts'
import { TEST_TIME } from '../support/ledger.ts'
import { MAIL, PHONE } from '../support/marketing.ts'
import { ownForms, publishOwnForms } from '../support/own-forms.ts'
import { findingsIn } from '../support/verify.ts'

let app: TestApp
let key: string
beforeEach(async () => {
  app = await createTestApp()
  await publishOwnForms(app.ledger)
  key = app.key('record')
})
afterEach(async () => {
  // Whatever was sent, the log and all that follows from it agree.
  const [fault] = findingsIn(app.ledger)
  if (fault) throw new Error(`verify finds ${JSON.stringify(fault)}`)
  await app.remove()
})

const register = async () => {
  const answer = await app.request(`/v1/sites/${SITE}/collection-points`, {
    headers: { Authorization: `Bearer ${key}` },
  })
  return collectionPointsAnswer.parse(await answer.json())
}

type Sent = Record<string, unknown>

/** What a form of the owner's own sends: agreed to on the phone, or in the customer portal. */
async function aConsent(changes: Sent = {}, point = 'help-desk'): Promise<Sent> {
  const { configuration, collectionPoints } = await register()
  return {
    id: aDecisionId(),
    program: 'harbor-offers',
    channel: 'sms',
    address: PHONE,
    decidedAt: TEST_TIME - 60_000,
    configuration,
    text: collectionPoints.find(({ id }) => id === point)!.texts['en']!.text,
    language: 'en',
    collectionPoint: point,
    ofAge: true,
    ...changes,
  }
}

const without = (sent: Sent, ...fields: string[]): Sent =>
  Object.fromEntries(Object.entries(sent).filter(([name]) => !fields.includes(name)))

const post = (body: unknown, bearer = key) =>
  app.request(`/v1/sites/${SITE}/consents`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${bearer}` },
    body: JSON.stringify(body),
  })

const size = (): number => app.ledger.store.size(SITE)
const last = <E>(): E => app.ledger.store.entry(SITE, size() - 1)!.entry as E

async function status(query: Record<string, string> = {}): Promise<Sent> {
  const asked = { channel: 'sms', program: 'harbor-offers', address: PHONE, ...query }
  const answer = await app.request(`/v1/sites/${SITE}/status?${new URLSearchParams(asked).toString()}`, {
    headers: { Authorization: `Bearer ${app.key('status')}` },
  })
  return (await answer.json()) as Sent
}

function sealedOf({ id, subject }: { readonly id: string; readonly subject: string }): unknown {
  const { sealed } = app.ledger.store.privatePart(SITE, size() - 1)!
  return open(app.ledger.keys.openSubjectKey(SITE, subject)!, sealed, { site: SITE, subject, id })
}

/** Nothing was stored, and the answer says why; what it says. */
async function refusedWith(
  body: unknown,
): Promise<{ type: string; status: number; detail: string; missing?: string[]; refused?: string }> {
  const before = size()
  const answer = await post(body)
  expect(size(), 'no row').toBe(before)
  return (await answer.json()) as never
}

describe('the register of collection points', () => {
  test('names every point, its words and their hashes, and what to send along', async () => {
    const { configuration, collectionPoints } = await register()
    expect(app.ledger.store.current(SITE)!.configuration).toBe(configuration)
    expect(collectionPoints.map(({ id }) => id)).toEqual([
      'help-desk',
      'customer-portal',
      'survey',
      'bank-day',
    ])
    const [helpDesk, portal] = collectionPoints
    expect(helpDesk).toMatchObject({ kind: 'phone', programs: { 'harbor-offers': ['sms'] } })
    expect(portal).toMatchObject({
      url: 'http://localhost:8788/services.html',
      programs: { 'harbor-offers': ['email'] },
    })
    for (const { id, texts } of collectionPoints)
      for (const [language, { words, text }] of Object.entries(texts)) {
        expect(ownForms().collectionPoints!.find(point => point.id === id)!.text[language]).toBe(words)
        expect(contentHash(Buffer.from(words))).toBe(text)
        // oxlint-disable-next-line no-await-in-loop
        const kept = await app.request(`/v1/sites/${SITE}/texts/${text}`)
        expect(kept.headers.get('content-type')).toBe('text/plain; charset=utf-8')
        // oxlint-disable-next-line no-await-in-loop
        expect(await kept.text()).toBe(words)
      }
  })

  test('opens with a key that may record, and with no other', async () => {
    for (const bearer of [app.key('status', 'withdraw', 'erase'), 'none']) {
      // oxlint-disable-next-line no-await-in-loop
      const answer = await app.request(`/v1/sites/${SITE}/collection-points`, {
        headers: { Authorization: `Bearer ${bearer}` },
      })
      expect([401, 403]).toContain(answer.status)
    }
    expect((await post(await aConsent(), app.key('status'))).status).toBe(403)
  })
})

describe('a consent with all its evidence', () => {
  test('is an opt-in like one of our forms, and permits the same', async () => {
    const sent = await aConsent({
      ip: '192.0.2.77',
      userAgent: 'Desk/2.0',
      page: 'https://desk.harborline.example/call?n=7',
    })
    const answer = await post(sent)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({
      id: sent['id'],
      index: size() - 1,
      duplicate: false,
      receivedAt: '2026-11-22T08:00:00.000Z',
      confirmation: 'single',
    })
    const entry = last<OptInEntry>()
    expect(entry).toMatchObject({
      type: 'opt-in',
      method: 'api',
      collectionPoint: 'help-desk',
      text: sent['text'],
      configuration: sent['configuration'],
      language: 'en',
      ofAge: true,
      basis: 'consent',
      purpose: 'service-sms',
    })
    expect(JSON.stringify(entry)).not.toMatch(/2025550123|192\.0\.2|Desk/)
    expect(sealedOf(entry)).toEqual({
      address: PHONE,
      given: PHONE,
      ip: '192.0.2.0/24',
      userAgent: 'Desk/2.0',
      page: 'https://desk.harborline.example/call?n=7',
    })
    // At eight in the morning it is night in Washington, and day in Britain.
    const british = await aConsent({ address: '+447400123456' })
    expect((await post(british)).status).toBe(200)
    expect(await status({ address: '+447400123456' })).toMatchObject({
      decision: 'send',
      reason: 'ok_express',
      text: sent['text'],
    })
  })

  test('has a receipt that holds without this server, and shows the words', async () => {
    const sent = await aConsent()
    await post(sent)
    const receipt = (await receiptFor(app.ledger, SITE, String(sent['id'])))!
    expect(await verifyReceipt(receipt)).toMatchObject({ ok: true })
    const words = receipt.evidence.texts.find(({ kind }) => kind === 'collection')!
    expect(wordsIn(words, false)).toEqual([
      { as: 'paragraph', text: expect.stringContaining('May Harborline IT send you offers') },
    ])
  })

  test('keeps of an IPv6 address its network, and of an IPv4 one inside it the same', async () => {
    await post(await aConsent({ ip: '2001:db8:12:34::1' }))
    expect(sealedOf(last<OptInEntry>())).toMatchObject({ ip: '2001:db8:12::/48' })
    await post(await aConsent({ ip: '::ffff:192.0.2.77' }))
    expect(sealedOf(last<OptInEntry>())).toMatchObject({ ip: '192.0.2.0/24' })
  })

  test('sent twice is one entry, and the id of another is refused', async () => {
    const sent = await aConsent()
    await post(sent)
    const before = size()
    expect(await (await post(sent)).json()).toMatchObject({ duplicate: true })
    expect(size()).toBe(before)
    const answer = await post({ ...sent, program: 'harbor-offers', decidedAt: TEST_TIME - 5 })
    expect(answer.status).toBe(409)
    expect(await answer.json()).toMatchObject({ refused: 'id-reused' })
  })

  test('for a program that confirms is a request until it is confirmed', async () => {
    const answer = await post(await aConsent({ program: 'harbor-research' }, 'survey'))
    expect(await answer.json()).toMatchObject({ confirmation: 'double' })
    expect(await status({ program: 'harbor-research' })).toMatchObject({
      decision: 'hold',
      reason: 'pending_double_optin',
    })
  })

  test('made under words that were replaced since is bound to what was shown', async () => {
    const sent = await aConsent()
    const site = ownForms()
    const [point, ...points] = site.collectionPoints!
    const en = point!.text['en']!.replace('May', 'Would you like')
    await publishOwnForms(app.ledger, {
      ...site,
      collectionPoints: [{ ...point!, text: { ...point!.text, en } }, ...points],
    })
    expect((await post(sent)).status).toBe(200)
    const mixed = { ...(await aConsent()), text: sent['text'] }
    expect(await refusedWith(mixed)).toMatchObject({ status: 422, refused: 'unknown-text' })
  })

  test('arriving after a no that was said later revives nothing', async () => {
    const late = await aConsent()
    await app.request(`/v1/sites/${SITE}/opt-outs`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${app.key('withdraw')}` },
      body: JSON.stringify({
        optOuts: [
          { id: aDecisionId(), channel: 'sms', address: PHONE, decidedAt: TEST_TIME - 30_000, method: 'api' },
        ],
      }),
    })
    expect((await post(late)).status).toBe(200)
    expect(await status()).toMatchObject({ decision: 'block' })
  })
})

describe('incomplete evidence', () => {
  test.each([
    'configuration',
    'text',
    'program',
    'language',
    'collectionPoint',
    'decidedAt',
    'channel',
    'address',
    'id',
  ])('without %s nothing is recorded, and the answer says what is missing', async field => {
    const answer = await refusedWith(without(await aConsent(), field))
    expect(answer).toMatchObject({
      status: 422,
      type: 'urn:assent:problem:evidence-missing',
      refused: 'evidence-missing',
    })
    expect(answer.missing).toContain(field)
    expect(answer.detail).toContain(`Send also ${field} (`)
  })

  test('is told all at once, what is wrong beside it too', async () => {
    const sent = {
      ...without(await aConsent(), 'configuration', 'text', 'ofAge'),
      language: '',
      channel: 'fax',
      more: 1,
    }
    const answer = await refusedWith(sent)
    expect(answer.missing).toEqual(['configuration', 'text', 'language', 'ofAge'])
    expect(answer.detail).toContain('channel must be one of email, sms')
    expect(answer.detail).toContain('"more" is no field here')
    for (const nothing of [{}, [], 'text', null]) {
      // oxlint-disable-next-line no-await-in-loop
      expect((await refusedWith(nothing)).missing).toHaveLength(9)
    }
  })

  test('is a web form without the address of its page', async () => {
    const sent = await aConsent({ channel: 'email', address: MAIL }, 'customer-portal')
    expect((await refusedWith(sent)).missing).toEqual(['page'])
    expect((await post({ ...sent, page: 'https://portal.harborline.example/settings' })).status).toBe(200)
  })

  test('are words that do not tell what a channel needs', async () => {
    const sent = await aConsent({ page: 'https://portal.harborline.example/settings' }, 'customer-portal')
    const answer = await refusedWith(sent)
    expect(answer).toMatchObject({ status: 422, refused: 'evidence-missing' })
    expect(answer.detail).toContain('message and data rates may apply (D4)')
  })

  test.each([
    ['a point that is not registered', { collectionPoint: 'kiosk' }, 'unknown-collection-point'],
    ['a point of another program', { collectionPoint: 'survey' }, 'unknown-collection-point'],
    ['words of another language', { language: 'de' }, 'unknown-text'],
    ['words that were never published', { text: 'a'.repeat(64) }, 'unknown-text'],
    ['a configuration that was never published', { configuration: 'a'.repeat(64) }, 'unknown-configuration'],
    ['a program there is not', { program: 'nothing' }, 'unknown-program'],
    ['a number that is none', { address: '12' }, 'invalid-address'],
    ['a number of a country that is not served', { address: '+33 6 12 34 56 78' }, 'country-not-served'],
  ])('%s', async (_what, changes, refused) => {
    expect(await refusedWith(await aConsent(changes))).toMatchObject({ status: 422, refused })
  })

  test('is not a time to come, which is kept and permits nothing', async () => {
    expect((await post(await aConsent({ decidedAt: TEST_TIME + 86_400_000 }))).status).toBe(200)
    expect(await status()).toMatchObject({ decision: 'block' })
  })
})

test('whoever is too young, or was not asked, is not recorded', async () => {
  expect(await refusedWith(await aConsent({ ofAge: false }))).toMatchObject({ status: 422, refused: 'minor' })
  expect((await refusedWith(without(await aConsent(), 'ofAge'))).missing).toEqual(['ofAge'])
})

test('a consent to share names with whom', async () => {
  const sent = await aConsent({ program: 'partner', channel: 'email', address: MAIL }, 'bank-day')
  expect(await refusedWith(sent)).toMatchObject({ status: 422, missing: ['sharesWith'] })
  expect(await refusedWith({ ...sent, sharesWith: 'Mill Bank' })).toMatchObject({
    status: 422,
    refused: 'evidence-missing',
  })
  expect((await post({ ...sent, sharesWith: 'Quay Bank' })).status).toBe(200)
  expect(last<OptInEntry>()).toMatchObject({ sharesWith: 'Quay Bank' })
  expect(await status({ program: 'partner', channel: 'email', address: MAIL })).toMatchObject({
    decision: 'send',
  })
  expect(await refusedWith(await aConsent({ sharesWith: 'Quay Bank' }))).toMatchObject({
    refused: 'evidence-missing',
  })
})

describe('another basis than consent', () => {
  const purchase = (changes: Sent = {}): Sent => ({
    id: aDecisionId(),
    program: 'harbor-offers',
    channel: 'sms',
    address: PHONE,
    decidedAt: TEST_TIME - 86_400_000,
    basis: 'implied-purchase',
    reason: 'Bought a support contract',
    reference: 'Order 4711',
    ...changes,
  })

  test('needs a stated reason, and says who recorded it', async () => {
    for (const reason of [undefined, '', '  ']) {
      // oxlint-disable-next-line no-await-in-loop
      expect((await refusedWith(purchase({ reason }))).missing).toEqual(['reason'])
    }
    expect((await post(purchase())).status).toBe(200)
    const entry = last<RecordedConsentEntry>()
    expect(entry).toMatchObject({
      type: 'consent-recorded',
      basis: 'implied-purchase',
      evidence: 'full',
      method: 'api',
      actor: expect.stringMatching(/^key:[0-9a-f]{12}$/) as string,
      configuration: app.ledger.store.current(SITE)!.configuration,
    })
    expect(JSON.stringify(entry)).not.toContain('4711')
    expect(sealedOf(entry)).toMatchObject({ reason: 'Bought a support contract', reference: 'Order 4711' })
    // What it permits is the rules' to say, country by country; it is on record.
    expect(await status()).not.toMatchObject({ reason: 'never_asked' })
  })

  test('without anything that shows it is somebody’s word, and permits nothing', async () => {
    await post(without(purchase(), 'reference'))
    expect(last<RecordedConsentEntry>()).toMatchObject({ evidence: 'asserted' })
    expect(await status()).toMatchObject({ decision: 'block', reason: 'evidence_incomplete' })
  })

  test('a soft opt-in offered a way out when the address was collected, and its words show that', async () => {
    const soft = purchase({ basis: 'soft-opt-in' })
    expect((await refusedWith(soft)).missing).toEqual(['optOutOffered'])
    expect(await refusedWith({ ...soft, optOutOffered: false })).toMatchObject({
      status: 422,
      refused: 'malformed',
    })
    expect((await post({ ...soft, optOutOffered: true })).status).toBe(200)
    expect(last<RecordedConsentEntry>()).toMatchObject({ evidence: 'partial' })
    const { text, language, configuration, collectionPoint } = await aConsent()
    const shown = { ...soft, id: aDecisionId(), optOutOffered: true, text }
    expect((await refusedWith(shown)).missing).toEqual(['configuration', 'language', 'collectionPoint'])
    const whole = { ...shown, language, configuration, collectionPoint }
    expect(await refusedWith({ ...whole, language: 'de' })).toMatchObject({ refused: 'unknown-text' })
    expect((await post(whole)).status).toBe(200)
    expect(last<RecordedConsentEntry>()).toMatchObject({ evidence: 'full', text })
    const receipt = await receiptFor(app.ledger, SITE, whole.id)
    expect(await verifyReceipt(receipt)).toMatchObject({ ok: true })
  })

  test.each([
    ['a contract permits no marketing', { basis: 'contract' }],
    ['a purchase permits no sharing', { program: 'partner', channel: 'email', address: MAIL }],
    [
      'nobody opts in softly to messages about an order',
      { program: 'orders', basis: 'soft-opt-in', optOutOffered: true },
    ],
  ])('%s', async (_what, changes) => {
    expect(await refusedWith(purchase(changes))).toMatchObject({ status: 422, refused: 'basis-mismatch' })
  })

  test('a contract is a basis of messages about an order, to which nobody opts in', async () => {
    expect((await post(purchase({ program: 'orders', basis: 'contract' }))).status).toBe(200)
    expect(await refusedWith(await aConsent({ program: 'orders' }))).toMatchObject({
      refused: 'program-closed',
    })
  })

  test('one that is none is refused with those there are', async () => {
    const answer = await refusedWith(purchase({ basis: 'friendship' }))
    expect(answer.detail).toContain('basis must be one of consent, soft-opt-in')
  })
})
