import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { contentHash } from '../../server/ledger/entry.ts'
import { appendDecisions } from '../../server/ledger/append.ts'
import { openErasures } from '../../server/erasure/erase.ts'
import { rotateSecret } from '../../server/hooks/register.ts'
import { HOOK_FIELDS } from '../../shared/domain/hook.ts'
import { confirmOptIn } from '../../server/marketing/confirm.ts'
import { holdAddress, releaseHold } from '../../server/marketing/hold.ts'
import { recordConsents, type ConsentToRecord } from '../../server/marketing/record-consent.ts'
import { appendOptIns, type SentOptIn } from '../../server/marketing/opt-in.ts'
import { appendOptOuts, type SentOptOut } from '../../server/marketing/opt-out.ts'
import { aDecision, aDecisionId, aRefusal } from '../support/decisions.ts'
import { testHooks, type TestHooks } from '../support/hooks.ts'
import { TEST_TIME, testLedger, type TestLedger } from '../support/ledger.ts'
import {
  anOptIn,
  anOptOut,
  MAIL,
  marketingConfiguration,
  PHONE,
  PROGRAMS,
  publishPrograms,
} from '../support/marketing.ts'
import { checkedBy, startReceiver, type Receiver } from '../support/receiver.ts'
import { selfSigned } from '../support/tls-proxy.ts'

let ledger: TestLedger
let hooks: TestHooks
let receiver: Receiver

beforeEach(async () => {
  // A receiver refuses what is minutes old by its own clock.
  vi.useFakeTimers({ toFake: ['Date'], now: TEST_TIME })
  ledger = await testLedger()
  await publishPrograms(ledger)
  hooks = testHooks(ledger)
  receiver = await startReceiver()
})
afterEach(async () => {
  vi.useRealTimers()
  await hooks.stop()
  await receiver.close()
  await ledger.remove()
})

const optIn = (...optIns: SentOptIn[]) => appendOptIns(ledger, 'harbor', optIns, { programs: PROGRAMS }, {})
const optOut = (...optOuts: SentOptOut[]) => appendOptOuts(ledger, 'harbor', optOuts, { programs: PROGRAMS })
const decide = (changes: Parameters<typeof aDecision>[0]) =>
  appendDecisions(ledger, 'harbor', [
    aDecision({ configuration: contentHash(marketingConfiguration()), ...changes }),
  ])
const told = () => receiver.received.map(({ told }) => told)
const types = () => told().map(({ type }) => type)
const add = (changes: Parameters<TestHooks['add']>[0] = {}) => hooks.add({ url: receiver.url, ...changes })

test('a yes and a no arrive in that order, each with the index, the fields that were asked for, and a signature another library takes', async () => {
  const { secret } = add()
  const [yes] = await optIn(anOptIn())
  const [no] = await optOut(anOptOut({ program: 'offers', decidedAt: ledger.now() }))
  await hooks.delivery.run()

  expect(types()).toEqual(['consent.granted', 'consent.withdrawn'])
  expect(told()[0]).toEqual({
    type: 'consent.granted',
    timestamp: '2026-11-22T08:00:00.000Z',
    site: 'harbor',
    sequence: (yes as { index: number }).index,
    data: {
      subject: expect.stringMatching(/^[0-9a-f]{44}$/),
      channel: 'sms',
      program: 'offers',
      purpose: 'letters',
      decision: 'given',
      decidedAt: '2026-11-22T07:59:59.000Z',
      receivedAt: '2026-11-22T08:00:00.000Z',
      entry: { id: yes!.id, index: (yes as { index: number }).index },
    },
  })
  expect(told()[1]).toMatchObject({ sequence: (no as { index: number }).index, data: { purpose: 'letters' } })
  for (const one of receiver.received) {
    expect(checkedBy(secret, one)).toEqual(one.told)
    expect(() => checkedBy(secret, { ...one, body: one.body.replace('consent', 'Consent') })).toThrow(
      'No matching signature',
    )
  }
  expect(receiver.received[0]!.headers).toMatchObject({
    'content-type': 'application/json',
    'webhook-id': expect.stringMatching(/^harbor:\d+:[0-9a-f]{8}:sms:offers$/),
    'webhook-timestamp': String(Math.floor(ledger.now() / 1000)),
  })
})

