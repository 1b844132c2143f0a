import * as z from 'zod'
import { CHANNELS } from '../domain/site.ts'
import { parseMoment } from './moment.ts'

/** As many events as one request may report. */
export const MOST_EVENTS = 500

const text = (most: number) => z.string().min(1).max(most)
const addressed = {
  id: text(128)
    .exactOptional()
    .describe('Yours: the same event sent again has the same one. Absent: by its place in the request.'),
  channel: z.enum(CHANNELS, `must be one of ${CHANNELS.join(', ')}`),
  address: text(320).describe('In any spelling.'),
  sender: text(128).exactOptional().describe('Number, service or mailbox that was written to, or from.'),
  at: z.iso
    .datetime({ offset: true })
    .refine(moment => parseMoment(moment) !== undefined, 'must be a time with its zone (RFC 3339)')
    .describe('When it happened (RFC 3339), by your clock.'),
}

/** What one event reports; anything else about it stays with whoever reports it. */
export const inboundEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('message'),
    ...addressed,
    body: z.string().max(10_000).describe('What the person wrote. Read for keywords, not kept.'),
  }),
  z.strictObject({
    type: z
      .enum(['stop', 'start', 'complaint', 'undeliverable', 'reassigned', 'suppressed'])
      .describe('What the person said to you, or what you know of the address.'),
    ...addressed,
    program: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be the id of a program')
      .exactOptional()
      .describe('Only this program; absent: everything.'),
  }),
  z.strictObject({
    type: z.enum(['delivered', 'failed']),
    ...addressed,
    message: text(128).describe('Id of the message.'),
    code: text(32).exactOptional(),
  }),
])

export const inboundEvents = z.strictObject({
  events: z.array(inboundEvent).min(1).max(MOST_EVENTS),
})
export type SentInboundEvent = z.infer<typeof inboundEvent>
