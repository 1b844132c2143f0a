import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { contentOf } from '../../shared/domain/entry.ts'
import { createTestApp, ORIGIN, SITE, type TestApp } from '../support/app.ts'
import {
  anInboundSms,
  GENERIC_SECRET,
  genericEvents,
  SENDGRID_KEY,
  sendgridEvents,
  sesNotification,
  testSns,
  TOPIC,
  TWILIO_TOKEN,
  twilioForm,
  type SignedRequest,
} from '../support/provider-hooks.ts'
import { filesOf, holding } from '../support/byte-search.ts'
import { TEST_TIME } from '../support/ledger.ts'
import {
  anOptIn,
  anOptOut,
  MAIL,
  marketingConfiguration,
  PHONE,
  PROGRAMS,
  publishPrograms,
} from '../support/marketing.ts'
import { findingsIn } from '../support/verify.ts'

const SENDER = '+12025550100'
const OTHER_SENDER = '+12025550101'
const replies = {
  stopped: { en: 'Harbor: you get no more messages.', de: 'Harbor: Sie erhalten keine Nachrichten mehr.' },
  help: { en: 'Harbor <help@harbor.example> & phone +1 202 555 0100', de: 'Harbor: Hilfe' },
}
const programs = PROGRAMS.map(program => (program.id === 'offers' ? { ...program, replies } : program))
const senders = [
  { id: 'main', channel: 'sms', address: SENDER, programs: ['offers', 'research'] },
  { id: 'second', channel: 'sms', address: OTHER_SENDER, programs: ['adults'] },
]
const CONFIGURATION = marketingConfiguration(programs, { senders })

const sns = testSns()
const hooks = {
  twilio: { authToken: TWILIO_TOKEN },
  sendgrid: { publicKey: SENDGRID_KEY },
  ses: { topics: [TOPIC] },
  generic: { secrets: [GENERIC_SECRET] },
}
const PROVIDERS = { [SITE]: { hooks, replies: 'assent' as const } }

let app: TestApp
async function start(changes: Parameters<typeof createTestApp>[0] = {}, configuration = CONFIGURATION) {
  app = await createTestApp({ providers: PROVIDERS, fetchPinned: sns.fetchPinned, ...changes })
  await publishPrograms(app.ledger, configuration)
}
beforeEach(() => start())
afterEach(async () => {
  const [fault] = findingsIn(app.ledger)
  if (fault) throw new Error(`verify finds ${JSON.stringify(fault)}`)
  await app.remove()
})
async function restart(...how: Parameters<typeof start>) {
  await app.remove()
  await start(...how)
}

const HERE = `http://localhost:8787/v1/sites/${SITE}/hooks`
const post = (provider: string, { body, headers }: SignedRequest) =>
  app.request(`/v1/sites/${SITE}/hooks/${provider}`, { method: 'POST', headers, body })
let messages = 0
const sms = (body: string, changes: Record<string, string> = {}) =>
  post(
    'twilio',
    twilioForm(`${HERE}/twilio`, anInboundSms({ Body: body, MessageSid: `SM${++messages}`, ...changes })),
  )
const report = (...events: object[]) =>
  post('generic', genericEvents(events, { id: `msg_${++messages}`, at: app.ledger.now() }))

const size = () => app.ledger.store.size(SITE)
const entries = () =>
  Array.from({ length: size() }, (_, index) => contentOf(app.ledger.store.entry(SITE, index)!.entry))
const last = () => entries().at(-1)!
const optIn = async (changes: Parameters<typeof anOptIn>[0] = {}) => {
  const { configuration } = app.ledger.store.current(SITE)!
  const sent = anOptIn({ configuration, ...changes })
  const response = await app.request(`/v1/sites/${SITE}/opt-ins`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain', Origin: ORIGIN },
    body: JSON.stringify({ optIns: [sent] }),
  })
  expect(await response.json()).toMatchObject({ entries: [{ id: sent.id, duplicate: false }] })
  return sent
}
const status = async (changes: Record<string, string> = {}) => {
  const query = new URLSearchParams({ channel: 'sms', address: PHONE, program: 'offers', ...changes })
  const response = await app.request(`/v1/sites/${SITE}/status?${query}`, {
    headers: { Authorization: `Bearer ${app.key('status')}` },
  })
  return (await response.json()) as { decision: string; reason: string; entry?: { id: string } }
}
const saidBack = async (response: Response): Promise<string> => {
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toContain('text/xml')
  return (await response.text()).replace('<?xml version="1.0" encoding="UTF-8"?>', '')
}
const NOTHING = '<Response></Response>'

