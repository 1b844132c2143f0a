import * as z from 'zod'
import { ERASURE_REASONS } from '../domain/erasure.ts'
import { CHANNELS } from '../domain/site.ts'
import { rfc3339 } from './decision.ts'
import { receiptSchema } from './receipt.ts'

const reason = z.enum(ERASURE_REASONS).default('request')

/** Whose data is to be erased: the person behind an address, or behind a subject. */
export const erasureRequest = z.union([
  z.strictObject({
    channel: z.enum(CHANNELS),
    address: z
      .string()
      .min(1)
      .max(320)
      .refine(text => !/\p{Surrogate}/u.test(text), 'has half a character in it')
      .describe('As it was typed; the server normalises it.'),
    reason,
  }),
  z.strictObject({ subject: z.string().regex(/^[0-9a-f]{44}$/, 'must be 44 lower-case hex digits'), reason }),
])

export const erasureAnswer = z.union([
  z.strictObject({
    erased: z.literal(true),
    id: z.string(),
    index: z.int().min(0),
    subject: z.string(),
    receivedAt: rfc3339,
    parts: z.int().min(0).describe('Private parts that were destroyed.'),
    duplicate: z.boolean().describe('It had been erased before, and nothing came since.'),
    settled: z
      .boolean()
      .describe('Overwritten in the files too; otherwise as soon as nobody reads an older state of them.'),
    certificate: receiptSchema,
  }),
  z.strictObject({
    erased: z.literal(false),
    suppressedAt: rfc3339
      .exactOptional()
      .describe('The address was erased then, and nothing came since. Absent: nothing was ever known of it.'),
  }),
])
