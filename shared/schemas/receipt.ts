import * as z from 'zod'
import { TEXT_KINDS } from '../domain/publication.ts'
import { consentDecision, hashSchema } from './decision.ts'

/** What a person takes away: checkable offline, with nothing but itself. */
export const receiptSchema = z.strictObject({
  assentReceipt: z.literal(1),
  site: z.string(),
  entry: z.string().describe('The canonical entry (RFC 8785), byte for byte as its leaf holds it.'),
  index: z.int().min(0),
  proof: z.array(z.base64()).describe('RFC 6962 inclusion proof.'),
  checkpoint: z.string().describe('Signed note (C2SP tlog-checkpoint).'),
  vkey: z.string().describe('C2SP verifier key.'),
  texts: z.array(
    z.strictObject({
      hash: hashSchema,
      kind: z.enum(TEXT_KINDS),
      language: z.string().exactOptional(),
      body: z.string(),
    }),
  ),
  private: z
    .strictObject({ fields: z.record(z.string(), z.unknown()), salt: z.string().regex(/^[0-9a-f]+$/) })
    .exactOptional(),
  erased: z
    .array(z.string())
    .exactOptional()
    .describe('Of an erasure: ids of the entries whose private parts it destroyed.'),
})

/** What an entry tells a reader about a decision; whatever else it holds is not looked at. */
export const decisionInEntry = consentDecision
  .strip()
  .extend({ site: z.string(), receivedAt: consentDecision.shape.decidedAt })
export type DecisionInEntry = z.infer<typeof decisionInEntry>

/** The parts of a configuration that give things their names: an older one may differ in everything else. */
export const namedConfiguration = z.object({
  name: z.record(z.string(), z.string()).optional(),
  purposes: z.array(z.object({ id: z.string(), name: z.record(z.string(), z.string()).default({}) })),
})
export type NamedConfiguration = z.infer<typeof namedConfiguration>
