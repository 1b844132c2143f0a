import { beforeAll, beforeEach, expect, test } from 'vitest'
import { hearSes } from '../../../server/marketing/inbound/ses.ts'
import {
  asHook,
  CERTIFICATE_URL,
  sesNotification,
  testSns,
  TOPIC,
  type SignedRequest,
  type TestSns,
} from '../../support/provider-hooks.ts'

const HERE = 'https://consent.harbor.example/v1/sites/harbor/hooks/ses'
const BOUNCE = {
  eventType: 'Bounce',
  bounce: {
    bounceType: 'Permanent',
    bounceSubType: 'General',
    bouncedRecipients: [{ emailAddress: 'robin@mail.example' }, { emailAddress: 'kim@mail.example' }],
  },
  mail: { messageId: 'm1' },
}

let sns: TestSns
beforeAll(() => void (sns = testSns()))
beforeEach(() => void sns.fetched.splice(0))
const hear = (request: SignedRequest, topics = [TOPIC]) =>
  hearSes(asHook(HERE, request), { topics }, sns.fetchPinned)
const changed = (request: SignedRequest, changes: object): SignedRequest => ({
  ...request,
  body: JSON.stringify({ ...(JSON.parse(request.body) as object), ...changes }),
})

test.each(['1', '2'] as const)(
  'a notification signed by version %s is read, with each recipient in it',
  async version => {
    const request = sns.sign(sesNotification(BOUNCE), { version })
    expect(await hear(request)).toEqual({
      events: ['robin@mail.example', 'kim@mail.example'].map((address, n) => ({
        kind: 'undeliverable',
        provider: 'ses',
        eventId: `11111111-1111-4111-8111-111111111111:${n}`,
        channel: 'email',
        address,
        at: Date.parse('2026-11-22T07:59:58Z'),
      })),
    })
    expect(sns.fetched).toEqual([CERTIFICATE_URL])
  },
)

test('a signature over the fields without the last newline is none', async () => {
  expect(await hear(sns.sign(sesNotification(BOUNCE), { ending: '' }))).toMatchObject({
    refused: 'signature-wrong',
  })
})

test('a subject is signed too, and whatever was changed after signing is refused', async () => {
  const request = sns.sign({ ...sesNotification(BOUNCE), Subject: 'Amazon SES Email Event Notification' })
  expect(await hear(request)).toHaveProperty('events')
  for (const changes of [
    { Subject: 'Other' },
    { Message: '{}' },
    { Timestamp: 'x' },
    { MessageId: '2' },
    { SignatureVersion: '1' },
  ])
    expect(await hear(changed(request, changes))).toMatchObject({ refused: 'signature-wrong' })
})

test.each([
  'https://evil.example/SimpleNotificationService-0.pem',
  'https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0.pem',
  'https://sns.eu-west-1.amazonaws.com@evil.example/SimpleNotificationService-0.pem',
  'https://user:word@sns.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem',
  'http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem',
  'https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-0.pem',
  'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem',
  'https://s3.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem',
  'https://sns.eu-west-1.amazonaws.com/other.pem',
  'https://sns.eu-west-1.amazonaws.com/x/../../SimpleNotificationService-0.pem?/../y.pem#a',
  'file:///etc/passwd',
  'not an address',
])('a certificate at %s is not fetched', async SigningCertURL => {
  const heard = await hear(changed(sns.sign(sesNotification(BOUNCE)), { SigningCertURL }))
  expect(heard).toMatchObject({ refused: 'certificate-elsewhere' })
  expect(sns.fetched).toEqual([])
})

test('a topic of somebody else is refused before anything is fetched', async () => {
  const TopicArn = 'arn:aws:sns:eu-west-1:999999999999:theirs'
  expect(await hear(sns.sign({ ...sesNotification(BOUNCE), TopicArn }))).toMatchObject({
    refused: 'not-ours',
  })
  expect(await hear(sns.sign(sesNotification(BOUNCE)), [])).toMatchObject({ refused: 'not-ours' })
  expect(sns.fetched).toEqual([])
})

