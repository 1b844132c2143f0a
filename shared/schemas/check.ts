import * as z from 'zod'
import { CHECK_REASONS } from '../domain/check.ts'
import { SEND_DECISIONS } from '../domain/marketing.ts'
import { rfc3339 } from './decision.ts'

/** As many addresses as one JSON body may ask about; a longer list goes as CSV. */
export const MOST_ADDRESSES = 10_000

export const checkRequest = z.strictObject({
  addresses: z
    .array(z.string().max(320))
    .min(1)
    .max(MOST_ADDRESSES)
    .describe('In any spelling; answered in this order.'),
})

const count = z.int().min(0)

export const checkSummary = z.strictObject({
  rows: count,
  decisions: z.strictObject({ send: count, hold: count, block: count }),
  reasons: z.partialRecord(z.enum(CHECK_REASONS), count),
  duplicates: count.describe('Rows whose address an earlier row has, in whatever spelling.'),
  logSize: count.describe('Entries of the log when the last row was answered.'),
  column: z.int().min(1).exactOptional().describe('Of a CSV list: where its addresses were found, from 1.'),
})

const row = z.strictObject({
  decision: z.enum(SEND_DECISIONS).describe('Only "send" is a yes.'),
  reason: z.enum(CHECK_REASONS),
  address: z.string().exactOptional().describe('The one spelling of it.'),
  entry: z.strictObject({ id: z.string(), index: count }).exactOptional(),
  consentedAt: rfc3339.exactOptional(),
  duplicateOf: z.int().min(1).exactOptional().describe('The first row with this address, from 1.'),
})

/** Without rows where only their number was asked for. */
export const checkAnswer = z.strictObject({ rows: z.array(row).exactOptional(), summary: checkSummary })
