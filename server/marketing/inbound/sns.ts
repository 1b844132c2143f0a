import { verify, X509Certificate } from 'node:crypto'
import { looseObject, looseText, type Loose } from '../../../shared/domain/loose.ts'
import { jsonOf, refuse, type HookRequest, type RefusedHook } from './hook.ts'

/**
 * Gets what is at an address of Amazon's that has been looked at before. Follows no redirect, which would lead to one
 * that has not, and throws when there is nothing.
 */
export type FetchPinned = (url: string) => Promise<string>

export const SNS_TYPES = ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'] as const
export type SnsType = (typeof SNS_TYPES)[number]

/** A message of Amazon SNS whose signature is right, of a topic that is ours. */
export interface SnsMessage {
  readonly type: SnsType
  readonly id: string
  readonly topic: string
  readonly message: string
  readonly timestamp: string
  /** Of the confirmation of a subscription: what to fetch. */
  readonly subscribeUrl?: string
}

const NOTIFICATION = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
const CONFIRMATION = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']
const SIGNED: Readonly<Record<SnsType, readonly string[]>> = {
  Notification: NOTIFICATION,
  SubscriptionConfirmation: CONFIRMATION,
  UnsubscribeConfirmation: CONFIRMATION,
}
const ALGORITHMS: Readonly<Record<string, string>> = { 1: 'sha1', 2: 'sha256' }

/** The bytes that are signed: name and value of each field in a line of its own, the last one ended like the others. */
export const snsCanonical = (type: SnsType, fields: Loose): string =>
  SIGNED[type]
    .filter(name => typeof fields[name] === 'string')
    .map(name => `${name}\n${fields[name] as string}\n`)
    .join('')

/** Nothing is fetched for a topic that is not ours, nor from anywhere but Amazon's own host of that topic's region. */
export async function openSns(
  request: HookRequest,
  topics: readonly string[],
  fetchPinned: FetchPinned,
): Promise<SnsMessage | RefusedHook> {
  const fields = looseObject(jsonOf(request.body))
  const type = SNS_TYPES.find(known => known === fields['Type'])
  const [id, topic] = [looseText(fields['MessageId']), looseText(fields['TopicArn'])]
  const { Message: message, Timestamp: timestamp } = fields
  if (!type || id === undefined || topic === undefined)
    return refuse('malformed', 'Send what Amazon SNS sends, with "raw message delivery" switched off.')
  if (typeof message !== 'string' || typeof timestamp !== 'string')
    return refuse('malformed', 'Send what Amazon SNS sends, with "raw message delivery" switched off.')
  if (!topics.includes(topic))
    return refuse(
      'not-ours',
      `The topic ${topic.slice(0, 300)} is none of this hook: add its ARN, or end the subscription.`,
    )

  const signature = looseText(fields['Signature'])
  const algorithm = ALGORITHMS[looseText(fields['SignatureVersion']) ?? '']
  if (signature === undefined || algorithm === undefined)
    return refuse('signature-missing', 'Send the message with its signature, version 1 or 2.')
  const certificate = looseText(fields['SigningCertURL'])
  if (certificate === undefined || !isPinned(certificate, topic, CERTIFICATE))
    return refuse('certificate-elsewhere', 'The certificate is not at Amazon SNS: nothing was fetched.')
  const { publicKey } = new X509Certificate(await fetchPinned(certificate))
  const canonical = Buffer.from(snsCanonical(type, fields))
  if (!verify(algorithm, canonical, publicKey, Buffer.from(signature, 'base64')))
    return refuse('signature-wrong', 'Amazon SNS did not sign this.')

  const opened = { type, id, topic, message, timestamp }
  if (type !== 'SubscriptionConfirmation') return opened
  const subscribeUrl = looseText(fields['SubscribeURL'])
  if (subscribeUrl === undefined || !isPinned(subscribeUrl, topic, CONFIRM))
    return refuse(
      'certificate-elsewhere',
      'The address that confirms is not at Amazon SNS: nothing was fetched.',
    )
  return { ...opened, subscribeUrl }
}

/** Path and query. */
const CERTIFICATE = /^\/SimpleNotificationService-[0-9A-Za-z]+\.pem$/
const CONFIRM = /^\/\?/

/** At `sns.<region>.amazonaws.com`, the region of the topic itself, by https and on its usual port. */
function isPinned(text: string, topic: string, rest: RegExp): boolean {
  const [, partition, service, region = ''] = topic.split(':')
  if (service !== 'sns' || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region) || !URL.canParse(text)) return false
  const url = new URL(text)
  return (
    url.origin === `https://sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}` &&
    url.username === '' &&
    url.password === '' &&
    rest.test(url.pathname + url.search)
  )
}
