import { looseList, looseObject, looseText, type Loose } from '../../../shared/domain/loose.ts'
import type { KeywordMeaning } from '../../../shared/rules/keywords.ts'
import type { AddressReport, ProviderEvent } from './event.ts'
import { jsonOf, refuse, timeOf, type HeardEvents, type HookRequest } from './hook.ts'
import { isSignedBody, isSignedByTwilio, type Parameters } from './twilio-signature.ts'

export interface TwilioAccount {
  /** The account's, and the one it is being changed for. */
  readonly authTokens: readonly string[]
  /** Of the account the numbers are in; reports of another one are not taken. */
  readonly account?: string
}

/** Twilio's inbound messages and status callbacks (forms), and its event stream (JSON). */
export function hearTwilio(request: HookRequest, { authTokens, account }: TwilioAccount): HeardEvents {
  const signature = request.header('x-twilio-signature')
  if (signature === undefined)
    return refuse('signature-missing', 'Twilio signs every request: let X-Twilio-Signature through.')
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.header('content-type') ?? '')
  const parameters: Parameters = isForm ? formOf(request.body) : new Map()
  const signed =
    isSignedByTwilio(signature, authTokens, request.url, parameters) &&
    (isForm || isSignedBody(request.url, request.body))
  if (!signed)
    return refuse(
      'signature-wrong',
      `This was not signed with the auth token for ${withoutQuery(request.url)}: check the token, and that Twilio calls exactly this address.`,
    )
  const events = isForm ? formEvents(parameters, account) : streamEvents(jsonOf(request.body))
  return (
    events ??
    refuse('not-ours', `This is of another account than ${account}: correct the account of the hook.`)
  )
}

function formOf(body: Uint8Array): Parameters {
  const parameters = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(new TextDecoder().decode(body)))
    parameters.set(name, [...(parameters.get(name) ?? []), value])
  return parameters
}

const withoutQuery = (url: string): string => url.split('?', 1)[0]!

function formEvents(parameters: Parameters, account: string | undefined): HeardEvents | undefined {
  const field = (name: string): string | undefined => looseText(parameters.get(name)?.[0])
  if (account !== undefined && field('AccountSid') !== account) return undefined
  const id = field('MessageSid') ?? field('SmsMessageSid') ?? field('SmsSid')
  const [from, to] = [field('From'), field('To')]
  // A call, or a kind of report that nobody needs here.
  if (id === undefined || from === undefined || to === undefined) return { events: [] }

  const service = field('MessagingServiceSid')
  const status = field('MessageStatus')
  if (status === undefined) {
    const takenFor = OPT_OUT_TYPES[field('OptOutType') ?? '']
    // Not trimmed and not left out where it is empty: whoever sends a picture has written, too.
    const body = parameters.get('Body')?.[0] ?? ''
    return { events: [message({ id, address: from, sender: to, service, body, takenFor })] }
  }
  return { events: delivery({ id, address: to, sender: from, service, status, code: field('ErrorCode') }) }
}

/** What Twilio's Advanced Opt-Out took a message for. */
const OPT_OUT_TYPES: Readonly<Record<string, KeywordMeaning>> = { STOP: 'stop', HELP: 'help', START: 'start' }

interface TwilioMessage {
  readonly id: string
  readonly address: string
  readonly sender: string
  readonly service?: string | undefined
  readonly body: string
  readonly takenFor?: KeywordMeaning | undefined
}

const message = ({ id, address, service, takenFor, ...rest }: TwilioMessage): ProviderEvent => ({
  kind: 'message',
  provider: 'twilio',
  eventId: id,
  channel: 'sms',
  address: numberOf(address),
  ...(service !== undefined && { service }),
  ...(takenFor !== undefined && { takenFor }),
  ...rest,
})

/** RCS and WhatsApp write a word before the number. A no that came there is one to the number. */
const numberOf = (address: string): string => address.replace(/^(?:rcs|whatsapp):/i, '')

/** Of the codes in Twilio's error dictionary, those that say something about the number. */
const CODES: Readonly<Record<string, AddressReport['kind']>> = {
  // Attempt to send to unsubscribed recipient.
  21610: 'unsubscribed',
  // Unknown destination handset; landline or unreachable carrier; invalid To number; To is not a mobile number.
  30005: 'undeliverable',
  30006: 'undeliverable',
  21211: 'undeliverable',
  21614: 'undeliverable',
}

const ENDED: Readonly<Record<string, 'delivered' | 'failed'>> = {
  delivered: 'delivered',
  read: 'delivered',
  failed: 'failed',
  undelivered: 'failed',
}

interface TwilioStatus {
  readonly id: string
  readonly address: string
  readonly sender: string
  readonly service?: string | undefined
  readonly status: string
  readonly code?: string | undefined
}

function delivery({ id, address, sender, service, status, code }: TwilioStatus): ProviderEvent[] {
  const ended = ENDED[status]
  if (ended === undefined) return []
  const reported = {
    provider: 'twilio',
    eventId: `${id}:${status}`,
    channel: 'sms',
    address: numberOf(address),
    sender,
    ...(service !== undefined && { service }),
  } as const
  const told = code === undefined ? undefined : CODES[code]
  return [
    { kind: ended, ...reported, message: id, ...(code !== undefined && { code }) },
    ...(told === undefined ? [] : [{ kind: told, ...reported, eventId: `${id}:${code}` } as const]),
  ]
}

const STREAM = 'com.twilio.messaging.'

/** CloudEvents, one or many. */
function streamEvents(json: unknown): HeardEvents {
  if (json === undefined || typeof json !== 'object')
    return refuse('malformed', 'Send a form, or the JSON of an event stream.')
  return { events: looseList(Array.isArray(json) ? json : [json]).flatMap(streamEvent) }
}

function streamEvent({ type, id, time, data: given }: Loose): ProviderEvent[] {
  const data = looseObject(given)
  const field = (name: string): string | undefined => looseText(data[name])
  if (type === `${STREAM}inbound-message.received`) {
    const [sid, from, to] = [field('messageSid'), field('from'), field('to')]
    if (sid === undefined || from === undefined || to === undefined) return []
    const service = field('messagingServiceSid')
    const body = field('body') ?? ''
    return [{ ...message({ id: sid, address: from, sender: to, service, body }), ...timeOf(time) }]
  }
  const number = field('to_number')
  // Said in a field of its own, as a boolean or as its word.
  const isReassigned = data['is_reassigned'] === true || data['is_reassigned'] === 'true'
  if (type !== `${STREAM}reassigned-number.detected` || number === undefined || !isReassigned) return []
  const eventId = looseText(id)
  if (eventId === undefined) return []
  return [
    { kind: 'reassigned', provider: 'twilio', eventId, channel: 'sms', address: number, ...timeOf(time) },
  ]
}
