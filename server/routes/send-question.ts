import { askedSenders, type AskedSenders, type SenderQuestion } from '../../shared/domain/senders.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { parseMoment } from '../../shared/schemas/moment.ts'
import type { StatusQuestion } from '../marketing/status/question.ts'
import type { MessageStore } from '../messages/store.ts'

/** Parameters that say who is about to send, and when. */
export const SENDING = ['seller', 'sender', 'sendAt'] as const

export const DESCRIBED_SENDING = {
  seller: 'Who is about to send, by the name the program has for it; consent is never another seller’s.',
  sender:
    'Id of the configured sender the message will come from; every sender of the program when left out.',
  sendAt:
    'When it will be sent (RFC 3339): quiet hours and expiry are those of that moment. Now, when left out or past.',
}

export interface SendQuestion {
  readonly seller?: string
  /** Id. */
  readonly sender?: string
  readonly senders: AskedSenders
  readonly sendAt?: number
}

export interface SendDeps {
  readonly messages: Pick<MessageStore, 'heardAt'>
  readonly now: () => number
}

/** What a question says about the sending, or what is wrong with how it asks. */
export function readSending(
  { messages, now }: SendDeps,
  {
    key,
    configuration,
  }: { readonly key: string; readonly configuration: Pick<SiteConfiguration, 'senders'> },
  question: Pick<SenderQuestion, 'channel' | 'program' | 'onlySilence'>,
  { seller, sender, sendAt: given }: Readonly<Record<string, string | undefined>>,
): SendQuestion | { readonly detail: string } {
  const sendAt = given === undefined ? undefined : parseMoment(given)
  if (given !== undefined && sendAt === undefined)
    return {
      detail: 'Ask with sendAt=2026-11-28T18:00:00Z, a time with its zone (RFC 3339), or without it.',
    }
  const senders = askedSenders(
    configuration.senders,
    { ...question, ...(sender !== undefined && { sender }) },
    address => messages.heardAt(key, address),
    now(),
  )
  if ('detail' in senders) return { detail: `Correct sender: ${senders.detail}.` }
  return {
    senders,
    ...(seller !== undefined && { seller }),
    ...(sender !== undefined && { sender }),
    ...(sendAt !== undefined && { sendAt }),
  }
}

/** As a question about one address has it. */
export const statusSending = ({
  seller,
  sendAt,
  senders: { sender, isSilent },
}: SendQuestion): Pick<StatusQuestion, 'seller' | 'sender' | 'sendAt' | 'isSilent'> => ({
  isSilent,
  ...(seller !== undefined && { seller }),
  ...(sender !== undefined && { sender }),
  ...(sendAt !== undefined && { sendAt }),
})
