import { execFileSync } from 'node:child_process'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HookRequest } from '../../server/marketing/inbound/hook.ts'

/** Requests as providers sign them, written apart from the code that checks them. */
export interface SignedRequest {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

export const asHook = (url: string, { body, headers }: SignedRequest): HookRequest => ({
  body: Buffer.from(body),
  header: name => headers[name],
  url,
})

export const TWILIO_TOKEN = 'an-auth-token-of-a-test'

export function twilioForm(
  url: string,
  fields: Readonly<Record<string, string>>,
  token = TWILIO_TOKEN,
): SignedRequest {
  const names = Object.keys(fields).sort()
  const signed = url + names.map(name => `${name}${fields[name]}`).join('')
  return {
    body: new URLSearchParams(fields).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': createHmac('sha1', token).update(signed).digest('base64'),
    },
  }
}

/** An SMS as Twilio hands it on. */
export const anInboundSms = (changes: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  AccountSid: 'AC00000000000000000000000000000001',
  ApiVersion: '2010-04-01',
  Body: 'STOP',
  From: '+12025550123',
  FromCountry: 'US',
  MessageSid: 'SM00000000000000000000000000000001',
  NumMedia: '0',
  NumSegments: '1',
  SmsStatus: 'received',
  To: '+12025550100',
  ToCountry: 'US',
  ...changes,
})

const sendgridKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const SENDGRID_KEY = sendgridKeys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')

export function sendgridEvents(events: unknown, timestamp = '1795334400'): SignedRequest {
  const body = `${JSON.stringify(events)}\r\n`
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'x-twilio-email-event-webhook-timestamp': timestamp,
      'x-twilio-email-event-webhook-signature': sign(
        'sha256',
        Buffer.from(timestamp + body),
        sendgridKeys.privateKey,
      ).toString('base64'),
    },
  }
}

export const GENERIC_SECRET = `whsec_${Buffer.alloc(24, 9).toString('base64')}`

export function genericEvents(
  events: unknown,
  { id = 'msg_1', at = 1_795_334_400_000, secret = GENERIC_SECRET } = {},
): SignedRequest {
  const body = JSON.stringify({ events })
  const timestamp = `${Math.floor(at / 1000)}`
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
  }
}

export const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:harbor-mail'
export const CERTIFICATE_URL =
  'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem'

/** Amazon's part, with a certificate of our own; `fetched` is every address that was asked for. */
export interface TestSns {
  readonly fetched: string[]
  readonly fetchPinned: (url: string) => Promise<string>
  sign(
    fields: Readonly<Record<string, string>>,
    changes?: { version?: '1' | '2'; ending?: string },
  ): SignedRequest
}

/** Made now, by openssl: Node reads certificates, but makes none. */
export function testSns(): TestSns {
  const folder = mkdtempSync(join(tmpdir(), 'assent-sns-'))
  const [key, cert] = [join(folder, 'sns.key'), join(folder, 'sns.crt')]
  const made = `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=sns.amazonaws.com -keyout ${key} -out ${cert}`
  execFileSync('openssl', made.split(' '), { stdio: 'pipe' })
  const [privateKey, certificate] = [key, cert].map(file => readFileSync(file, 'utf8'))
  rmSync(folder, { recursive: true })
  const fetched: string[] = []
  return {
    fetched,
    fetchPinned: async url => {
      fetched.push(url)
      return url.endsWith('.pem') ? certificate! : '<ConfirmSubscriptionResponse/>'
    },
    sign: (given, { version = '2', ending = '\n' } = {}) => {
      const fields = { Timestamp: '2026-11-22T07:59:58.000Z', TopicArn: TOPIC, ...given }
      const names = Object.keys(fields).sort()
      const canonical =
        names.map(name => `${name}\n${fields[name as keyof typeof fields]}`).join('\n') + ending
      const Signature = sign(version === '1' ? 'sha1' : 'sha256', Buffer.from(canonical), privateKey!)
      const signed = { SignatureVersion: version, SigningCertURL: CERTIFICATE_URL, ...fields }
      return {
        body: JSON.stringify({ ...signed, Signature: Signature.toString('base64') }),
        headers: { 'content-type': 'text/plain; charset=UTF-8' },
      }
    },
  }
}

/** What SES reports, in the envelope of SNS. */
export const sesNotification = (report: unknown, id = '11111111-1111-4111-8111-111111111111') => ({
  Type: 'Notification',
  MessageId: id,
  Message: JSON.stringify(report),
})
