import { looseList, looseObject, looseText, type Loose } from '../../../shared/domain/loose.ts'
import type { AddressReport, ProviderEvent } from './event.ts'
import { timeOf, type HeardEvents, type HookRequest } from './hook.ts'
import { openSns, type FetchPinned, type SnsMessage } from './sns.ts'

export interface SesHook {
  /** ARNs of the topics whose messages are taken: anybody can have Amazon sign messages of a topic of theirs. */
  readonly topics: readonly string[]
}

/** Amazon SES, whose events come through SNS. A subscription to our topic is confirmed at once. */
export async function hearSes(
  request: HookRequest,
  { topics }: SesHook,
  fetchPinned: FetchPinned,
): Promise<HeardEvents> {
  const opened = await openSns(request, topics, fetchPinned)
  if ('refused' in opened) return opened
  const { type, id, subscribeUrl } = opened
  if (subscribeUrl !== undefined) await fetchPinned(subscribeUrl)
  if (type === 'Notification') return { events: reportsOf(opened) }
  const kind = type === 'SubscriptionConfirmation' ? 'connected' : 'disconnected'
  return { events: [{ kind, provider: 'ses', eventId: id, ...timeOf(opened.timestamp) }] }
}

function reportsOf({ id, message, timestamp }: SnsMessage): ProviderEvent[] {
  const told = looseObject(parsed(message))
  // One notification may name several recipients.
  return recipientsOf(told).flatMap(({ address, kind, list }, n): ProviderEvent[] => {
    const reported = {
      provider: 'ses',
      eventId: `${id}:${n}`,
      channel: 'email',
      address,
      ...timeOf(timestamp),
    } as const
    if (kind !== 'delivered' && kind !== 'failed')
      return [{ kind, ...reported, ...(list !== undefined && { list }) }]
    const sent = looseText(looseObject(told['mail'])['messageId'])
    return sent === undefined ? [] : [{ kind, ...reported, message: sent }]
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Amazon's own greeting to a new topic is a sentence.
    return undefined
  }
}

interface Told {
  readonly address: string
  readonly kind: AddressReport['kind'] | 'delivered' | 'failed'
  readonly list?: string
}

function recipientsOf(told: Loose): Told[] {
  const all = (kind: Told['kind'], addresses: readonly unknown[]): Told[] =>
    addresses.flatMap(address =>
      looseText(address) === undefined ? [] : [{ kind, address: address as string }],
    )
  const emailAddresses = (list: unknown) => looseList(list).map(({ emailAddress }) => emailAddress)
  const [bounce, complaint, delivery] = ['bounce', 'complaint', 'delivery'].map(name =>
    looseObject(told[name]),
  )
  switch (told['eventType'] ?? told['notificationType']) {
    case 'Bounce':
      return all(bounceKind(bounce!), emailAddresses(bounce!['bouncedRecipients']))
    case 'Complaint':
      return all(
        // It was not sent at all: what the person said, they said before.
        complaint!['complaintSubType'] === ON_LIST ? 'suppressed' : 'complained',
        emailAddresses(complaint!['complainedRecipients']),
      )
    case 'Delivery': {
      const { recipients } = delivery!
      return all('delivered', Array.isArray(recipients) ? recipients : [])
    }
    case 'Subscription':
      return preferences(told)
    default:
      return []
  }
}

const ON_LIST = 'OnAccountSuppressionList'

function bounceKind({ bounceType, bounceSubType }: Loose): Told['kind'] {
  if (bounceSubType === ON_LIST || bounceSubType === 'Suppressed') return 'suppressed'
  return bounceType === 'Permanent' ? 'undeliverable' : 'failed'
}

/** What a person chose on the preference page of SES: all of a contact list, or topics of it. */
function preferences(told: Loose): Told[] {
  const { destination } = looseObject(told['mail'])
  const address = Array.isArray(destination) ? looseText(destination[0]) : undefined
  if (address === undefined) return []
  const { unsubscribeAll, topicSubscriptionStatus } = looseObject(
    looseObject(told['subscription'])['newTopicPreferences'],
  )
  if (unsubscribeAll === true) return [{ address, kind: 'unsubscribed' }]
  return looseList(topicSubscriptionStatus).flatMap(({ topicName, subscriptionStatus }) => {
    const list = looseText(topicName)
    if (list === undefined) return []
    return [
      { address, kind: subscriptionStatus === 'OptIn' ? 'resubscribed' : 'unsubscribed', list } as const,
    ]
  })
}