describe('what is told', () => {
  test('a recipient of other purposes, programs or channels hears nothing', async () => {
    add({ programs: ['research'] })
    add({ programs: [], purposes: ['analytics'] })
    add({ channels: ['email'] })
    await optIn(anOptIn())
    await optOut(anOptOut())
    await hooks.delivery.run()
    expect(told()).toEqual([])
    // And they have looked at all of it.
    expect(hooks.store.list().map(({ next }) => next)).toEqual(Array(3).fill(ledger.store.size('harbor')))
  })

  test('a program is also found by its purpose, and a purpose of the page by its own', async () => {
    add({ programs: [], purposes: ['letters', 'analytics'] })
    await optIn(anOptIn())
    await decide({ choices: { analytics: true, marketing: false } })
    await hooks.delivery.run()
    expect(told().map(({ data }) => data['program'] ?? data['purpose'])).toEqual(['offers', 'analytics'])
  })

  test('each answer of one entry is a message of its own, with an id of its own that stays', async () => {
    const { id } = add({ programs: [], purposes: ['analytics', 'marketing'] })
    await decide({ choices: { analytics: true, marketing: false } })
    await hooks.delivery.run()
    expect(types()).toEqual(['consent.granted', 'consent.declined'])
    const ids = receiver.received.map(one => one.id)
    expect(new Set(ids).size).toBe(2)
    hooks.store.rewind(id, 0)
    await hooks.delivery.run()
    expect(receiver.received.map(one => one.id)).toEqual([...ids, ...ids])
  })

  test('a no to a whole channel is told for each program that was answered and for the channel', async () => {
    add({ programs: ['offers', 'adults'] })
    await optIn(anOptIn())
    await optOut(anOptOut({ decidedAt: ledger.now() }))
    await hooks.delivery.run()
    expect(
      told()
        .slice(1)
        .map(({ type, data }) => [type, data['channel'], data['program']]),
    ).toEqual([
      ['consent.withdrawn', 'sms', 'offers'],
      ['consent.withdrawn', 'sms', undefined],
    ])
  })

  test('a yes that came too late, or from a clock that cannot be right, is told to nobody', async () => {
    add()
    await optOut(anOptOut({ program: 'offers', decidedAt: ledger.now() }))
    await optIn(anOptIn({ decidedAt: ledger.now() - 60_000 }))
    await optIn(anOptIn({ address: '+12025550177', decidedAt: ledger.now() + 86_400_000 * 365 * 10 }))
    await hooks.delivery.run()
    expect(types()).toEqual(['consent.declined'])
  })

  test('a yes that waits for its confirmation is a request', async () => {
    add({ programs: ['research'] })
    await optIn(anOptIn({ program: 'research', channel: 'email', address: MAIL }))
    await hooks.delivery.run()
    expect(types()).toEqual(['consent.requested'])
  })

  test('whoever refused without ever agreeing has no pseudonym, and nobody is told', async () => {
    add({ programs: [], purposes: ['analytics', 'marketing'] })
    await appendDecisions(ledger, 'harbor', [
      aRefusal({ configuration: contentHash(marketingConfiguration()) }),
    ])
    await hooks.delivery.run()
    expect(told()).toEqual([])
  })

  test('an address only to a hook that lists it, and only the fields a hook lists', async () => {
    add({ fields: ['program'] })
    add({ fields: ['subject', 'address'] })
    await optIn(anOptIn())
    await optOut(anOptOut({ program: 'offers', decidedAt: ledger.now() }))
    await hooks.delivery.run()
    expect(
      told()
        .filter(({ data }) => !('address' in data))
        .map(({ data }) => Object.keys(data)),
    ).toEqual([['program'], ['program']])
    // Of a no too, which has nothing sealed beside it: whoever stops has to know whom.
    const withAddress = told().filter(({ data }) => 'address' in data)
    expect(withAddress.map(({ type, data }) => [type, data['address']])).toEqual([
      ['consent.granted', PHONE],
      ['consent.withdrawn', PHONE],
    ])
  })
})

