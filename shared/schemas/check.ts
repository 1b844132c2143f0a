import * as z from 'zod'
import { CHECK_MODES, CHECK_REASONS, LIST_FORMATS } from '../domain/check.ts'
import { SEND_DECISIONS } from '../domain/marketing.ts'
import { CHANNELS } from '../domain/site.ts'
import { hashSchema, rfc3339 } from './decision.ts'

/** As many addresses as one JSON body may ask about; a longer list goes as CSV or NDJSON. */
export const MOST_ADDRESSES = 10_000

export const checkRequest = z.strictObject({
  addresses: z
    .array(z.string().max(320))
    .min(1)
    .max(MOST_ADDRESSES)
    .describe('In any spelling; answered in this order.'),
})

const count = z.int().min(0)
const place = z.strictObject({ id: z.string(), index: count })

const counts = {
  rows: count,
  decisions: z.strictObject({ send: count, hold: count, block: count }),
  reasons: z.partialRecord(z.enum(CHECK_REASONS), count),
  duplicates: count.describe('Rows whose address an earlier row has, in whatever spelling.'),
  changed: count
    .exactOptional()
    .describe(
      'With "after": rows that may have been "send" then and are not now, which are all that is answered.',
    ),
}

export const checkSummary = z.strictObject({
  ...counts,
  list: hashSchema.describe('SHA-256 of the list as it was sent.'),
  logSize: count.describe(
    'Entries of the log when the first row was answered: what came later is told by GET /v1/sites/{site}/changes?after=.',
  ),
  entry: place.describe('The entry that records this check.'),
  clearance: z
    .string()
    .describe('Signed statement of it (C2SP signed note), valid for an hour: "assent verify clearance".'),
  column: z.int().min(1).exactOptional().describe('Of a CSV list: where its addresses were found, from 1.'),
  heard: z
    .array(z.strictObject({ id: z.string(), heardAt: rfc3339.exactOptional(), isSilent: z.boolean() }))
    .exactOptional()
    .describe(
      'When something last came in at each sender of the program; silent for too long, nothing is sent.',
    ),
})

const row = z.strictObject({
  decision: z.enum(SEND_DECISIONS).describe('Only "send" is a yes.'),
  reason: z.enum(CHECK_REASONS),
  address: z.string().exactOptional().describe('The one spelling of it.'),
  entry: place.exactOptional(),
  consentedAt: rfc3339.exactOptional(),
  expiresAt: rfc3339.exactOptional(),
  notBefore: rfc3339.exactOptional(),
  duplicateOf: z.int().min(1).exactOptional().describe('The first row with this address, from 1.'),
})

/** Without rows where only their number was asked for. */
export const checkAnswer = z.strictObject({ rows: z.array(row).exactOptional(), summary: checkSummary })

const checked = z.strictObject({
  ...counts,
  entry: place,
  checkedAt: rfc3339,
  receivedAt: rfc3339,
  sendAt: rfc3339.exactOptional(),
  list: hashSchema,
  answer: hashSchema.exactOptional().describe('SHA-256 of the rows that came back, where they were text.'),
  format: z.enum(LIST_FORMATS),
  channel: z.enum(CHANNELS),
  program: z.string(),
  mode: z.enum(CHECK_MODES),
  seller: z.string().exactOptional(),
  sender: z.string().exactOptional(),
  after: count.exactOptional(),
  against: z.strictObject({ size: count, root: z.string() }).describe('The log it was checked against.'),
  configuration: hashSchema,
  rules: hashSchema,
  actor: z.string().describe('Who asked: key:<id> or command:<name>.'),
})

export const checksAnswer = z.strictObject({
  checks: z.array(checked).describe('The newest first.'),
  before: count.exactOptional().describe('There are older ones: ask for them with this.'),
})

export const changesAnswer = z.strictObject({
  changes: z
    .array(
      z.strictObject({
        address: z.string(),
        decision: z.enum(['hold', 'block']),
        reason: z.enum(CHECK_REASONS),
        entry: place.exactOptional(),
      }),
    )
    .describe('To be taken out of the list.'),
  unnamed: count.describe(
    'Of whom no address is known, as of who was erased since: if any, check the whole list again.',
  ),
  isConfigurationNew: z
    .boolean()
    .describe('Published anew since, which may concern anybody: check the whole list again.'),
  next: count.describe('Ask next with this as "after".'),
  isMore: z.boolean().describe('More happened than one answer holds: ask again at once.'),
})
