import * as z from 'zod'
import { TOLD_BY } from '../domain/marketing.ts'
import { CHANNELS } from '../domain/site.ts'
import { idSchema, rfc3339 } from './decision.ts'
import { parseMoment } from './moment.ts'

/** A no that somebody was told: on the telephone, in a letter, over the counter. */
export const revocationRequest = z.strictObject({
  id: idSchema
    .exactOptional()
    .describe('UUIDv7. With one, sending it again changes nothing; made here when left out.'),
  channel: z.enum(CHANNELS, `must be one of ${CHANNELS.join(', ')}`),
  address: z
    .string('is missing: whose messages are to end')
    .min(1, 'is empty')
    .max(320, 'is longer than any address')
    .refine(text => !/\p{Surrogate}/u.test(text), 'has half a character in it')
    .describe('In any spelling.'),
  program: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be the id of a program')
    .exactOptional()
    .describe('Only this program; absent: everything on the channel.'),
  decidedAt: z
    .string('is missing: when it was said, as 2026-11-20T10:00:00Z')
    .refine(text => parseMoment(text) !== undefined, 'must be a time with its zone, as 2026-11-20T10:00:00Z')
    .describe('When the person said it (RFC 3339), not when it is recorded.')
    .meta({ examples: ['2026-11-20T10:00:00Z'] }),
  told: z.enum(TOLD_BY, `must be one of ${TOLD_BY.join(', ')}`).describe('How they said it.'),
  reference: z
    .string()
    .min(1, 'is empty: leave it out')
    .max(1_000, 'is longer than 1000 characters')
    .refine(text => !/\p{Surrogate}/u.test(text), 'has half a character in it')
    .exactOptional()
    .describe('A note for whoever looks later, such as the number of the letter. Sealed.'),
})

export const revocationAnswer = z.strictObject({
  id: z.string(),
  index: z.int().min(0),
  duplicate: z.boolean(),
  receivedAt: rfc3339,
})