describe('what others did with an address', () => {
  const subject = () =>
    ledger.store.subjectOfAddress('harbor', ledger.blindIndex.blindOf('harbor', 'sms', PHONE))!
  const hold = () =>
    holdAddress(
      ledger,
      'harbor',
      {
        id: aDecisionId(),
        channel: 'sms',
        address: PHONE,
        decidedAt: ledger.now(),
        cause: 'revocation-suspected',
        method: 'keyword',
        words: 'please no more',
      },
      { programs: PROGRAMS },
    )
  const record = (changes: Partial<ConsentToRecord>) =>
    recordConsents(
      ledger,
      'harbor',
      [
        {
          id: aDecisionId(),
          channel: 'sms',
          program: 'offers',
          address: PHONE,
          basis: 'consent',
          decidedAt: TEST_TIME - 86_400_000,
          evidence: 'full',
          configuration: contentHash(marketingConfiguration()),
          method: 'import',
          actor: 'command:import',
          source: { file: contentHash('list'), row: 1 },
          ...changes,
        },
      ],
      { programs: PROGRAMS },
    )

  test('a hold and its release are told to whoever knows of the person, and what was said is not', async () => {
    add({ fields: [...HOOK_FIELDS] })
    add({ programs: ['research'] })
    await optIn(anOptIn())
    const { id: releases } = (await hold()) as { id: string }
    const releasing = { subject: subject(), channel: 'sms', releases, actor: 'command:hold' } as const
    await releaseHold(ledger, 'harbor', releasing)
    await hooks.delivery.run()
    expect(told().map(({ type, data }) => [type, data['decision'], data['address']])).toEqual([
      ['consent.granted', 'given', PHONE],
      ['consent.held', 'held', PHONE],
      ['consent.released', 'released', PHONE],
    ])
    expect(receiver.received.map(({ body }) => body).join()).not.toContain('no more')
  })

  test('a yes behind a hold is told with the hold after it', async () => {
    add()
    await hold()
    await optIn(anOptIn())
    await hooks.delivery.run()
    expect(types()).toEqual(['consent.granted', 'consent.held'])
    expect(new Set(receiver.received.map(one => one.id)).size).toBe(2)
  })

  test('a request that is confirmed becomes a yes, with the words that were shown', async () => {
    add({ programs: ['research'], fields: ['text', 'purpose'] })
    const sent = anOptIn({ program: 'research' })
    await optIn(sent)
    await confirmOptIn(ledger, 'harbor', {
      subject: subject(),
      channel: 'sms',
      program: 'research',
      confirms: sent.id,
      method: 'link',
    })
    await hooks.delivery.run()
    expect(types()).toEqual(['consent.requested', 'consent.granted'])
    expect(told()[1]!.data).toEqual({ text: sent.text, purpose: 'research' })
  })

  test('consent from elsewhere is told where its evidence is enough to send, and another basis than consent never', async () => {
    add()
    await record({ address: '+12025550150', evidence: 'full' })
    await record({ address: '+12025550151', evidence: 'partial' })
    await record({ address: '+12025550152', evidence: 'asserted' })
    await record({ address: '+12025550153', basis: 'implied-purchase' })
    await hooks.delivery.run()
    expect(types()).toEqual(['consent.granted'])
  })
})

