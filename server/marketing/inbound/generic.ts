import { inboundEvents, MOST_EVENTS, type SentInboundEvent } from '../../../shared/schemas/inbound-hook.ts'
import { parseMoment } from '../../../shared/schemas/moment.ts'
import { plainWords } from '../../../shared/schemas/plain-words.ts'
import type { AddressReport, ProviderEvent } from './event.ts'
import { jsonOf, refuse, type HeardEvents, type HookRequest } from './hook.ts'
import { openStandardWebhook } from './standard-webhook.ts'

export interface GenericHook {
  /** `whsec_…`: the one in use, and the one it is being changed for. */
  readonly secrets: readonly string[]
}

/** Whatever has no hook of its own here: a gateway, a mailer, a script between. All of a request is taken, or nothing. */
export function hearGeneric(request: HookRequest, { secrets }: GenericHook, now: number): HeardEvents {
  const opened = openStandardWebhook(request, secrets, now)
  if ('refused' in opened) return opened
  const sent = inboundEvents.safeParse(jsonOf(request.body), { error: plainWords })
  if (!sent.success) {
    const { path, message } = sent.error.issues[0]!
    return refuse(
      'malformed',
      `Send {"events": […]} with 1 to ${MOST_EVENTS} events; correct ${path.join('.') || 'the body'}: ${message}.`,
    )
  }
  return { events: sent.data.events.map((event, n) => eventOf(event, event.id ?? `${opened.id}:${n}`)) }
}

const KINDS: Readonly<
  Record<Extract<SentInboundEvent, { program?: string }>['type'], AddressReport['kind']>
> = {
  stop: 'unsubscribed',
  start: 'resubscribed',
  complaint: 'complained',
  undeliverable: 'undeliverable',
  reassigned: 'reassigned',
  suppressed: 'suppressed',
}

function eventOf(sent: SentInboundEvent, eventId: string): ProviderEvent {
  const { channel, address, sender } = sent
  const reported = {
    provider: 'generic',
    eventId,
    channel,
    address,
    at: parseMoment(sent.at)!,
    ...(sender !== undefined && { sender }),
  } as const
  switch (sent.type) {
    case 'message':
      return { kind: 'message', ...reported, body: sent.body }
    case 'delivered':
    case 'failed':
      return {
        kind: sent.type,
        ...reported,
        message: sent.message,
        ...(sent.code !== undefined && { code: sent.code }),
      }
    default:
      return {
        kind: KINDS[sent.type],
        ...reported,
        ...(sent.program !== undefined && { list: sent.program }),
      }
  }
}
