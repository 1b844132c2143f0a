import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import type { EvidenceLevel, MessageBasis } from '../../shared/domain/marketing.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { readEvidence } from '../../server/marketing/evidence/read.ts'
import { confirmOptIn } from '../../server/marketing/confirm.ts'
import { holdAddress, releaseHold } from '../../server/marketing/hold.ts'
import { appendOptIns } from '../../server/marketing/opt-in.ts'
import { appendOptOuts } from '../../server/marketing/opt-out.ts'
import { recordConsents, type ConsentToRecord } from '../../server/marketing/record-consent.ts'
import { statusOf } from '../../server/marketing/status.ts'
import type { StatusQuestion } from '../../server/marketing/status/question.ts'
import { aDecisionId } from '../support/decisions.ts'
import { testLedger, TEST_TIME, type TestLedger } from '../support/ledger.ts'
import {
  anOptIn,
  anOptOut,
  marketingConfiguration,
  PHONE,
  PROGRAMS,
  publishPrograms,
} from '../support/marketing.ts'
import { findingsIn } from '../support/verify.ts'

const DAY = 86_400_000
const NOW = { programs: PROGRAMS }
const SITE = { key: 'harbor', configuration: NOW }
let ledger: TestLedger

beforeEach(async () => {
  ledger = await testLedger()
  await publishPrograms(ledger)
})
afterEach(async () => {
  // Whatever was said, the log and all that follows from it agree.
  const [fault] = findingsIn(ledger)
  if (fault) throw new Error(`verify finds ${JSON.stringify(fault)}`)
  await ledger.remove()
})

const asks = (changes: Partial<StatusQuestion> = {}) =>
  statusOf(ledger, SITE, { channel: 'sms', address: PHONE, program: 'offers', ...changes })
const optIn = (changes: Parameters<typeof anOptIn>[0] = {}) =>
  appendOptIns(ledger, 'harbor', [anOptIn(changes)], NOW, {})
const optOut = (changes: Parameters<typeof anOptOut>[0] = {}) =>
  appendOptOuts(ledger, 'harbor', [anOptOut(changes)], NOW)

const aRecord = (changes: Partial<ConsentToRecord> = {}): ConsentToRecord => ({
  id: aDecisionId(),
  channel: 'sms',
  program: 'offers',
  address: PHONE,
  basis: 'consent',
  decidedAt: TEST_TIME - 900 * DAY,
  evidence: 'full',
  configuration: contentHash(marketingConfiguration()),
  method: 'import',
  actor: 'command:import',
  source: { file: contentHash('list'), row: 1 },
  ...changes,
})
const record = (changes: Partial<ConsentToRecord> = {}) =>
  recordConsents(ledger, 'harbor', [aRecord(changes)], NOW)

describe('a double opt-in', () => {
  const subjectNow = () =>
    ledger.store.subjectOfAddress('harbor', ledger.blindIndex.blindOf('harbor', 'sms', PHONE))!
  const asked = async () => {
    const sent = anOptIn({ program: 'research' })
    await appendOptIns(ledger, 'harbor', [sent], NOW, {})
    return {
      subject: subjectNow(),
      channel: 'sms',
      program: 'research',
      confirms: sent.id,
      method: 'link',
    } as const
  }

  test('holds until it is confirmed, and then says that it was', async () => {
    const request = await asked()
    expect(asks({ program: 'research' })).toMatchObject({ decision: 'hold', reason: 'pending_double_optin' })
    ledger.advance(60_000)
    expect(await confirmOptIn(ledger, 'harbor', request, { network: '192.0.2.0/24' })).toMatchObject({
      confirmed: true,
      duplicate: false,
    })
    expect(asks({ program: 'research' })).toMatchObject({
      decision: 'send',
      reason: 'ok_double_optin',
      consentedAt: TEST_TIME + 60_000,
    })
  })

  test('confirmed twice, and twice at once, is one entry', async () => {
    const request = await asked()
    const size = ledger.store.size('harbor')
    const both = await Promise.all([1, 2].map(() => confirmOptIn(ledger, 'harbor', request)))
    expect(both.every(({ confirmed }) => confirmed)).toBe(true)
    ledger.advance(1_000)
    expect(await confirmOptIn(ledger, 'harbor', request)).toMatchObject({ confirmed: true, duplicate: true })
    expect(ledger.store.size('harbor')).toBe(size + 1)
  })

  test('that was taken back before it was confirmed stays taken back', async () => {
    const request = await asked()
    await optOut({ program: 'research', decidedAt: TEST_TIME })
    expect(await confirmOptIn(ledger, 'harbor', request)).toEqual({ confirmed: false, reason: 'not-asked' })
    expect(asks({ program: 'research' })).toMatchObject({ decision: 'block' })
  })
})

