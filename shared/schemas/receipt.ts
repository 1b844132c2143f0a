import * as z from 'zod'
import { TEXT_KINDS } from '../domain/publication.ts'
import type { Evidence } from '../receipt/receipt.ts'
import { hashSchema } from './decision.ts'

/** Everything needed to check a receipt offline. */
export const evidenceSchema = z.strictObject({
  entry: z.string().describe('The canonical entry (RFC 8785), byte for byte as its leaf holds it.'),
  proof: z
    .string()
    .describe('C2SP tlog-proof: index, inclusion proof (RFC 6962) and the signed checkpoint, as one text.'),
  keys: z
    .array(z.string())
    .min(1)
    .describe('C2SP verifier keys of every signature under that checkpoint: the log, then its witnesses.'),
  texts: z
    .array(
      z.strictObject({
        hash: hashSchema,
        kind: z.enum(TEXT_KINDS).exactOptional(),
        language: z.string().exactOptional(),
        body: z.string(),
      }),
    )
    .describe('The bytes the entry names by their hash: what was shown, and the configuration.'),
  private: z
    .strictObject({ fields: z.record(z.string(), z.unknown()), salt: z.string().regex(/^[0-9a-f]{64}$/) })
    .exactOptional()
    .describe('The private fields, opened: HMAC-SHA-256 under the salt is what the entry commits to.'),
  erased: z
    .array(z.string())
    .exactOptional()
    .describe('Of an erasure: ids of the entries whose private parts it destroyed.'),
}) satisfies z.ZodType<Evidence>

/**
 * What a person takes away: a consent receipt in the terms of ISO/IEC TS 27560, as JSON-LD by the W3C DPV, and what it is
 * derived from. Every member but the evidence follows from the evidence.
 */
export const receiptSchema = z.looseObject({
  '@context': z.looseObject({}).describe('JSON-LD 1.1, whole in itself.'),
  '@type': z
    .literal('dpv:ConsentReceipt')
    .exactOptional()
    .describe('Absent for an entry that is no consent.'),
  assentReceipt: z.literal(2),
  'dct:identifier': z.string().describe('Receipt number: the id of the entry.'),
  'dct:conformsTo': z.url().exactOptional(),
  'dct:created': z.iso.datetime().describe("The server's time of the entry."),
  'dpv:hasEntity': z.array(z.looseObject({})).exactOptional().describe('Controller and data subject.'),
  'dpv:hasNotice': z.array(z.looseObject({})).exactOptional(),
  'dpv:hasRecordOfActivity': z
    .array(z.looseObject({ '@type': z.literal('dpv:ConsentRecord') }))
    .exactOptional()
    .describe('A consent record for each purpose that was answered.'),
  evidence: evidenceSchema,
})