test('another controller gets the addresses of those who agreed to that, by its name, and no others', async () => {
  const shared = PROGRAMS.map(program =>
    program.id === 'mail-only' ? { ...program, sharesWith: 'Rowan CRM' } : program,
  )
  await publishPrograms(ledger, marketingConfiguration(shared))
  const configuration = contentHash(marketingConfiguration(shared))
  const scope = { role: 'controller', programs: ['mail-only'], fields: ['subject', 'address'] }
  const yes = (address: string, changes = {}) =>
    appendOptIns(
      ledger,
      'harbor',
      [anOptIn({ program: 'mail-only', channel: 'email', address, configuration, ...changes })],
      { programs: shared },
      {},
    )
  // Before: somebody who was told of nobody.
  await publishPrograms(ledger)
  await optIn(anOptIn({ program: 'mail-only', channel: 'email', address: 'ash@mail.example' }))
  await publishPrograms(ledger, marketingConfiguration(shared))
  const { id } = add(scope)
  expect(hooks.ask({ ...scope, recipient: 'Other CRM' })).toMatchObject({
    refused: 'not-shared',
    detail: expect.stringContaining('mail-only was not told that their address goes to Other CRM'),
  })
  await yes(MAIL, { sharesWith: 'Rowan CRM' })
  hooks.store.rewind(id, 0)
  await hooks.delivery.run()
  expect(told().map(({ data }) => data['address'])).toEqual([undefined, MAIL])
})

describe('after an erasure', () => {
  /** Of the number, and so that no yes from before comes back. */
  const erase = () => {
    const address = ledger.blindIndex.blindOf('harbor', 'sms', PHONE)
    const subject = ledger.store.subjectOfAddress('harbor', address)!
    return openErasures(ledger, ledger.erasures).erase('harbor', { subject, address, reason: 'request' })
  }

  test('whoever was told of the person is told of it, and no replay tells the address again', async () => {
    const { id } = add({ fields: ['subject', 'address'] })
    add({ programs: ['research'] })
    await optIn(anOptIn())
    await hooks.delivery.run()
    expect(receiver.received[0]!.body).toContain(PHONE)
    await erase()
    hooks.store.rewind(id, 0)
    await hooks.delivery.run()
    expect(types()).toEqual(['consent.granted', 'consent.granted', 'consent.erased'])
    const again = receiver.received.slice(1)
    expect(again.map(({ told }) => Object.keys(told.data))).toEqual([['subject'], ['subject']])
    expect(again.map(({ body }) => body).join()).not.toContain(PHONE)
  })

  test('a message that waited to be tried again tells no address that was erased meanwhile', async () => {
    add({ fields: ['subject', 'address'] })
    receiver.answerWith(n => (n === 0 ? 500 : 200))
    await optIn(anOptIn())
    await hooks.delivery.run()
    await erase()
    ledger.advance(10_000)
    await hooks.delivery.run()
    expect(receiver.received.map(({ body }) => body.includes(PHONE))).toEqual([true, false, false])
  })

  test('nor one whose connection was being made while it was erased', async () => {
    const files = selfSigned(ledger.folder)
    const [cert, key] = [readFileSync(files.cert, 'utf8'), readFileSync(files.key, 'utf8')]
    let erased: Promise<unknown> | undefined
    // Asked in the middle of the handshake.
    const SNICallback = (_: string, go: (fault: null) => void) =>
      void (erased ??= erase()).then(() => go(null))
    const slow = await startReceiver({ cert, key, SNICallback })
    await hooks.stop()
    hooks = testHooks(ledger, { ca: cert })
    try {
      add({ url: slow.url, fields: ['subject', 'address'] })
      await optIn(anOptIn())
      await hooks.delivery.run()
      expect(slow.received.map(({ told }) => told.type)).toEqual(['consent.granted', 'consent.erased'])
      expect(slow.received.map(({ body }) => body).join()).not.toContain(PHONE)
    } finally {
      await slow.close()
    }
  })

  test('a yes from before it that is brought again is told to nobody', async () => {
    add()
    await optIn(anOptIn())
    await erase()
    await optIn(anOptIn({ decidedAt: ledger.now() - 60_000 }))
    await hooks.delivery.run()
    expect(types()).toEqual(['consent.granted', 'consent.erased'])
  })
})

