import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startHolds } from '../../server/jobs/holds.ts'
import { endByHold, endOverdue, release, wordsOf } from '../../server/marketing/holds.ts'
import { takeEvent } from '../../server/marketing/inbound/take.ts'
import type { InboundSite } from '../../server/marketing/inbound/inbox.ts'
import { holdAddress } from '../../server/marketing/hold.ts'
import { appendOptIns } from '../../server/marketing/opt-in.ts'
import { appendOptOuts } from '../../server/marketing/opt-out.ts'
import { statusOf } from '../../server/marketing/status.ts'
import { sitesIn } from '../../server/inventory/current.ts'
import type { MessageStore } from '../../server/messages/store.ts'
import { openMessages } from '../../server/storage/open.ts'
import { aDecisionId } from '../support/decisions.ts'
import { testLedger, TEST_TIME, type TestLedger } from '../support/ledger.ts'
import { anOptIn, anOptOut, PHONE, PROGRAMS, publishPrograms } from '../support/marketing.ts'
import { findingsIn } from '../support/verify.ts'

const HOUR = 3_600_000
const suspended = new Set<string>()
const QUIET = { info: () => {}, warn: () => {}, error: () => {} }
const NOW = { programs: PROGRAMS }
let ledger: TestLedger
let messages: MessageStore
let close: () => void
let site: InboundSite
let told = 0

beforeEach(async () => {
  ledger = await testLedger()
  ;({ messages, close } = openMessages(ledger.folder))
  await publishPrograms(ledger)
  site = sitesIn(ledger.store)('harbor')!
  await appendOptIns(ledger, 'harbor', [anOptIn()], NOW, {})
})
afterEach(async () => {
  const [fault] = findingsIn(ledger)
  if (fault) throw new Error(`verify finds ${JSON.stringify(fault)}`)
  close()
  await ledger.remove()
})

const write = (body: string) =>
  takeEvent({ ledger, messages, replies: 'provider', holdHours: 48 }, site, {
    kind: 'message',
    provider: 'twilio',
    eventId: `SM${++told}`,
    channel: 'sms',
    address: PHONE,
    body,
  })
const waiting = () => messages.waiting('harbor').map(({ message }) => message)
const asks = () =>
  statusOf(
    ledger,
    { key: 'harbor', configuration: NOW },
    { channel: 'sms', address: PHONE, program: 'offers' },
  )
const size = () => ledger.store.size('harbor')

test('the words are there for whoever has to read them, cut where they are long, and gone once they are settled', async () => {
  await write(`leave me alone ${'x'.repeat(900)}`)
  const [message] = waiting()
  expect(wordsOf(ledger, 'harbor', message!)).toMatch(/^leave me alone x{465}$/)
  expect(await release(ledger, messages, 'harbor', message!, 'command:kim')).toBe('released')
  expect(messages.message('harbor', message!.id)).not.toHaveProperty('sealed')
  expect(waiting()).toEqual([])
  expect(asks()).toMatchObject({ decision: 'send' })
})

