import * as z from 'zod'
import { CHANNELS } from '../domain/site.ts'
import { rfc3339 } from './decision.ts'

/** Every message to and from one person. */
export const messageLog = z.strictObject({
  messages: z.array(
    z.strictObject({
      id: z.string(),
      at: rfc3339.describe('When it was sent or came in; of one that is neither, when it was asked for.'),
      channel: z.enum(CHANNELS),
      direction: z.enum(['out', 'in']),
      kind: z
        .string()
        .describe('confirm, welcome, stopped, help or preferences; of what came in its keyword, or "other".'),
      program: z.string().exactOptional(),
      entry: z.string().exactOptional().describe('Id of the entry it follows from, or that follows from it.'),
      state: z.enum(['due', 'sent', 'failed', 'received']),
      attempts: z.int().min(0),
      providerId: z.string().exactOptional().describe('What its provider calls it.'),
      fault: z.string().exactOptional().describe('Why it failed, or last did.'),
      to: z.string().exactOptional(),
      title: z.string().exactOptional(),
      words: z.string().exactOptional().describe('Word for word, but for the secret of a link.'),
    }),
  ),
})