describe('a receiver that does not take it', () => {
  test('gets the same message again, later each time, and nothing overtakes it', async () => {
    const { id } = add()
    receiver.answerWith(n => (n < 4 ? 503 : 200))
    await optIn(anOptIn())
    await optOut(anOptOut({ program: 'offers', decidedAt: ledger.now() }))
    const waits: number[] = []
    for (let n = 0; n < 5; n++) {
      await hooks.delivery.run()
      const { notBefore = ledger.now() } = hooks.store.find(id)!
      waits.push(notBefore - ledger.now())
      // Not a moment too early.
      ledger.advance(notBefore - ledger.now() - 1)
      await hooks.delivery.run()
      ledger.advance(1)
    }
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 0])
    expect(types()).toEqual([...Array(5).fill('consent.granted'), 'consent.withdrawn'])
    expect(new Set(receiver.received.slice(0, 5).map(one => one.id)).size).toBe(1)
    expect(hooks.store.deliveries(id, 10).toReversed()).toMatchObject([
      ...[1, 2, 3, 4].map(attempt => ({ attempt, status: 503, fault: 'it answered 503' })),
      { attempt: 5, status: 200 },
      { attempt: 1, status: 200, event: 'consent.withdrawn' },
    ])
    expect(hooks.lines.map(({ event }) => event)).toEqual([
      'hook failed, and is tried again',
      'hook delivers again',
    ])
  })

  test('for three days is given up on, said so, and told all of it once it is resumed', async () => {
    const { id } = add()
    receiver.answerWith(() => 500)
    await optIn(anOptIn())
    for (let n = 0; n < 100 && hooks.store.find(id)!.state === 'active'; n++) {
      await hooks.delivery.run()
      ledger.advance(3_600_000)
    }
    expect(hooks.store.find(id)).toMatchObject({
      state: 'paused',
      why: 'nothing was taken since 2026-11-22T08:00:00.000Z; the last time: it answered 500',
    })
    expect(hooks.lines.at(-1)).toMatchObject({
      level: 'error',
      event: 'hook paused: its recipient is told nothing more',
      hook: id,
    })
    const tried = receiver.received.length
    expect(tried).toBe(73)
    await hooks.delivery.run()
    expect(receiver.received.length).toBe(tried)
    receiver.answerWith(() => 200)
    hooks.store.resume(id)
    await hooks.delivery.run()
    expect(receiver.received.length).toBe(tried + 1)
  })

  test('and asks for time is left alone for as long as it asks, an hour at most', async () => {
    const { id } = add()
    const asks = ['120', '86400', new Date(0).toUTCString()]
    receiver.answerWith(n => (_, response) => response.writeHead(429, { 'Retry-After': asks[n] }).end())
    await optIn(anOptIn())
    const waits: number[] = []
    for (const _ of asks) {
      await hooks.delivery.run()
      const { notBefore = 0 } = hooks.store.find(id)!
      waits.push(notBefore - ledger.now())
      ledger.advance(waits.at(-1)!)
    }
    expect(waits).toEqual([120_000, 3_600_000, 20_000])
  })

  test('and answers 410 is told nothing more', async () => {
    const { id } = add()
    receiver.answerWith(() => 410)
    await optIn(anOptIn())
    await optOut(anOptOut())
    await hooks.delivery.run()
    ledger.advance(86_400_000)
    await hooks.delivery.run()
    expect(receiver.received.length).toBe(1)
    expect(hooks.store.find(id)).toMatchObject({
      state: 'paused',
      why: 'it answered 410: it wants nothing more',
    })
  })

  test('because it hangs delays nobody else', async () => {
    const slow = await startReceiver()
    slow.answerWith(() => () => {})
    try {
      add({ url: slow.url })
      add()
      await optIn(anOptIn())
      void hooks.delivery.run()
      await Promise.all([slow.until(1), receiver.until(1)])
      await optOut(anOptOut({ program: 'offers', decidedAt: ledger.now() }))
      void hooks.delivery.run()
      await receiver.until(2)
      expect(types()).toEqual(['consent.granted', 'consent.withdrawn'])
      expect(slow.received.length).toBe(1)
    } finally {
      await slow.close()
    }
  })
})

test('a log shorter than what was told of it was restored: what it grows by from now on is told', async () => {
  const { id } = add()
  hooks.store.rewind(id, 1_000)
  await hooks.delivery.run()
  await optIn(anOptIn())
  await hooks.delivery.run()
  expect(types()).toEqual(['consent.granted'])
  expect(hooks.lines[0]).toMatchObject({ level: 'warn', next: 1_000 })
})

