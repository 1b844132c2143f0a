import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { holdAddress } from '../../server/marketing/hold.ts'
import { appendOptIns, type SentOptIn } from '../../server/marketing/opt-in.ts'
import { appendOptOuts } from '../../server/marketing/opt-out.ts'
import { statusOf } from '../../server/marketing/status.ts'
import type { StatusAnswer, StatusQuestion } from '../../server/marketing/status/question.ts'
import type { OptInEntry } from '../../shared/domain/entry.ts'
import type { Program } from '../../shared/domain/site.ts'
import { aDecisionId } from '../support/decisions.ts'
import { eraseIn } from '../support/erase.ts'
import { TEST_TIME, testLedger, type TestLedger } from '../support/ledger.ts'
import {
  anOptIn,
  anOptOut,
  formHash,
  MAIL,
  marketingConfiguration,
  PHONE,
  PROGRAMS,
  publishPrograms,
} from '../support/marketing.ts'
import { findingsIn } from '../support/verify.ts'

const MINUTE = 60_000
const YEAR = 365 * 86_400_000

let ledger: TestLedger
let first: number
let programs: readonly Program[]
beforeEach(async () => {
  ledger = await testLedger()
  programs = PROGRAMS
  await publishPrograms(ledger)
  first = size()
})
afterEach(() => ledger.remove())

const size = (): number => ledger.store.log('harbor').size
async function publish(changes: Partial<Program>): Promise<void> {
  programs = PROGRAMS.map(program => ({ ...program, ...changes }))
  await publishPrograms(ledger, marketingConfiguration(programs))
}
const optIn = async (changes: Partial<SentOptIn> = {}): Promise<SentOptIn> => {
  const sent = anOptIn({ decidedAt: ledger.now(), ...changes })
  const [answer] = await appendOptIns(ledger, 'harbor', [sent], { programs }, {})
  if (!answer || 'refused' in answer) throw new Error(`refused: ${JSON.stringify(answer)}`)
  ledger.advance(MINUTE)
  return sent
}
const optOut = async (changes: Parameters<typeof anOptOut>[0] = {}): Promise<void> => {
  await appendOptOuts(ledger, 'harbor', [anOptOut({ decidedAt: ledger.now(), ...changes })], { programs })
  ledger.advance(MINUTE)
}
const status = (changes: Partial<StatusQuestion> = {}): StatusAnswer =>
  statusOf(
    ledger,
    { key: 'harbor', configuration: { programs } },
    { channel: 'sms', address: PHONE, program: 'offers', ...changes },
  )
const subject = (): string => (ledger.store.entry('harbor', first)!.entry as OptInEntry).subject

