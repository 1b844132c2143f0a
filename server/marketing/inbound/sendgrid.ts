import { createPublicKey, verify } from 'node:crypto'
import { looseList, looseText, type Loose } from '../../../shared/domain/loose.ts'
import type { AddressReport, ProviderEvent } from './event.ts'
import { jsonOf, refuse, type HeardEvents, type HookRequest } from './hook.ts'

export interface SendgridHook {
  /** Verification keys as SendGrid shows them: SPKI, DER, base64. */
  readonly publicKeys: readonly string[]
}

const SIGNATURE = 'x-twilio-email-event-webhook-signature'
const TIMESTAMP = 'x-twilio-email-event-webhook-timestamp'

/** SendGrid's event webhook. It may send an event again a day later, so an old time is none that is wrong. */
export function hearSendgrid(request: HookRequest, { publicKeys }: SendgridHook): HeardEvents {
  const [signature, timestamp] = [request.header(SIGNATURE), request.header(TIMESTAMP)]
  if (signature === undefined || timestamp === undefined)
    return refuse('signature-missing', 'Switch "Signed Event Webhook" on in SendGrid.')
  const signed = Buffer.concat([Buffer.from(timestamp), request.body])
  if (!publicKeys.some(key => isSigned(key, signed, signature)))
    return refuse(
      'signature-wrong',
      'This was not signed with the verification key of the hook: copy it again.',
    )
  const json = jsonOf(request.body)
  if (!Array.isArray(json)) return refuse('malformed', 'Send the list of events as SendGrid does.')
  return { events: looseList(json).flatMap(eventsOf) }
}

const isSigned = (key: string, signed: Uint8Array, signature: string): boolean =>
  verify('sha256', signed, keyOf(key), Buffer.from(signature, 'base64'))

/** A key that is none is a fault of the configuration, which has been checked. */
export const keyOf = (base64: string) =>
  createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' })

function eventsOf(told: Loose): ProviderEvent[] {
  const [address, eventId, event] = [looseText(told['email']), looseText(told['sg_event_id']), told['event']]
  if (address === undefined || eventId === undefined || typeof event !== 'string') return []
  const seconds = told['timestamp']
  const reported = {
    provider: 'sendgrid',
    eventId,
    channel: 'email',
    address,
    ...(typeof seconds === 'number' && seconds >= 0 && { at: seconds * 1000 }),
  } as const
  const kind = kindOf(event, told)
  if (kind !== undefined) {
    const group = told['asm_group_id']
    const isOfGroup = event.startsWith('group_') && (typeof group === 'number' || typeof group === 'string')
    return [{ kind, ...reported, ...(isOfGroup && { list: `${group}` }) }]
  }
  const ended = event === 'delivered' ? 'delivered' : FAILED.includes(event) ? 'failed' : undefined
  // Of the sending program: with what its own API answered when the message was handed over.
  const message = looseText(told['sg_message_id'])
  return ended === undefined || message === undefined ? [] : [{ kind: ended, ...reported, message }]
}

const FAILED = ['bounce', 'dropped']

const KINDS: Readonly<Record<string, AddressReport['kind']>> = {
  unsubscribe: 'unsubscribed',
  group_unsubscribe: 'unsubscribed',
  group_resubscribe: 'resubscribed',
  spamreport: 'complained',
}

/** Why SendGrid did not even try, in its own words. */
const DROPPED: Readonly<Record<string, AddressReport['kind']>> = {
  'Unsubscribed Address': 'unsubscribed',
  'Bounced Address': 'undeliverable',
  Invalid: 'undeliverable',
  'Spam Reporting Address': 'complained',
}

function kindOf(event: string, { type, reason }: Loose): AddressReport['kind'] | undefined {
  if (event === 'dropped') return DROPPED[looseText(reason) ?? '']
  // "blocked" is a bounce that may go through tomorrow.
  if (event === 'bounce') return type === 'blocked' ? undefined : 'undeliverable'
  return KINDS[event]
}