describe('a stop', () => {
  test('is in the log before it is answered: the first check after it says withdrawn', async () => {
    await optIn()
    expect(await status()).toMatchObject({ decision: 'send' })
    expect((await sms(' Stop! ')).status).toBe(200)
    expect(await status()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
    expect(last()).toMatchObject({ type: 'opt-out', method: 'keyword', channel: 'sms', sender: SENDER })
    expect(last()).not.toHaveProperty('program')
  })

  test('told again by the provider, and twice at once, it is one entry and one confirmation', async () => {
    await optIn()
    const before = size()
    const request = twilioForm(`${HERE}/twilio`, anInboundSms({ MessageSid: 'SM-again' }))
    const answers = await Promise.all([1, 2, 3].map(async () => saidBack(await post('twilio', request))))
    app.ledger.advance(1_000)
    answers.push(await saidBack(await post('twilio', request)))
    expect(size()).toBe(before + 1)
    expect(answers.filter(answer => answer !== NOTHING)).toEqual([
      `<Response><Message>${replies.stopped.en}</Message></Response>`,
    ])
  })

  test('is confirmed exactly once, however often it is said, and never later than five minutes after it', async () => {
    await optIn()
    expect(await saidBack(await sms('STOP'))).toContain(replies.stopped.en)
    expect(await saidBack(await sms('STOP'))).toBe(NOTHING)
    expect(await status()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
    const { subject } = last() as { subject: string }
    const confirmations = () =>
      app.messages
        .ofSubject(SITE, subject)
        .filter(({ kind, direction }) => kind === 'stopped' && direction === 'out')
    expect(confirmations()).toMatchObject([{ state: 'sent', at: app.ledger.now() }])
  })

  test('that is told late is not confirmed, and the message log says why', async () => {
    await optIn({ decidedAt: TEST_TIME - 700_000 })
    const said = { channel: 'sms', address: PHONE, sender: SENDER, body: 'STOP' }
    const at = new Date(TEST_TIME - 301_000).toISOString()
    const answer = await report({ type: 'message', ...said, at })
    expect(await answer.text()).not.toContain('reply')
    const { subject } = last() as { subject: string }
    expect(app.messages.ofSubject(SITE, subject)).toContainEqual(
      expect.objectContaining({
        kind: 'stopped',
        state: 'failed',
        fault: expect.stringContaining('five minutes') as string,
      }),
    )
    expect(await status()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  })

  test('is answered by nobody else where the provider or the network answers it', async () => {
    await optIn()
    expect(await saidBack(await sms('STOP', { OptOutType: 'STOP' }))).toBe(NOTHING)
    await restart({ providers: { [SITE]: { hooks } } })
    await optIn()
    expect(await saidBack(await sms('STOP'))).toBe(NOTHING)
    await restart()
    await optIn()
    expect(await saidBack(await sms('STOP', { To: '+18005550100' }))).toBe(NOTHING)
    expect(await status()).toMatchObject({ decision: 'block' })
  })

  test('by a keyword of the provider’s own counts as one', async () => {
    await optIn()
    await sms('HALT', { OptOutType: 'STOP' })
    expect(await status()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  })

  test('reaches as far as the site chose, and everything where it chose nothing', async () => {
    const adult = { program: 'adults', ofAge: true } as const
    await optIn()
    await optIn(adult)
    await sms('STOP')
    expect(await status({ program: 'adults' })).toMatchObject({ decision: 'block' })

    const revocation = [{ from: '2026-01-01', scope: 'sender' }]
    await restart({}, marketingConfiguration(programs, { senders, revocation }))
    await optIn()
    await optIn(adult)
    await sms('STOP')
    expect(await status()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
    expect(await status({ program: 'adults' })).toMatchObject({ decision: 'send' })
  })

  test('reaches everything once the law of a country leaves no choice', async () => {
    const revocation = [{ from: '2026-01-01', scope: 'sender' }]
    await restart({}, marketingConfiguration(programs, { senders, revocation }))
    app.ledger.advance(Date.parse('2027-01-31T00:00:00Z') - TEST_TIME)
    await optIn({ decidedAt: app.ledger.now() - 1_000 })
    await optIn({ program: 'adults', ofAge: true, decidedAt: app.ledger.now() - 1_000 })
    await sms('STOP')
    expect(await status({ program: 'adults' })).toMatchObject({ decision: 'block' })
  })

  test('of one program ends that one', async () => {
    await optIn()
    await optIn({ program: 'adults', ofAge: true })
    await sms('STOP adults')
    expect(last()).toMatchObject({ type: 'opt-out', program: 'adults' })
    expect(await status()).toMatchObject({ decision: 'send' })
  })

  test('of a number nobody knew is kept, for a yes may be on its way', async () => {
    await sms('STOP')
    await optIn({ decidedAt: TEST_TIME - 60_000 })
    expect(await status()).toMatchObject({ decision: 'block' })
  })

  test('is not undone by a yes decided before it that arrives after it, whatever its clock says: both are kept', async () => {
    await optIn()
    await sms('STOP')
    const late = await optIn({ decidedAt: TEST_TIME - 500 })
    const ahead = await optIn({ decidedAt: TEST_TIME + 10 * 365 * 86_400_000 })
    expect(await status()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
    expect(entries().map(({ id }) => id)).toEqual(expect.arrayContaining([late.id, ahead.id]))
  })
})

describe('a yes', () => {
  test('confirms the opt-in that waits for it', async () => {
    await optIn({ program: 'research' })
    expect(await status({ program: 'research' })).toMatchObject({ decision: 'hold' })
    await sms('yes')
    expect(last()).toMatchObject({ type: 'confirmation', method: 'keyword', program: 'research' })
    expect(await status({ program: 'research' })).toMatchObject({
      decision: 'send',
      reason: 'ok_double_optin',
    })
  })

  test('confirms what was typed into a form after a STOP, though no text could ask for it', async () => {
    await optIn({ program: 'research' })
    await sms('STOP')
    app.ledger.advance(60_000)
    await optIn({ program: 'research', decidedAt: app.ledger.now() - 1_000 })
    expect(await status({ program: 'research' })).toMatchObject({ decision: 'hold' })
    app.ledger.advance(60_000)
    await sms('START')
    expect(last()).toMatchObject({ type: 'confirmation', method: 'keyword', program: 'research' })
    expect(await status({ program: 'research' })).toMatchObject({
      decision: 'send',
      reason: 'ok_double_optin',
    })
  })

  test('after a STOP takes up the words that were confirmed, not those that somebody typed a number beside', async () => {
    const agreed = await optIn({ program: 'research' })
    await sms('YES')
    app.ledger.advance(60_000)
    const typed = await optIn({
      program: 'research',
      language: 'de',
      decidedAt: app.ledger.now() - 1_000,
    })
    expect(typed.text).not.toBe(agreed.text)
    await sms('STOP')
    app.ledger.advance(60_000)
    await sms('START')
    expect(await status({ program: 'research' })).toMatchObject({ decision: 'send', text: agreed.text })
  })

  test('confirms what waits beside a yes that stands', async () => {
    await optIn({ program: 'research' })
    await sms('YES')
    app.ledger.advance(60_000)
    const german = await optIn({ program: 'research', language: 'de', decidedAt: app.ledger.now() - 1_000 })
    await sms('YES')
    expect(await status({ program: 'research' })).toMatchObject({ decision: 'send', text: german.text })
  })

  test('to another sender confirms nothing', async () => {
    await optIn({ program: 'research' })
    await sms('yes', { To: OTHER_SENDER })
    expect(await status({ program: 'research' })).toMatchObject({ decision: 'hold' })
  })

  test('after a stop to the same sender takes up what that ended, by the words of before', async () => {
    const agreed = await optIn()
    await optIn({ program: 'research' })
    await sms('YES')
    await sms('STOP')
    app.ledger.advance(60_000)
    await sms('START')
    expect(await status()).toMatchObject({ decision: 'send', reason: 'ok_express' })
    expect(await status({ program: 'research' })).toMatchObject({
      decision: 'send',
      reason: 'ok_double_optin',
    })
    expect(
      entries()
        .filter(({ type }) => type === 'opt-in')
        .slice(2),
    ).toMatchObject([
      { method: 'keyword', program: 'offers', text: agreed.text, configuration: agreed.configuration },
      { method: 'keyword', program: 'research' },
    ])
  })

  test('told again adds nothing', async () => {
    await optIn()
    await sms('STOP')
    app.ledger.advance(1_000)
    await sms('START', { MessageSid: 'SM-start' })
    const before = size()
    app.ledger.advance(1_000)
    await sms('START', { MessageSid: 'SM-start' })
    expect(size()).toBe(before)
  })

  test('of a stranger, to another sender, or after a no by another road is no consent', async () => {
    await sms('START')
    await sms('YES')
    expect(await status()).toMatchObject({ decision: 'block', reason: 'never_asked' })
    await optIn()
    await sms('STOP')
    app.ledger.advance(1_000)
    const before = size()
    await sms('START', { To: OTHER_SENDER })
    expect(size()).toBe(before)
    await report({
      type: 'complaint',
      channel: 'sms',
      address: PHONE,
      at: new Date(app.ledger.now()).toISOString(),
    })
    await sms('START')
    expect(await status()).toMatchObject({ decision: 'block', reason: 'complaint' })
  })
})

describe('what a text message does not undo', () => {
  test('a stop to another of the numbers', async () => {
    await optIn({ program: 'adults', ofAge: true })
    await sms('STOP')
    app.ledger.advance(1_000)
    const before = size()
    await sms('START', { To: OTHER_SENDER })
    expect(size()).toBe(before)
    expect(await status({ program: 'adults' })).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  })

  test('a no on the form, also where nobody knows which number was written to', async () => {
    await optIn()
    await app.request(`/v1/sites/${SITE}/opt-outs`, {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain', Origin: ORIGIN },
      body: JSON.stringify({ optOuts: [anOptOut({ decidedAt: TEST_TIME })] }),
    })
    app.ledger.advance(1_000)
    const at = new Date(app.ledger.now()).toISOString()
    const answer = await report({ type: 'message', channel: 'sms', address: PHONE, at, body: 'START' })
    expect(await answer.json()).toMatchObject({ events: [{ did: 'asked' }] })
    expect(await status()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  })
})

describe('a start that counts no more', () => {
  test('told again after a later stop, it is still the one before it', async () => {
    await optIn({ program: 'research' })
    await sms('YES', { MessageSid: 'SM-yes' })
    app.ledger.advance(60_000)
    await sms('STOP')
    app.ledger.advance(60_000)
    await sms('YES', { MessageSid: 'SM-yes' })
    expect(await status({ program: 'research' })).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  })

  test('also one that found nothing to begin the first time', async () => {
    await optIn()
    await sms('START', { MessageSid: 'SM-early' })
    app.ledger.advance(60_000)
    await sms('STOP')
    app.ledger.advance(60_000)
    await sms('START', { MessageSid: 'SM-early' })
    expect(await status()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  })

  test('written before a stop and told of after it, it takes nothing up', async () => {
    await optIn()
    await sms('STOP')
    app.ledger.advance(60_000)
    const at = new Date(app.ledger.now()).toISOString()
    app.ledger.advance(60_000)
    await sms('STOP')
    app.ledger.advance(60_000)
    const start = { type: 'message', channel: 'sms', address: PHONE, sender: SENDER, at, body: 'START' }
    const answer = await report(start)
    expect(await answer.json()).toMatchObject({ events: [{ did: 'asked' }] })
    expect(await status()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  })

  test('written before the request was made, it confirms nothing', async () => {
    const at = new Date(app.ledger.now()).toISOString()
    app.ledger.advance(60_000)
    await optIn({ program: 'research', decidedAt: app.ledger.now() })
    const yes = { type: 'message', channel: 'sms', address: PHONE, sender: SENDER, at, body: 'YES' }
    await report(yes)
    expect(await status({ program: 'research' })).toMatchObject({ reason: 'pending_double_optin' })
  })

  test('a request that waited too long is confirmed by nothing', async () => {
    await optIn({ program: 'research' })
    app.ledger.advance(400 * 86_400_000)
    expect(await status({ program: 'research' })).toMatchObject({ decision: 'block', reason: 'expired' })
    await sms('YES')
    expect(await status({ program: 'research' })).toMatchObject({ decision: 'block', reason: 'expired' })
  })
})

describe('a stop that cannot be written into the message log', () => {
  test('is in the ledger all the same, for a provider may tell of it once only', async () => {
    await optIn()
    app.messages.hear = () => {
      throw new Error('disk full')
    }
    await sms('STOP')
    expect(await status()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  })
})

describe('a stop behind a no by another road', () => {
  const onForm = (decidedAt: number) =>
    app.request(`/v1/sites/${SITE}/opt-outs`, {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain', Origin: ORIGIN },
      body: JSON.stringify({ optOuts: [anOptOut({ decidedAt })] }),
    })

  test('ended nothing, so a start takes nothing up', async () => {
    await optIn()
    await onForm(TEST_TIME)
    app.ledger.advance(1_000)
    await sms('STOP')
    app.ledger.advance(1_000)
    await sms('START')
    expect(await status()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  })

  test('nor where a late yes came in between', async () => {
    await optIn({ decidedAt: TEST_TIME - 5_000 })
    await onForm(TEST_TIME)
    await optIn({ decidedAt: TEST_TIME - 3_000 })
    app.ledger.advance(1_000)
    await sms('STOP')
    app.ledger.advance(1_000)
    await sms('START')
    expect(await status()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  })

  test('after a complaint neither', async () => {
    await optIn()
    const at = new Date(app.ledger.now()).toISOString()
    await report({ type: 'complaint', channel: 'sms', address: PHONE, at })
    app.ledger.advance(1_000)
    await sms('STOP')
    app.ledger.advance(1_000)
    await sms('START')
    expect(await status()).toMatchObject({ decision: 'block' })
  })
})

describe('help', () => {
  test('is given in the program’s words, and to nobody who said no', async () => {
    await optIn({ language: 'de' })
    expect(await saidBack(await sms('HELP'))).toBe('<Response><Message>Harbor: Hilfe</Message></Response>')
    expect(await saidBack(await sms('info', { From: '+12025550177' }))).toBe(
      '<Response><Message>Harbor &lt;help@harbor.example&gt; &amp; phone +1 202 555 0100</Message></Response>',
    )
    await sms('STOP')
    expect(await saidBack(await sms('HELP'))).toBe(NOTHING)
  })
})

describe('what may be a no', () => {
  test('holds messages until somebody has read it; its words are sealed', async () => {
    await optIn()
    await sms('please stop texting me, my pin is 1234')
    expect(await status()).toMatchObject({ decision: 'hold', reason: 'revocation_suspected' })
    const [waiting] = app.messages.waiting(SITE)
    expect(waiting).toMatchObject({ message: { kind: 'suspected', dueAt: TEST_TIME + 48 * 3_600_000 } })
    const before = size()
    await sms('please stop texting me, my pin is 1234', { MessageSid: `SM${messages}` })
    expect(size()).toBe(before)
    expect(app.messages.waiting(SITE)).toHaveLength(1)
    expect(filesOf(app.ledger.folder).filter(({ bytes }) => bytes.includes('my pin is'))).toEqual([])
  })

  test('is not lifted by a yes', async () => {
    await optIn()
    await sms('take me off this list')
    await sms('YES')
    await optIn({ decidedAt: TEST_TIME })
    expect(await status()).toMatchObject({ decision: 'hold', reason: 'revocation_suspected' })
  })
})

test('what somebody writes is in no file, whatever it was and whoever wrote it', async () => {
  await optIn()
  await sms('hello my pin is 1234')
  await sms('hello my pin is 1234', { From: '+12025550177' })
  await sms('STOP\nmy pin is 1234')
  await report({
    type: 'message',
    channel: 'sms',
    address: PHONE,
    at: new Date(TEST_TIME).toISOString(),
    body: 'pin is 1234',
  })
  const places = filesOf(app.ledger.folder)
  expect(places.length).toBeGreaterThan(5)
  const forms = [
    Buffer.from('pin is 1234'),
    Buffer.from('pin is 1234', 'utf16le'),
    Buffer.from('pin+is+1234'),
  ]
  expect(holding(places, forms)).toEqual([])
  expect(JSON.stringify(app.lines)).not.toContain('1234')
  const { subject } = last() as { subject: string }
  expect(app.messages.ofSubject(SITE, subject).map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['other', 'stop']),
  )
})

test('when something last came in at a sender is kept', async () => {
  expect(app.messages.heardAt(SITE, SENDER)).toBeUndefined()
  await sms('hello')
  expect(app.messages.heardAt(SITE, SENDER)).toBe(TEST_TIME)
})

describe('other providers', () => {
  const mailStatus = () => status({ channel: 'email', address: MAIL })
  const mail = (changes: object) => ({
    email: MAIL,
    timestamp: TEST_TIME / 1000,
    sg_event_id: `e${++messages}`,
    sg_message_id: 'm',
    ...changes,
  })

  test.each([
    [{ event: 'unsubscribe' }, 'withdrawn'],
    [{ event: 'spamreport' }, 'complaint'],
    [{ event: 'bounce', type: 'bounce' }, 'hard_bounce'],
  ])('SendGrid reports %o', async (event, reason) => {
    await optIn({ channel: 'email', address: MAIL })
    const request = sendgridEvents([mail(event), mail({ event: 'open' })])
    const answer = await (await post('sendgrid', request)).json()
    expect(answer).toMatchObject({ events: [{ did: 'opted-out', duplicate: false, id: last().id }] })
    expect(await mailStatus()).toMatchObject({ decision: 'block', reason })
    const before = size()
    expect(await (await post('sendgrid', request)).json()).toMatchObject({
      events: [{ did: 'opted-out', duplicate: true }],
    })
    expect(size()).toBe(before)
  })

  test('a resubscription at a provider is no consent', async () => {
    await optIn({ channel: 'email', address: MAIL })
    await post('sendgrid', sendgridEvents([mail({ event: 'group_unsubscribe', asm_group_id: 1 })]))
    const answer = await post(
      'sendgrid',
      sendgridEvents([mail({ event: 'group_resubscribe', asm_group_id: 1 })]),
    )
    expect(await answer.json()).toMatchObject({ events: [{ did: 'asked' }] })
    expect(await mailStatus()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  })

  test('Amazon SES reports a complaint; its topic is connected by itself', async () => {
    await optIn({ channel: 'email', address: MAIL })
    const complaint = {
      eventType: 'Complaint',
      complaint: { complainedRecipients: [{ emailAddress: MAIL.toUpperCase() }] },
      mail: { messageId: 'm1' },
    }
    expect((await post('ses', sns.sign(sesNotification(complaint)))).status).toBe(200)
    expect(await mailStatus()).toMatchObject({ decision: 'block', reason: 'complaint' })
    const confirmation = {
      Type: 'SubscriptionConfirmation',
      MessageId: 'c1',
      Token: 't',
      Message: 'm',
      SubscribeURL: 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t',
    }
    expect((await post('ses', sns.sign(confirmation))).status).toBe(200)
    expect(app.lines).toContainEqual(expect.objectContaining({ event: 'hook connected', provider: 'ses' }))
  })

  test('Twilio learns of a stop from the error of a message', async () => {
    await optIn()
    const { Body: _, ...fields } = anInboundSms({
      From: SENDER,
      To: PHONE,
      MessageStatus: 'failed',
      ErrorCode: '21610',
    })
    await post('twilio', twilioForm(`${HERE}/twilio`, fields))
    expect(await status()).toMatchObject({ decision: 'block', reason: 'withdrawn' })
  })

  test('a gateway is told what to send back, and once', async () => {
    await optIn()
    const message = {
      type: 'message',
      channel: 'sms',
      address: PHONE,
      sender: SENDER,
      at: new Date(TEST_TIME).toISOString(),
    }
    const [help, stop, again] = [
      await report({ ...message, body: 'HELP' }),
      await report({ ...message, body: 'stop' }),
      await report({ ...message, body: 'stop' }),
    ]
    expect(await help.json()).toMatchObject({ events: [{ did: 'helped', reply: { kind: 'help' } }] })
    expect(await stop.json()).toMatchObject({
      events: [{ did: 'opted-out', reply: { kind: 'stopped', text: replies.stopped.en } }],
    })
    expect(await again.text()).not.toContain('reply')
  })

  test('a gateway reports in words of ours, and is told what became of each event', async () => {
    await optIn()
    const at = new Date(TEST_TIME).toISOString()
    const answer = await report(
      { type: 'stop', channel: 'sms', address: '(202) 555-0123', at, program: 'offers' },
      { type: 'undeliverable', channel: 'email', address: 'no address', at },
    )
    expect(await answer.json()).toMatchObject({ events: [{ did: 'opted-out' }, { did: 'refused' }] })
    expect(last()).toMatchObject({ type: 'opt-out', method: 'provider', program: 'offers' })
    expect(app.lines).toContainEqual(
      expect.objectContaining({ event: 'reported addresses not understood', count: 1 }),
    )
  })
})

describe('whoever is not the provider', () => {
  test('is refused, changes nothing, and is told what is wrong', async () => {
    await optIn()
    const before = size()
    const signed = twilioForm(`${HERE}/twilio`, anInboundSms(), 'another token')
    const refusal = await post('twilio', signed)
    expect(refusal.status).toBe(401)
    expect(await refusal.json()).toMatchObject({ type: 'urn:assent:problem:hook-unsigned' })
    expect((await post('sendgrid', { body: '[]', headers: {} })).status).toBe(401)
    expect((await post('ses', { body: '{}', headers: {} })).status).toBe(400)
    expect((await post('generic', genericEvents([], { secret: `whsec_${btoa('other')}` }))).status).toBe(401)
    expect((await post('twilio', { body: 'x'.repeat(70_000), headers: signed.headers })).status).toBe(413)
    expect(size()).toBe(before)
    expect(await status()).toMatchObject({ decision: 'send' })
  })

  test('an address in front that lies about its host changes nothing: the configured one is what is signed', async () => {
    await optIn()
    const { body, headers } = twilioForm(`${HERE}/twilio`, anInboundSms())
    const lying = await app.request(`https://evil.example/v1/sites/${SITE}/hooks/twilio`, {
      method: 'POST',
      body,
      headers,
    })
    expect(lying.status).toBe(200)
    const forged = twilioForm(
      `https://evil.example/v1/sites/${SITE}/hooks/twilio`,
      anInboundSms({ MessageSid: 'SMx' }),
    )
    expect(
      (await app.request(`https://evil.example/v1/sites/${SITE}/hooks/twilio`, { method: 'POST', ...forged }))
        .status,
    ).toBe(401)
  })

  test('comes up against a limit that keeps nobody else out, from the same network either', async () => {
    await restart({ limits: { perMinute: 1, burst: 3, sitePerHour: 100 } })
    const stranger = twilioForm(`${HERE}/twilio`, anInboundSms(), 'another token')
    const codes: number[] = []
    for (let n = 0; n < 5; n++) codes.push((await post('twilio', stranger)).status)
    expect(codes).toEqual([401, 401, 401, 429, 429])
    expect((await sms('STOP')).status).toBe(200)
    expect(last()).toMatchObject({ type: 'opt-out' })
  })

  test('a site without such a hook has no such address', async () => {
    await restart({ providers: {} })
    const refusal = await sms('STOP')
    expect(refusal.status).toBe(404)
    expect(await refusal.json()).toMatchObject({ type: 'urn:assent:problem:unknown-hook' })
  })

  test('a log that must not grow takes nothing, and the provider is told to come again', async () => {
    await restart({ suspended: new Set([SITE]) })
    const refusal = await sms('STOP')
    expect([refusal.status, refusal.headers.get('retry-after')]).toEqual([503, '60'])
  })
})