test('read as a no it is one, from when it was written', async () => {
  await write('leave me alone')
  ledger.advance(HOUR)
  const [message] = waiting()
  expect(await endByHold(ledger, messages, 'harbor', message!, 'command:kim')).toBe('opted-out')
  expect(asks()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  expect(ledger.store.entry('harbor', size() - 1)!.entry).toMatchObject({
    method: 'hold',
    actor: 'command:kim',
    decidedAt: TEST_TIME,
  })
  expect(messages.message('harbor', message!.id)).not.toHaveProperty('sealed')
})

test('nobody reads it in time: it is a no, and never before', async () => {
  await write('leave me alone')
  ledger.advance(48 * HOUR - 1)
  expect(await endOverdue(ledger, messages, suspended)).toBe(0)
  expect(asks()).toMatchObject({ decision: 'hold' })
  ledger.advance(1)
  const holds = startHolds(ledger, messages, QUIET, { every: 1e9, holdHours: 48, suspended })
  await holds.run()
  await holds.stop()
  expect(asks()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  const before = size()
  expect(await endOverdue(ledger, messages, suspended)).toBe(0)
  expect(size()).toBe(before)
})

test('a log that must not grow gets no entry, and the hold stays until it may', async () => {
  await write('leave me alone')
  ledger.advance(49 * HOUR)
  const before = size()
  expect(await endOverdue(ledger, messages, new Set(['harbor']))).toBe(0)
  expect(size()).toBe(before)
  expect(asks()).toMatchObject({ decision: 'hold' })
  expect(await endOverdue(ledger, messages, suspended)).toBe(1)
})

test('the crash between the entry and its words is made good by doing it again', async () => {
  await write('leave me alone')
  const [message] = waiting()
  const before = size()
  // As after a crash right behind the opt-out: it is in the log, and the message still waits.
  await endByHold(ledger, { ...messages, lookedAt: () => {} }, 'harbor', message!)
  expect(waiting()).toHaveLength(1)
  ledger.advance(49 * HOUR)
  expect(await endOverdue(ledger, messages, suspended)).toBe(0)
  expect(waiting()).toEqual([])
  expect(size()).toBe(before + 1)
})

test('a hold whose task was lost has one again, without the words', async () => {
  await write('leave me alone')
  const [before] = waiting()
  close()
  for (const file of ['messages.db', 'messages.db-wal', 'messages.db-shm'])
    rmSync(join(ledger.folder, file), { force: true })
  ;({ messages, close } = openMessages(ledger.folder))
  const holds = startHolds(ledger, messages, QUIET, { every: 1e9, holdHours: 48, suspended })
  await holds.run()
  const { sealed: _, providerId: __, ...task } = before!
  expect(waiting()).toEqual([task])
  expect(wordsOf(ledger, 'harbor', waiting()[0]!)).toBeUndefined()
  ledger.advance(48 * HOUR)
  await holds.run()
  await holds.stop()
  expect(asks()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  expect(messages.cursor('harbor', 'holds')).toBe(size() - 1)
})

test('also where the log came back shorter than it was read for holds', async () => {
  messages.moveCursor('harbor', 'holds', size() + 10)
  const holds = startHolds(ledger, messages, QUIET, { every: 1e9, holdHours: 48, suspended })
  await holds.run()
  const add = messages.add
  messages.add = () => true
  await write('leave me alone')
  messages.add = add
  await holds.run()
  await holds.stop()
  expect(waiting()).toHaveLength(1)
})

test('whoever says no by themselves meanwhile is not asked about any more', async () => {
  await write('leave me alone')
  ledger.advance(HOUR)
  await appendOptOuts(ledger, 'harbor', [anOptOut({ decidedAt: ledger.now() })], NOW)
  const before = size()
  const [message] = waiting()
  expect(await release(ledger, messages, 'harbor', message!, 'command:kim')).toBe('over')
  expect(asks()).toMatchObject({ decision: 'block' })
  expect(size()).toBe(before)
  expect(waiting()).toEqual([])
})

test('of two messages of one person both have to be read before anything goes on', async () => {
  await write('leave me alone')
  await write('this is spam, stop your messages')
  for (const [n, last] of [
    ['waits', 'hold'],
    ['released', 'send'],
  ] as const) {
    expect(await release(ledger, messages, 'harbor', waiting()[0]!, 'command:kim')).toBe(n)
    expect(asks()).toMatchObject({ decision: last })
  }
})

test('one of two that was a no ends it, whichever is read first', async () => {
  await write('leave me alone')
  await write('this is spam, stop your messages')
  const [first, second] = waiting()
  expect(await release(ledger, messages, 'harbor', first!, 'command:kim')).toBe('waits')
  expect(await endByHold(ledger, messages, 'harbor', second!, 'command:kim')).toBe('opted-out')
  expect(asks()).toMatchObject({ decision: 'block' })
  expect(waiting()).toEqual([])
})

test('released while another message is being taken in, it is still held for that one', async () => {
  await write('leave me alone')
  const [first] = waiting()
  // As in the moment between the entry of the second one and its task, or after a crash there.
  const add = messages.add
  messages.add = () => true
  await write('this is spam, stop your messages')
  messages.add = add
  expect(await release(ledger, messages, 'harbor', first!, 'command:kim')).toBe('waits')
  expect(asks()).toMatchObject({ decision: 'hold', reason: 'revocation_suspected' })
  const holds = startHolds(ledger, messages, QUIET, { every: 1e9, holdHours: 48, suspended })
  await holds.run()
  expect(waiting()).toHaveLength(1)
  ledger.advance(48 * HOUR)
  await holds.run()
  await holds.stop()
  expect(asks()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
})

test('what staff restricts while a message waits stays restricted when that is released', async () => {
  await write('leave me alone')
  const restricted = { id: aDecisionId(), channel: 'sms', address: PHONE, decidedAt: TEST_TIME } as const
  await holdAddress(ledger, 'harbor', { ...restricted, cause: 'restricted', method: 'staff' }, NOW)
  expect(await release(ledger, messages, 'harbor', waiting()[0]!, 'command:kim')).toBe('over')
  expect(asks()).toMatchObject({ decision: 'hold', reason: 'restricted_dsr' })
})

test('what staff restricted is not released with a message', async () => {
  const restricted = { id: aDecisionId(), channel: 'sms', address: PHONE, decidedAt: TEST_TIME } as const
  await holdAddress(ledger, 'harbor', { ...restricted, cause: 'restricted', method: 'staff' }, NOW)
  await write('leave me alone')
  expect(await release(ledger, messages, 'harbor', waiting()[0]!, 'command:kim')).toBe('over')
  expect(asks()).toMatchObject({ decision: 'hold', reason: 'restricted_dsr' })
})