describe('the answer is right for an address that', () => {
  test('opted in', async () => {
    const { id } = await optIn()
    expect(status()).toEqual({
      decision: 'send',
      reason: 'ok_express',
      entry: { id, index: first },
      consentedAt: TEST_TIME,
      text: formHash('opt-in.offers.en'),
      asOf: TEST_TIME + MINUTE,
    })
  })

  test('opted in, in every spelling of it', async () => {
    await optIn()
    await optIn({ channel: 'email', address: MAIL })
    for (const address of ['202 555 0123', '+1 (202) 555-0123', '+12025550123'])
      expect(status({ address })).toMatchObject({ decision: 'send' })
    for (const address of [MAIL, ' Robin@MAIL.example '])
      expect(status({ channel: 'email', address })).toMatchObject({ decision: 'send' })
  })

  test('withdrew', async () => {
    await optIn()
    await optOut()
    expect(status()).toMatchObject({ decision: 'block', reason: 'withdrawn', entry: { index: first + 1 } })
    expect(status()).not.toHaveProperty('text')
  })

  test('withdrew, and came back', async () => {
    await optIn()
    await optOut()
    await optIn()
    expect(status()).toMatchObject({ decision: 'send', entry: { index: first + 2 } })
  })

  test('only ever declined', async () => {
    await optOut()
    expect(status()).toMatchObject({ decision: 'block', reason: 'declined', entry: { index: first } })
  })

  test('is yet to confirm', async () => {
    await optIn({ program: 'research' })
    expect(status({ program: 'research' })).toMatchObject({
      decision: 'hold',
      reason: 'pending_double_optin',
      entry: { index: first },
    })
    expect(status({ program: 'research' })).not.toHaveProperty('consentedAt')
    await optOut({ program: 'research' })
    expect(status({ program: 'research' })).toMatchObject({ decision: 'block', reason: 'declined' })
  })

  test('nobody ever named', () => {
    expect(status()).toEqual({ decision: 'block', reason: 'never_asked', asOf: TEST_TIME })
  })

  test('agreed to another purpose: nothing carries over', async () => {
    await optIn()
    expect(status({ program: 'research' })).toMatchObject({ decision: 'block', reason: 'purpose_mismatch' })
    expect(status({ program: 'research' })).not.toHaveProperty('entry')
  })

  test('agreed to another program of the same purpose, or on another channel: nothing carries over', async () => {
    await optIn()
    expect(status({ program: 'adults' })).toMatchObject({ decision: 'block', reason: 'never_asked' })
    expect(status({ channel: 'email', address: MAIL })).toMatchObject({ reason: 'never_asked' })
  })

  test('lost its evidence: the key is gone', async () => {
    await optIn()
    ledger.keys.destroySubjectKey('harbor', subject())
    expect(status()).toMatchObject({ decision: 'block', reason: 'erased', entry: { index: first } })
  })

  test('was erased, whatever program is asked about and in whatever state it was', async () => {
    await optIn()
    await optIn({ program: 'research' })
    await eraseIn(ledger, subject())
    for (const program of ['offers', 'research', 'adults'])
      expect(status({ program })).toEqual({ decision: 'block', reason: 'erased', asOf: ledger.now() })
    expect(status({ channel: 'email', address: MAIL })).toMatchObject({ reason: 'never_asked' })
    expect(findingsIn(ledger)).toEqual([])
  })

  test('was erased, and then agreed to something: that alone is sent, under a new subject', async () => {
    await optIn()
    await eraseIn(ledger, subject())
    ledger.advance(MINUTE)
    await optIn({ program: 'adults', ofAge: true })
    expect(status({ program: 'adults' })).toMatchObject({ decision: 'send', reason: 'ok_express' })
    expect(status()).toMatchObject({ decision: 'block', reason: 'erased' })
    const last = ledger.store.entry('harbor', size() - 1)!.entry as OptInEntry
    expect(last.subject).not.toBe(subject())
    expect(last).not.toHaveProperty('previous')
    expect(findingsIn(ledger)).toEqual([])
  })

  test('was erased: a yes from before that comes later permits nothing, one after it does', async () => {
    await optIn()
    await eraseIn(ledger, subject())
    const erasedAt = ledger.now()
    ledger.advance(MINUTE)
    for (const decidedAt of [erasedAt - MINUTE, erasedAt]) {
      await optIn({ decidedAt })
      expect(status()).toMatchObject({ decision: 'block', reason: 'erased' })
    }
    await optIn({ decidedAt: erasedAt + 1 })
    expect(status()).toMatchObject({ decision: 'send', consentedAt: erasedAt + 1 })
    expect(findingsIn(ledger)).toEqual([])
  })

  test('was erased, and says no: the no stands', async () => {
    await optIn()
    await eraseIn(ledger, subject())
    ledger.advance(MINUTE)
    await optOut()
    expect(status()).toMatchObject({ decision: 'block', reason: 'declined' })
    await optIn()
    expect(status()).toMatchObject({ decision: 'send' })
    await optOut({ program: 'offers' })
    expect(status()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
    expect(findingsIn(ledger)).toEqual([])
  })

  test('only ever opted out, and was erased', async () => {
    await optOut()
    await eraseIn(ledger, subject())
    expect(status()).toMatchObject({ decision: 'block', reason: 'erased' })
    expect(findingsIn(ledger)).toEqual([])
  })

  test('was erased twice', async () => {
    await optIn()
    await eraseIn(ledger, subject())
    ledger.advance(MINUTE)
    await optIn()
    const again = (ledger.store.entry('harbor', size() - 1)!.entry as OptInEntry).subject
    const between = ledger.now()
    await eraseIn(ledger, again)
    ledger.advance(MINUTE)
    await optIn({ decidedAt: between - 1 })
    expect(status()).toMatchObject({ decision: 'block', reason: 'erased' })
    await optIn()
    expect(status()).toMatchObject({ decision: 'send' })
    expect(findingsIn(ledger)).toEqual([])
  })
})

describe('blocked by what the site is today:', () => {
  test('a program it has not, a channel the program has not', async () => {
    await optIn()
    expect(status({ program: 'nothing' })).toMatchObject({ decision: 'block', reason: 'purpose_mismatch' })
    expect(status({ program: 'mail-only' })).toMatchObject({ decision: 'block', reason: 'channel_mismatch' })
  })

  test('a program that is for another purpose than it was', async () => {
    await optIn()
    await publish({ purpose: 'research' })
    expect(status()).toMatchObject({ decision: 'block', reason: 'purpose_mismatch', entry: { index: first } })
  })

  test('a country the program no longer writes to', async () => {
    await optIn()
    await publish({ countries: ['DE'] })
    expect(status()).toMatchObject({ decision: 'block', reason: 'country_not_allowed' })
    await publish({ countries: ['US'] })
    expect(status()).toMatchObject({ decision: 'send' })
  })

  test.each<[Partial<StatusQuestion>, string]>([
    [{ address: 'call me' }, 'invalid_number'],
    [{ address: MAIL }, 'invalid_number'],
    [{ address: '+15551234567' }, 'invalid_number'],
    [{ address: '+447400123456' }, 'country_not_allowed'],
    [{ channel: 'email', address: PHONE }, 'invalid_email'],
  ])('%o', (question, reason) => {
    expect(status(question)).toEqual({ decision: 'block', reason, asOf: TEST_TIME })
  })

  test('a closed program keeps who is in it', async () => {
    await optIn()
    await publish({ open: false })
    expect(status()).toMatchObject({ decision: 'send' })
  })
})

describe('a late yes revives nothing', () => {
  test.each<[string, (program: string | undefined) => Promise<void>]>([
    [
      'decided before the withdrawal and delivered after it',
      async () => optIn({ decidedAt: TEST_TIME + 1 }).then(() => {}),
    ],
    [
      'with a clock ten years ahead',
      async () => optIn({ decidedAt: ledger.now() + 10 * YEAR }).then(() => {}),
    ],
    [
      'with a clock ten years behind',
      async () => optIn({ decidedAt: ledger.now() - 10 * YEAR }).then(() => {}),
    ],
  ])('%s: it stays blocked, and both entries are kept', async (_what, late) => {
    for (const program of ['offers', undefined]) {
      const before = size()
      // oxlint-disable-next-line no-await-in-loop
      await optIn()
      // oxlint-disable-next-line no-await-in-loop
      await optOut(program === undefined ? {} : { program })
      // oxlint-disable-next-line no-await-in-loop
      await late(program)
      expect(status()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
      expect(size()).toBe(before + 3)
    }
    expect(findingsIn(ledger)).toEqual([])
  })

  test('also one that comes when nothing but the no was ever heard of the address', async () => {
    const decidedAt = ledger.now()
    ledger.advance(MINUTE)
    await optOut()
    await optIn({ decidedAt })
    expect(status()).toMatchObject({ decision: 'block', reason: 'declined' })
    expect(findingsIn(ledger)).toEqual([])
  })

  test('a yes at a time that cannot be true is none, without any no', async () => {
    await optIn({ decidedAt: ledger.now() + 10 * YEAR })
    expect(status()).toMatchObject({ decision: 'block', reason: 'not_yet_effective' })
  })
})

describe('an opt-out', () => {
  test('of one program leaves the others', async () => {
    await optIn()
    await optIn({ program: 'adults', ofAge: true })
    await optOut({ program: 'offers' })
    expect(status()).toMatchObject({ reason: 'withdrawn' })
    expect(status({ program: 'adults' })).toMatchObject({ decision: 'send' })
  })

  test('of all ends every program of the channel, those never heard of too, and no other channel', async () => {
    await optIn()
    await optIn({ program: 'adults', ofAge: true })
    await optIn({ channel: 'email', address: MAIL })
    await optOut()
    for (const program of ['offers', 'adults', 'research'])
      expect(status({ program })).toMatchObject({ decision: 'block', reason: 'withdrawn' })
    expect(status({ channel: 'email', address: MAIL })).toMatchObject({ decision: 'send' })
  })
})

test('asked about a moment, it says what was true then', async () => {
  await optIn()
  await optOut()
  const at = (moment: number) => status({ asOf: moment })
  expect(at(TEST_TIME - 1)).toEqual({ decision: 'block', reason: 'not_yet_effective', asOf: TEST_TIME - 1 })
  expect(at(TEST_TIME)).toMatchObject({ decision: 'send', entry: { index: first }, asOf: TEST_TIME })
  expect(at(TEST_TIME + MINUTE - 1)).toMatchObject({ decision: 'send' })
  expect(at(TEST_TIME + MINUTE)).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  expect(status({ asOf: TEST_TIME, program: 'adults' })).toMatchObject({ reason: 'never_asked' })
  await eraseIn(ledger, subject())
  expect(at(TEST_TIME)).toMatchObject({ decision: 'block', reason: 'erased' })
})

test('asked about a moment to come, it says what is so now, and as of when: nobody knows who will withdraw', async () => {
  await optIn()
  expect(status({ asOf: ledger.now() + YEAR })).toMatchObject({ decision: 'send', asOf: ledger.now() })
})

describe('a program of service, which rests on no consent', () => {
  const service = (): StatusAnswer => status({ program: 'offers' })
  beforeEach(() => publish({ class: 'service' }))

  test('is sent after a no to marketing', async () => {
    await optOut()
    expect(service()).toMatchObject({ decision: 'send', reason: 'ok_service' })
  })

  test('is not sent to who was erased, and their no to everything brings nothing back', async () => {
    await optOut()
    const erased = ledger.store.entry('harbor', size() - 1)!.entry as OptInEntry
    await eraseIn(ledger, erased.subject)
    expect(service()).toMatchObject({ decision: 'block', reason: 'erased' })
    ledger.advance(MINUTE)
    await optOut()
    expect(service()).toMatchObject({ decision: 'block', reason: 'erased' })
  })

  test('is not sent after a no to it, though somebody asked for it anew and never confirmed that', async () => {
    await publish({ class: 'marketing', confirmation: 'double' })
    await optOut({ program: 'offers' })
    ledger.advance(MINUTE)
    await optIn()
    await publish({ class: 'service' })
    expect(service()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  })

  test('waits where its person asked that nothing be done with what is kept of them', async () => {
    const restricted = { channel: 'sms', address: PHONE, cause: 'restricted', method: 'staff' } as const
    await holdAddress(
      ledger,
      'harbor',
      { ...restricted, id: aDecisionId(), decidedAt: ledger.now() },
      { programs },
    )
    expect(service()).toMatchObject({ decision: 'hold', reason: 'restricted_dsr' })
    await optOut({ program: 'offers' })
    expect(service()).toMatchObject({ decision: 'block', reason: 'declined' })
  })

  test('stays away from a number that is somebody else’s, also when that one says stop', async () => {
    await optOut({ method: 'provider', cause: 'number-reassigned' })
    expect(service()).toMatchObject({ decision: 'block', reason: 'number_reassigned' })
    await optOut()
    expect(service()).toMatchObject({ decision: 'block', reason: 'number_reassigned' })
  })
})