test('of somebody who answers all day long it is told in full, from any place', async () => {
  const { id } = add({ programs: [], purposes: ['analytics'] })
  for (let n = 0; n < 8; n++)
    // oxlint-disable-next-line no-await-in-loop -- in this order
    await appendDecisions(
      ledger,
      'harbor',
      Array.from({ length: 50 }, (_, i) =>
        aDecision({
          configuration: contentHash(marketingConfiguration()),
          choices: { analytics: i % 2 === 0, marketing: false },
          decidedAt: ledger.now() - 3_000 + n * 50 + i,
        }),
      ),
    )
  const size = ledger.store.size('harbor')
  hooks.store.rewind(id, size - 4)
  await hooks.delivery.run()
  expect(types()).toEqual(['consent.granted', 'consent.withdrawn', 'consent.granted', 'consent.withdrawn'])
  // Backwards, where nothing that is remembered helps.
  hooks.store.rewind(id, size - 100)
  await hooks.delivery.run()
  expect(types().slice(4)).toEqual(
    Array.from({ length: 100 }, (_, n) => (n % 2 === 0 ? 'consent.granted' : 'consent.withdrawn')),
  )
})

test('replayed from an entry, or moved on while a message is on its way, a hook stays where it was put', async () => {
  const { id } = add()
  await optIn(anOptIn())
  await optOut(anOptOut({ program: 'offers', decidedAt: ledger.now() }))
  receiver.answerWith(n => (_, response) => {
    // Somebody replays from the beginning while the last message is answered.
    if (n === 1) hooks.store.rewind(id, 0)
    response.writeHead(200).end()
  })
  await hooks.delivery.run()
  expect(types()).toEqual(['consent.granted', 'consent.withdrawn', 'consent.granted', 'consent.withdrawn'])
})

describe('a new secret', () => {
  test('signs beside the old one for as long as was said, and then alone', async () => {
    const { id, secret: old } = add()
    const until = ledger.now() + 3_600_000
    const secret = rotateSecret({ hooks: hooks.store, secrets: hooks.secrets }, hooks.store.find(id)!, until)!
    await optIn(anOptIn())
    await hooks.delivery.run()
    const [both] = receiver.received
    expect(String(both!.headers['webhook-signature']).split(' ').length).toBe(2)
    for (const one of [secret, old]) expect(checkedBy(one, both!)).toEqual(both!.told)

    ledger.advance(3_600_000)
    vi.setSystemTime(ledger.now())
    await optOut(anOptOut({ program: 'offers', decidedAt: ledger.now() }))
    await hooks.delivery.run()
    const after = receiver.received[1]!
    expect(checkedBy(secret, after)).toEqual(after.told)
    expect(() => checkedBy(old, after)).toThrow('No matching signature')
    expect(hooks.store.secrets(id)!.former).toBeUndefined()
  })

  test('is nowhere in the database', async () => {
    const { secret } = add()
    const bytes = Buffer.from(secret.slice('whsec_'.length), 'base64')
    for (const file of readdirSync(ledger.folder).filter(name => name.startsWith('hooks.db')))
      for (const form of [bytes, Buffer.from(secret), Buffer.from(bytes.toString('hex'))])
        expect(readFileSync(join(ledger.folder, file)).includes(form)).toBe(false)
  })
})

test('a hook that is paused or removed while the connection is made gets nothing', async () => {
  await hooks.stop()
  const doing: ((id: string) => void)[] = [id => hooks.store.pause(id, 'now'), id => hooks.store.remove(id)]
  let id = ''
  hooks = testHooks(ledger, {
    resolve: async () => {
      doing.shift()?.(id)
      return [{ address: '127.0.0.1', family: 4 }]
    },
  })
  id = add({ url: `http://localhost:${receiver.port}/in` }).id
  await optIn(anOptIn())
  await hooks.delivery.run()
  hooks.store.resume(id)
  await hooks.delivery.run()
  expect(receiver.received).toEqual([])
  expect(hooks.store.find(id)!.state).toBe('removed')
})
