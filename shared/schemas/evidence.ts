import * as z from 'zod'
import { EVIDENCE_REASONS } from '../domain/evidence.ts'
import { SEND_DECISIONS, STATUS_REASONS } from '../domain/marketing.ts'
import { CHANNELS } from '../domain/site.ts'

const time = z.iso.datetime()
const entry = z.record(z.string(), z.unknown()).describe('As its leaf in the log has it.')

const answer = z.strictObject({
  decision: z.enum(SEND_DECISIONS),
  reason: z.enum(STATUS_REASONS),
  entry: z.strictObject({ id: z.string(), index: z.number() }).optional(),
  consentedAt: time.optional(),
  text: z.string().optional(),
  asOf: time,
})

const line = z.strictObject({
  index: z.number(),
  leaf: z.string().describe('RFC 6962 leaf hash, in hex.'),
  countsFrom: time.optional().describe('Absent where nobody kept when it happened.'),
  undated: z
    .literal(true)
    .optional()
    .describe('Nobody kept when it happened: it is taken to be older than every no.'),
  receivedAt: time,
  late: z.boolean().describe('Recorded more than ten minutes after it happened.'),
  unseen: z
    .enum(['later', 'unknown'])
    .optional()
    .describe('Not in the answer about the past: it counts from later, or was not recorded yet.'),
  entry,
  private: z.record(z.string(), z.unknown()).optional().describe('What was sealed beside it.'),
  texts: z.array(
    z.strictObject({ hash: z.string(), kind: z.string().optional(), language: z.string().optional() }),
  ),
})

/** Everything on record of one address and program. */
export const evidenceAnswer = z.strictObject({
  site: z.string(),
  controller: z.strictObject({
    name: z.string(),
    address: z.string().optional(),
    email: z.string().optional(),
    website: z.string().optional(),
  }),
  seller: z.string(),
  program: z.string(),
  channel: z.enum(CHANNELS),
  address: z.string(),
  masked: z.boolean(),
  madeAt: time,
  madeFor: z.strictObject({ actor: z.string(), reason: z.enum(EVIDENCE_REASONS).optional() }),
  reading: z
    .number()
    .optional()
    .describe(
      'Index of the entry that records this very reading; absent where nobody is known by the address.',
    ),
  subject: z.string().optional(),
  erasedAt: time.optional(),
  now: answer,
  past: answer.extend({ known: z.strictObject({ asOf: time, entries: z.number() }).optional() }).optional(),
  entries: z.array(line).describe('The oldest first.'),
  readings: z.array(line).describe('Who read it before.'),
  others: z.number().describe('Entries of this address that are about other programs.'),
  messages: z.array(
    z.strictObject({
      at: time,
      direction: z.enum(['out', 'in']),
      kind: z.string(),
      state: z.string(),
      entry: z.string().optional(),
      providerId: z.string().optional(),
      title: z.string().optional(),
      words: z.string().optional(),
    }),
  ),
  proof: z
    .strictObject({
      origin: z.string(),
      size: z.number(),
      root: z.string(),
      checkpoint: z.string(),
      keys: z.array(z.string()),
    })
    .optional(),
})
