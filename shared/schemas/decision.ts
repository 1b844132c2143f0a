import * as z from 'zod'
import { REFUSAL_REASONS } from '../domain/check-decision.ts'
import { CONSENT_METHODS, type ConsentDecision } from '../domain/consent.ts'
import { REGIMES } from '../domain/site.ts'
import { CONSENT_STATES, type Standing } from '../domain/standing.ts'
import { CONSENT_TOOLS } from '../domain/take-over.ts'

/** A batch holds at most this many; a browser's outbox sends its rest afterwards. */
export const MOST_DECISIONS = 64

export const hashSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in 64 lower-case hex digits')
const token = z.string().regex(/^[0-9a-f]{44}$/, 'must be 44 lower-case hex digits')

/** Last millisecond that RFC 3339 can write. */
const LAST_MOMENT = 253_402_300_799_999

export const idSchema = z
  .string('must be a lower-case UUIDv7, new for each act')
  .regex(
    /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    'must be a lower-case UUIDv7',
  )
export const momentSchema = z
  .int('must be whole epoch milliseconds')
  .min(0, 'must be epoch milliseconds')
  .max(LAST_MOMENT, 'must be epoch milliseconds')
export const languageSchema = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/, 'must be a language tag such as "en"')

const decisionShape = {
  id: idSchema,
  type: z.enum(['decision', 'withdrawal']),
  decidedAt: momentSchema,
  configuration: hashSchema,
  text: hashSchema.exactOptional(),
  language: languageSchema,
  method: z.enum(CONSENT_METHODS),
  choices: z.record(z.string().max(64), z.boolean()),
  gpc: z.literal(true).exactOptional(),
  under: z
    .strictObject({
      regime: z.enum(REGIMES),
      region: z
        .string()
        .regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/, 'must be a country such as "US", or its part such as "US-CA"')
        .exactOptional(),
    })
    .exactOptional()
    .describe(
      'What the widget ran under, where the site has rules by region; the region as its rule names it.',
    ),
  tool: z.enum(CONSENT_TOOLS).exactOptional().describe('With the method "take-over": the tool that asked.'),
}

export const consentDecision = z.strictObject(decisionShape) satisfies z.ZodType<ConsentDecision>

/** A decision as it travels: with what proves for whom it speaks, which the ledger never keeps. */
export const sentDecision = z.strictObject({
  ...decisionShape,
  secret: token.exactOptional().describe('Browser secret; required when anything is granted.'),
  subject: token.exactOptional().describe('Optional; must be the subject that the secret stands for.'),
})
export type SentOverWire = z.infer<typeof sentDecision>

/** The outside of a batch. Each decision is judged alone, so that one bad one holds up no other. */
export const decisionBatch = z.strictObject({ decisions: z.array(z.unknown()).min(1) })

/** For the API description: what a well-formed batch looks like. */
export const describedBatch = z.strictObject({ decisions: z.array(sentDecision).min(1).max(MOST_DECISIONS) })

export const rfc3339 = z.iso.datetime()

/** One answer per decision, in the order sent. */
export const batchAnswer = z.strictObject({
  entries: z.array(
    z.union([
      z.strictObject({ id: z.string(), index: z.int().min(0), duplicate: z.boolean(), receivedAt: rfc3339 }),
      z.strictObject({
        id: z.string().nullable(),
        refused: z.enum(REFUSAL_REASONS),
        status: z.int(),
        detail: z.string().describe('What to do.'),
      }),
    ]),
  ),
})

const standing = z.record(
  z.string(),
  z.strictObject({
    state: z.enum(CONSENT_STATES),
    since: z.int(),
    lastNo: z.int().exactOptional(),
    index: z.int().min(0),
  }),
) satisfies z.ZodType<Standing>

/** Where it was asked what was known. */
export const knownSchema = z
  .strictObject({ asOf: rfc3339, entries: z.int().min(0) })
  .describe('Only so many entries of the log were seen, those recorded by then.')

/** What a browser's own subject may read. */
export const historyAnswer = z.strictObject({
  subject: token,
  standing,
  erasedAt: rfc3339
    .exactOptional()
    .describe(
      'When everything private of this subject was destroyed; what is listed here is public, and stays.',
    ),
  entries: z.array(
    z.strictObject({
      id: z.string(),
      index: z.int().min(0),
      type: decisionShape.type,
      decidedAt: rfc3339.exactOptional().describe('Absent where another tool asked and kept no time.'),
      receivedAt: rfc3339,
      configuration: hashSchema,
      language: z.string(),
      method: decisionShape.method,
      choices: decisionShape.choices,
      tool: decisionShape.tool,
      imported: z
        .strictObject({ at: rfc3339, origin: z.string(), index: z.int().min(0) })
        .exactOptional()
        .describe('Another log recorded it first, under this name and index.'),
    }),
  ),
  asOf: rfc3339.exactOptional().describe('Where it was asked about another moment.'),
  known: knownSchema.exactOptional(),
})
