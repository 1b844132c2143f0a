import type { Channel } from '../../../shared/domain/site.ts'
import type { KeywordMeaning } from '../../../shared/rules/keywords.ts'

export const PROVIDERS = ['twilio', 'sendgrid', 'ses', 'generic'] as const
export type Provider = (typeof PROVIDERS)[number]

interface Reported {
  readonly provider: Provider
  /** The provider's own: the same event told twice has the same one. */
  readonly eventId: string
  /** Epoch milliseconds by the provider's clock, where it says so. */
  readonly at?: number
}

interface Addressed extends Reported {
  readonly channel: Channel
  /** As the provider spells it. */
  readonly address: string
  /** The owner's number or mailbox: what a person wrote to, or what a message came from. */
  readonly sender?: string
  /** What the provider calls the group of numbers that one is in. */
  readonly service?: string
}

/** A person wrote. The body is for the matcher alone. */
export interface InboundMessage extends Addressed {
  readonly kind: 'message'
  readonly body: string
  /** What the provider took it for, by keywords of its own. */
  readonly takenFor?: KeywordMeaning
}

/** What ends, or reopens, the provider's own permission to send there. */
export interface AddressReport extends Addressed {
  readonly kind:
    /** The person said no to the provider. */
    | 'unsubscribed'
    /** The person said yes to the provider, who showed nothing that we know. */
    | 'resubscribed'
    /** The person called it spam. */
    | 'complained'
    /** Nobody is there, for good. */
    | 'undeliverable'
    /** The number is somebody else's now. */
    | 'reassigned'
    /** The provider does not send there, for what was said or happened before. */
    | 'suppressed'
  /** The provider's name of the list that is meant; absent: all of them. */
  readonly list?: string
}

/** What became of one message of the sender. */
export interface DeliveryReport extends Addressed {
  readonly kind: 'delivered' | 'failed'
  readonly message: string
  /** The provider's code. */
  readonly code?: string
}

/** The connection itself: reports come from now on, or no more. */
export interface ConnectionReport extends Reported {
  readonly kind: 'connected' | 'disconnected'
}

export type ProviderEvent = InboundMessage | AddressReport | DeliveryReport | ConnectionReport
