import * as z from 'zod'
import type { Problem } from '../domain/problem.ts'

export const problemSchema = z
  .strictObject({
    type: z.string().regex(/^urn:assent:problem:[a-z-]+$/),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().describe('One sentence that says what to do.'),
    instance: z.string().exactOptional().describe("Id of the fault in the server's log."),
    missing: z.array(z.string()).exactOptional().describe('Fields that have to be sent as well.'),
    refused: z.string().exactOptional().describe('Why it is not stored, as a word that programs branch on.'),
  })
  .describe('A refusal (RFC 9457).') satisfies z.ZodType<Problem>