describe('a hold', () => {
  const hold = () =>
    holdAddress(
      ledger,
      'harbor',
      {
        id: aDecisionId(),
        channel: 'sms',
        address: PHONE,
        decidedAt: TEST_TIME,
        cause: 'revocation-suspected',
        method: 'keyword',
        words: 'please leave me alone',
      },
      NOW,
    )

  test('holds every program of its channel until it is released', async () => {
    await optIn()
    const held = await hold()
    if ('refused' in held) throw new Error(held.detail)
    expect(asks()).toMatchObject({ decision: 'hold', reason: 'revocation_suspected' })
    const subject = ledger.store.subjectOfAddress(
      'harbor',
      ledger.blindIndex.blindOf('harbor', 'sms', PHONE),
    )!
    const releasing = { subject, channel: 'sms', releases: held.id, actor: 'key:a' } as const
    expect(await releaseHold(ledger, 'harbor', { ...releasing, releases: aDecisionId() })).toBeUndefined()
    expect(await releaseHold(ledger, 'harbor', releasing)).toBeDefined()
    expect(asks()).toMatchObject({ decision: 'send' })
    expect(await releaseHold(ledger, 'harbor', releasing)).toBeUndefined()
  })

  test('is not lifted by a new yes, and ended by a no', async () => {
    await optIn()
    await hold()
    await optIn({ decidedAt: TEST_TIME + 5_000 })
    expect(asks()).toMatchObject({ decision: 'hold' })
    await optOut({ decidedAt: TEST_TIME + 6_000 })
    expect(asks()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  })

  test('of an address nobody named waits for the yes that comes', async () => {
    await hold()
    expect(asks()).toMatchObject({ decision: 'block', reason: 'never_asked' })
    await optIn({ decidedAt: TEST_TIME + 1 })
    expect(asks()).toMatchObject({ decision: 'hold', reason: 'revocation_suspected' })
  })
})

describe('what was agreed to elsewhere', () => {
  test.each<[EvidenceLevel, MessageBasis]>([
    ['full', 'consent'],
    ['full', 'soft-opt-in'],
    ['partial', 'consent'],
    ['asserted', 'consent'],
  ])(
    'with %s evidence of %s goes on deciding while it is asked for anew, and consent replaces it once that is confirmed',
    async (evidence, basis) => {
      await record({ program: 'research', evidence, basis })
      const before = asks({ program: 'research' })
      const [answer] = await appendOptIns(
        ledger,
        'harbor',
        [anOptIn({ program: 'research', decidedAt: TEST_TIME })],
        NOW,
        {},
      )
      if (!answer || !('index' in answer)) throw new Error('it was refused')
      expect(asks({ program: 'research' })).toEqual(before)
      const { subject } = ledger.store.entry('harbor', answer.index)!.entry as { subject: string }
      const confirming = { subject, channel: 'sms', program: 'research', confirms: answer.id } as const
      await confirmOptIn(ledger, 'harbor', { ...confirming, method: 'link' })
      expect(asks({ program: 'research' })).toMatchObject({ decision: 'send', reason: 'ok_double_optin' })
    },
  )

  test.each<[EvidenceLevel, object]>([
    ['full', { decision: 'send', reason: 'ok_express', consentedAt: TEST_TIME - 900 * DAY }],
    ['partial', { decision: 'hold', reason: 'reconsent_needed' }],
    ['asserted', { decision: 'block', reason: 'evidence_incomplete' }],
  ])('with %s evidence is sent to as the policy says', async (evidence, answer) => {
    await record({ evidence })
    expect(asks()).toMatchObject(answer)
  })

  test('never comes over a later withdrawal, whichever was recorded first', async () => {
    await record()
    await optOut()
    await record({ decidedAt: TEST_TIME - 2 * DAY })
    expect(asks()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  })

  test('never replaces what was agreed to here, and better evidence replaces weaker', async () => {
    await record({ evidence: 'asserted' })
    await record({ evidence: 'partial' })
    expect(asks()).toMatchObject({ reason: 'reconsent_needed' })
    await record({ evidence: 'asserted', decidedAt: TEST_TIME - DAY })
    expect(asks()).toMatchObject({ reason: 'reconsent_needed' })
    await optIn()
    await record({ decidedAt: TEST_TIME - 100 })
    expect(asks()).toMatchObject({ decision: 'send', text: anOptIn().text })
  })
})

describe('a no that nobody said', () => {
  test.each([
    ['complaint', 'complaint'],
    ['hard-bounce', 'hard_bounce'],
    ['number-reassigned', 'number_reassigned'],
    ['suppressed', 'suppressed_manual'],
  ] as const)('%s blocks, and says why', async (cause, reason) => {
    await optIn()
    await optOut({ cause, method: 'provider', decidedAt: TEST_TIME })
    expect(asks()).toMatchObject({ decision: 'block', reason })
  })

  test('a stop said to one sender blocks the others, and says so', async () => {
    await optIn()
    await optOut({ method: 'keyword', sender: '+12025550100', decidedAt: TEST_TIME })
    expect(asks({ sender: '+12025550100' })).toMatchObject({ reason: 'withdrawn' })
    expect(asks({ sender: '+12025550101' })).toMatchObject({ reason: 'withdrawn_other_sender' })
  })
})

test('consent is never another seller’s', async () => {
  await optIn()
  const site = { ...SITE, configuration: { ...NOW, controller: { name: 'Harborline' } } }
  const question = { channel: 'sms', address: PHONE, program: 'offers' } as const
  expect(statusOf(ledger, site, { ...question, seller: 'Harborline' })).toMatchObject({ decision: 'send' })
  expect(statusOf(ledger, site, { ...question, seller: 'Loom' })).toMatchObject({ reason: 'seller_mismatch' })
})

test('a stop to marketing leaves messages about what somebody has already as they were', async () => {
  const service = { ...PROGRAMS[0]!, id: 'deliveries', class: 'service' as const }
  const site = { key: 'harbor', configuration: { programs: [...PROGRAMS, service] } }
  const question = { channel: 'sms', address: PHONE, program: 'deliveries' } as const
  expect(statusOf(ledger, site, question)).toMatchObject({ decision: 'send', reason: 'ok_service' })
  await optIn()
  await optOut({ decidedAt: TEST_TIME })
  expect(statusOf(ledger, site, question)).toMatchObject({ decision: 'send', reason: 'ok_service' })
  expect(asks()).toMatchObject({ decision: 'block' })
  await optOut({ cause: 'number-reassigned', method: 'provider', decidedAt: TEST_TIME })
  expect(statusOf(ledger, site, question)).toMatchObject({ decision: 'block', reason: 'number_reassigned' })
})

test('a no to one service program stands, also behind a no to everything and after somebody read it', async () => {
  const service = { ...PROGRAMS[0]!, id: 'deliveries', class: 'service' as const }
  const programs = [...PROGRAMS, service]
  const controller = { name: 'Harborline' } as SiteConfiguration['controller']
  const site = { key: 'harbor', configuration: { name: {}, programs, controller } }
  const question = { channel: 'sms', address: PHONE, program: 'deliveries' } as const
  const own = anOptOut({ program: 'deliveries', decidedAt: TEST_TIME - 500 })
  await appendOptOuts(ledger, 'harbor', [own, anOptOut({ decidedAt: TEST_TIME })], { programs })
  expect(statusOf(ledger, site, question)).toMatchObject({ decision: 'block' })
  await readEvidence(ledger, site, question, { id: aDecisionId(), actor: 'key:reader' })
  ledger.advance(1_000)
  expect(statusOf(ledger, site, question)).toMatchObject({ decision: 'block' })
})

test('every standing comes back from its row as it went in', async () => {
  await record({ evidence: 'partial', basis: 'implied-purchase' })
  const subject = ledger.store.subjectOfAddress('harbor', ledger.blindIndex.blindOf('harbor', 'sms', PHONE))!
  expect(canonicalJson(ledger.store.subject('harbor', subject)!.standing)).toContain('"implied-purchase"')
})
