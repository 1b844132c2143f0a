import * as z from 'zod'

/** What each event came to, in the order reported. */
export const hookAnswer = z.strictObject({
  events: z.array(
    z.strictObject({
      event: z.string().describe("The event's own id."),
      did: z
        .enum(['opted-out', 'held', 'confirmed', 'opted-in', 'asked', 'helped', 'noted', 'refused'])
        .describe('"asked": a yes to nothing that was shown, so no consent. "refused": the address is none.'),
      duplicate: z.boolean().exactOptional().describe('It was told before, and added nothing.'),
      id: z.string().exactOptional().describe('Entry that it is in.'),
      detail: z.string().exactOptional(),
      reply: z
        .strictObject({ kind: z.enum(['stopped', 'help']), text: z.string() })
        .exactOptional()
        .describe('To be sent back to the person, now and once: it counts as sent.'),
    }),
  ),
})