const confirmation = {
  Type: 'SubscriptionConfirmation',
  MessageId: 'c1',
  Token: 'a-token',
  Message: 'You have chosen to subscribe',
  SubscribeURL: 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=a-token',
}

test('a subscription of our topic is confirmed at Amazon, and nowhere else', async () => {
  expect(await hear(sns.sign(confirmation))).toMatchObject({ events: [{ kind: 'connected', eventId: 'c1' }] })
  expect(sns.fetched).toEqual([CERTIFICATE_URL, confirmation.SubscribeURL])
  sns.fetched.splice(0)
  const SubscribeURL = 'https://169.254.169.254/latest/meta-data'
  expect(await hear(sns.sign({ ...confirmation, SubscribeURL }))).toMatchObject({
    refused: 'certificate-elsewhere',
  })
  expect(sns.fetched).toEqual([CERTIFICATE_URL])
  sns.fetched.splice(0)
  expect(await hear(changed(sns.sign(confirmation), { Token: 'b' }))).toMatchObject({
    refused: 'signature-wrong',
  })
  expect(sns.fetched).toEqual([CERTIFICATE_URL])
})

test('a certificate that cannot be had is a fault: Amazon sends it again', async () => {
  const failing = () => Promise.reject(new Error('no network'))
  await expect(
    hearSes(asHook(HERE, sns.sign(sesNotification(BOUNCE))), { topics: [TOPIC] }, failing),
  ).rejects.toThrow('no network')
})

const kinds = async (report: unknown) => {
  const heard = await hear(sns.sign(sesNotification(report)))
  if ('refused' in heard) throw new Error(heard.detail)
  return heard.events.map(event => ('list' in event ? `${event.kind} ${event.list}` : event.kind))
}
const recipients = [{ emailAddress: 'robin@mail.example' }]
const mail = { messageId: 'm1', destination: ['robin@mail.example'] }

test.each<[string, object, string[]]>([
  [
    'a bounce for now',
    { eventType: 'Bounce', bounce: { bounceType: 'Transient', bouncedRecipients: recipients }, mail },
    ['failed'],
  ],
  [
    'a bounce by the suppression list',
    {
      eventType: 'Bounce',
      bounce: {
        bounceType: 'Permanent',
        bounceSubType: 'OnAccountSuppressionList',
        bouncedRecipients: recipients,
      },
      mail,
    },
    ['suppressed'],
  ],
  [
    'a complaint',
    {
      notificationType: 'Complaint',
      complaint: { complainedRecipients: recipients, complaintFeedbackType: 'abuse' },
      mail,
    },
    ['complained'],
  ],
  [
    'a complaint of before',
    {
      eventType: 'Complaint',
      complaint: { complaintSubType: 'OnAccountSuppressionList', complainedRecipients: recipients },
      mail,
    },
    ['suppressed'],
  ],
  [
    'a delivery',
    { eventType: 'Delivery', delivery: { recipients: ['robin@mail.example'] }, mail },
    ['delivered'],
  ],
  [
    'preferences',
    {
      eventType: 'Subscription',
      subscription: {
        newTopicPreferences: {
          unsubscribeAll: false,
          topicSubscriptionStatus: [
            { topicName: 'offers', subscriptionStatus: 'OptOut' },
            { topicName: 'news', subscriptionStatus: 'OptIn' },
          ],
        },
      },
      mail,
    },
    ['unsubscribed offers', 'resubscribed news'],
  ],
  [
    'a no to everything',
    { eventType: 'Subscription', subscription: { newTopicPreferences: { unsubscribeAll: true } }, mail },
    ['unsubscribed'],
  ],
  ['an open', { eventType: 'Open', open: {}, mail }, []],
  ['a report without what it should have', { eventType: 'Bounce' }, []],
])('%s', async (_, report, expected) => {
  expect(await kinds(report)).toEqual(expected)
})

test('what is no message of SNS is refused', async () => {
  for (const body of ['', '{', '[]', '"x"', '{"eventType":"Bounce"}'])
    expect(await hear({ body, headers: {} })).toMatchObject({ refused: 'malformed' })
})
