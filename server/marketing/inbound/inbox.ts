import type { PublicationFiles } from '../../../shared/domain/publication.ts'
import type { Channel, MessageSender, Program, SiteConfiguration } from '../../../shared/domain/site.ts'
import { hasChannel } from '../../../shared/domain/check-opt-in.ts'
import type { Ledger } from '../../ledger/ledger.ts'

/** A site as it is published now, as much of it as answers to people need. */
export interface InboundSite {
  readonly key: string
  readonly configuration: Pick<
    SiteConfiguration,
    'programs' | 'senders' | 'revocation' | 'collectionPoints' | 'languages'
  >
  readonly hash: string
  readonly files: PublicationFiles
}

/** A line of a person's message log. What they wrote is not in it, but for words that somebody has still to read. */
export interface LoggedMessage {
  readonly id: string
  readonly subject: string
  readonly channel: Channel
  readonly direction: 'in' | 'out'
  readonly kind: string
  readonly program?: string
  readonly entry?: string
  readonly at: number
  readonly state: 'received' | 'sent' | 'failed'
  readonly attempts: number
  readonly dueAt?: number
  readonly providerId?: string
  readonly fault?: string
  readonly sealed?: Uint8Array
}

/** What taking in messages needs of the message log. On disk when a call returns. */
export interface MessageLog {
  /** `false` when a message has this id already. */
  add(site: string, message: LoggedMessage): boolean
  message(site: string, id: string): { readonly id: string } | undefined
  /** Something came in at a sender. */
  hear(site: string, sender: string, at: number): void
  messageByProviderId(site: string, providerId: string): { readonly id: string } | undefined
  update(site: string, id: string, change: { readonly state: 'failed'; readonly fault: string }): void
}

export interface Inbox {
  readonly ledger: Ledger
  readonly messages: MessageLog
  /** Who answers STOP and HELP. */
  readonly replies: 'assent' | 'provider'
  /** A no that was suspected is one when nobody has looked for so long. */
  readonly holdHours: number
}

/** The owner's sender a message was written to, when it is a registered one. */
export const senderOf = (
  { configuration: { senders = [] } }: InboundSite,
  {
    channel,
    sender,
    service,
  }: { readonly channel: Channel; readonly sender?: string; readonly service?: string },
): MessageSender | undefined =>
  senders.find(known => known.channel === channel && (known.address === sender || known.address === service))

/** The programs that write from a sender; of one that is not registered, all that there are on the channel. */
export const programsFrom = (
  { configuration: { programs } }: InboundSite,
  channel: Channel,
  sender: MessageSender | undefined,
): Program[] =>
  programs.filter(
    program => hasChannel(program, channel) && (!sender || sender.programs.includes(program.id)),
  )
