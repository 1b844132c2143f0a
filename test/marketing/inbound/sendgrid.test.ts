import { expect, test } from 'vitest'
import { hearSendgrid } from '../../../server/marketing/inbound/sendgrid.ts'
import vectors from '../../vectors/webhooks.json' with { type: 'json' }
import { asHook, SENDGRID_KEY, sendgridEvents } from '../../support/provider-hooks.ts'

const HERE = 'https://consent.harbor.example/v1/sites/harbor/hooks/sendgrid'
const { sendgrid: published } = vectors
const publishedHook = (
  body = published.body,
  timestamp = published.timestamp,
  signature = published.signature,
) =>
  asHook(HERE, {
    body,
    headers: {
      'x-twilio-email-event-webhook-signature': signature,
      'x-twilio-email-event-webhook-timestamp': timestamp,
    },
  })
const ours = { publicKeys: [published.publicKey] }

test('the SDK’s published example is verified, and says that nobody is there', () => {
  expect(hearSendgrid(publishedHook(), ours)).toEqual({
    events: [
      {
        kind: 'undeliverable',
        provider: 'sendgrid',
        eventId: 'ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA',
        channel: 'email',
        address: 'hello@world.com',
        at: 1_600_112_492_000,
      },
    ],
  })
})

test('the same JSON in other bytes, another time, key or signature is refused', () => {
  const refused = { refused: 'signature-wrong' }
  const again = JSON.stringify(JSON.parse(published.body), undefined, 1)
  expect(hearSendgrid(publishedHook(again), ours)).toMatchObject(refused)
  expect(hearSendgrid(publishedHook(published.body.trimEnd()), ours)).toMatchObject(refused)
  expect(hearSendgrid(publishedHook(published.body, '1600112503'), ours)).toMatchObject(refused)
  expect(hearSendgrid(publishedHook(), { publicKeys: [published.otherKey] })).toMatchObject(refused)
  for (const signature of ['', 'AAAA', published.signature.replace('GHQ', 'GHR'), 'no base64!'])
    expect(hearSendgrid(publishedHook(undefined, undefined, signature), ours)).toMatchObject(refused)
  expect(
    hearSendgrid(publishedHook(), { publicKeys: [published.otherKey, published.publicKey] }),
  ).toHaveProperty('events')
  expect(hearSendgrid(asHook(HERE, { body: published.body, headers: {} }), ours)).toMatchObject({
    refused: 'signature-missing',
  })
})

const kinds = (...events: object[]) => {
  const told = events.map((event, n) => ({
    email: 'robin@mail.example',
    sg_event_id: `e${n}`,
    sg_message_id: 'm',
    timestamp: 1_795_334_000,
    ...event,
  }))
  const heard = hearSendgrid(asHook(HERE, sendgridEvents(told)), { publicKeys: [SENDGRID_KEY] })
  if ('refused' in heard) throw new Error(heard.detail)
  return heard.events.map(event => ('list' in event ? `${event.kind} ${event.list}` : event.kind))
}

test('what ends or reopens consent is told apart from what ended one message', () => {
  expect(
    kinds(
      { event: 'unsubscribe' },
      { event: 'group_unsubscribe', asm_group_id: 7 },
      { event: 'group_resubscribe', asm_group_id: 7 },
      { event: 'spamreport' },
      { event: 'bounce', type: 'bounce' },
      { event: 'bounce', type: 'blocked' },
      { event: 'dropped', reason: 'Spam Reporting Address' },
      { event: 'dropped', reason: 'Unsubscribed Address' },
      { event: 'dropped', reason: 'Recipient List over Package Quota' },
      { event: 'delivered' },
    ),
  ).toEqual([
    'unsubscribed',
    'unsubscribed 7',
    'resubscribed 7',
    'complained',
    'undeliverable',
    'failed',
    'complained',
    'unsubscribed',
    'failed',
    'delivered',
  ])
})

test('what nobody needs, or nobody can read, holds up nothing else', () => {
  const heard = kinds(
    { event: 'open' },
    { event: 'processed' },
    { event: 'unsubscribe', email: 5 },
    { event: 'new' },
    { event: 'spamreport' },
  )
  expect(heard).toEqual(['complained'])
})
