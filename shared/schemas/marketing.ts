import * as z from 'zod'
import {
  CONFIRMATIONS,
  FORM_METHODS,
  MARKETING_REFUSALS,
  SENT_OPT_OUT_METHODS,
  SEND_DECISIONS,
  STATUS_REASONS,
  type OptIn,
  type OptOut,
} from '../domain/marketing.ts'
import { CHANNELS } from '../domain/site.ts'
import { hashSchema, knownSchema, idSchema, languageSchema, momentSchema, rfc3339 } from './decision.ts'

/** As many as one form could have boxes; more addresses than that are a list, and a list is no person. */
export const MOST_OPT_INS = 10

const program = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be the id of a program')
const channel = z.enum(CHANNELS, `must be one of ${CHANNELS.join(', ')}`)
/** Longer than any mailbox may be (RFC 5321), shorter than an essay. */
const address = z
  .string('is missing: send what was typed')
  .max(320, 'is longer than any address')
  .refine(text => !/\p{Surrogate}/u.test(text), 'has half a character in it')
  .describe('As it was typed; the server normalises it.')

const optInShape = {
  id: idSchema,
  program,
  channel,
  decidedAt: momentSchema,
  configuration: hashSchema,
  text: z
    .string('is missing: send the hash of the form that showed the words')
    .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in 64 lower-case hex digits'),
  language: languageSchema,
  method: z.enum(FORM_METHODS),
  basis: z
    .literal('consent', 'must be "consent": signing up is no other legal basis, so leave it out')
    .exactOptional(),
  ofAge: z.literal(true).exactOptional().describe('The box "I am … or older" was ticked.'),
}
const optOutShape = {
  id: idSchema,
  channel,
  program: program.exactOptional().describe('Absent: everything on this channel.'),
  decidedAt: momentSchema,
  method: z.enum(SENT_OPT_OUT_METHODS),
}

export const optIn = z.strictObject(optInShape) satisfies z.ZodType<OptIn>
export const optOut = z.strictObject(optOutShape) satisfies z.ZodType<OptOut>

/** As they travel: with the address, which no entry ever holds. */
export const sentOptIn = z.strictObject({ ...optInShape, address })
export const sentOptOut = z.strictObject({ ...optOutShape, address })

/** The outside of a batch. Each one in it is judged alone. */
export const optInBatch = z.strictObject({ optIns: z.array(z.unknown()).min(1).max(MOST_OPT_INS) })
export const optOutBatch = z.strictObject({ optOuts: z.array(z.unknown()).min(1).max(MOST_OPT_INS) })

/** For the API description. */
export const describedOptIns = z.strictObject({ optIns: z.array(sentOptIn).min(1).max(MOST_OPT_INS) })
export const describedOptOuts = z.strictObject({ optOuts: z.array(sentOptOut).min(1).max(MOST_OPT_INS) })

const stored = { id: z.string(), index: z.int().min(0), duplicate: z.boolean(), receivedAt: rfc3339 }
const refused = z.strictObject({
  id: z.string().nullable(),
  refused: z.enum(MARKETING_REFUSALS),
  status: z.int(),
  detail: z.string().describe('What to do.'),
})

/** One answer per opt-in, in the order sent. Whether the address was known before is never told. */
export const optInAnswer = z.strictObject({
  entries: z.array(z.union([z.strictObject({ ...stored, confirmation: z.enum(CONFIRMATIONS) }), refused])),
})
export const optOutAnswer = z.strictObject({
  entries: z.array(z.union([z.strictObject(stored), refused])),
})

/** May this address be written to, for this program on this channel? */
export const statusAnswer = z.strictObject({
  decision: z.enum(SEND_DECISIONS).describe('Only "send" is a yes.'),
  reason: z.enum(STATUS_REASONS),
  entry: z
    .strictObject({ id: z.string(), index: z.int().min(0) })
    .exactOptional()
    .describe('The entry that decides.'),
  consentedAt: rfc3339.exactOptional(),
  expiresAt: rfc3339.exactOptional().describe('When what it rests on ends.'),
  notBefore: rfc3339
    .exactOptional()
    .describe('Of quiet hours: when they are over wherever the person may be.'),
  zones: z.array(z.string()).exactOptional().describe('Of quiet hours: where the person may be.'),
  text: hashSchema.exactOptional().describe('Hash of what was shown; GET /v1/sites/{site}/texts/{hash}.'),
  asOf: rfc3339,
  known: knownSchema.exactOptional(),
})
