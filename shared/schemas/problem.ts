import * as z from 'zod'
import type { Problem } from '../domain/problem.ts'

export const problemSchema = z
  .strictObject({
    type: z.string().regex(/^urn:assent:problem:[a-z-]+$/),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().describe('One sentence that says what to do.'),
    instance: z.string().exactOptional().describe("Id of the fault in the server's log."),
  })
  .describe('A refusal (RFC 9457).') satisfies z.ZodType<Problem>
