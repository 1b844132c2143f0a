import * as z from 'zod'
import { hookAnswer } from '../../../shared/schemas/hook-answer.ts'
import { inboundEvents } from '../../../shared/schemas/inbound-hook.ts'
import { revocationAnswer, revocationRequest } from '../../../shared/schemas/revocation.ts'
import type { ProblemSlug } from '../../middleware/problem.ts'
import { text, type Descriptions } from './description.ts'

const REFUSALS: readonly ProblemSlug[] = [
  'hook-malformed',
  'hook-unsigned',
  'hook-not-ours',
  'unknown-hook',
  'unknown-site',
  'body-too-large',
  'log-suspended',
  'rate-limited',
]
const json = { type: 'application/json', schema: hookAnswer } as const

/** What other people's systems report, and what staff were told. */
export const HOOKS: Descriptions = {
  'POST /v1/sites/:site/revocations': {
    paths: ['/v1/sites/{site}/revocations'],
    summary:
      'Records a no that somebody was told on the telephone, in a letter or in person, from when it was said.',
    key: 'record',
    body: revocationRequest,
    answer: { type: 'application/json', schema: revocationAnswer },
    problems: [
      'not-json',
      'not-a-revocation',
      'unknown-site',
      'body-too-large',
      'unsupported-type',
      'log-suspended',
    ],
  },
  'POST /v1/sites/:site/hooks/twilio': {
    paths: ['/v1/sites/{site}/hooks/twilio'],
    providerSends: ['x-twilio-signature'],
    summary:
      'Twilio calls this with every inbound message and status (X-Twilio-Signature). STOP, HELP, START and free-text revocations are acted on before it is answered.',
    form: z.looseObject({
      MessageSid: z.string(),
      From: z.string(),
      To: z.string(),
      Body: z.string().exactOptional(),
    }),
    answer: { type: 'text/xml', schema: text('TwiML: empty, or the one text that goes back.') },
    problems: REFUSALS,
  },
  'POST /v1/sites/:site/hooks/sendgrid': {
    paths: ['/v1/sites/{site}/hooks/sendgrid'],
    providerSends: ['x-twilio-email-event-webhook-timestamp', 'x-twilio-email-event-webhook-signature'],
    summary: "SendGrid's signed event webhook: unsubscribes, complaints and bounces end consent.",
    body: z.array(z.looseObject({ email: z.string(), event: z.string(), sg_event_id: z.string() })),
    answer: json,
    problems: REFUSALS,
  },
  'POST /v1/sites/:site/hooks/ses': {
    paths: ['/v1/sites/{site}/hooks/ses'],
    providerSends: ['x-amz-sns-message-type'],
    summary:
      'Amazon SES by way of an SNS topic, whose subscription is confirmed at once: complaints and bounces end consent.',
    body: z.looseObject({
      Type: z.string(),
      MessageId: z.string(),
      TopicArn: z.string(),
      Message: z.string(),
    }),
    answer: json,
    problems: REFUSALS,
  },
  'POST /v1/sites/:site/hooks/generic': {
    paths: ['/v1/sites/{site}/hooks/generic'],
    providerSends: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
    summary:
      'Whatever has no hook of its own reports here, signed as Standard Webhooks has it (webhook-id, webhook-timestamp, webhook-signature). All events of a request are taken, or none.',
    body: inboundEvents,
    answer: json,
    problems: REFUSALS,
  },
}
