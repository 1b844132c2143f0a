import * as z from 'zod'
import { MOST_ADDRESSES } from './check.ts'

export const headersRequest = z.strictObject({
  addresses: z
    .array(z.string().max(320))
    .min(1)
    .max(MOST_ADDRESSES)
    .describe('In any spelling; answered in this order.'),
})

export const mailHeadersAnswer = z.strictObject({
  headers: z
    .record(z.string(), z.string())
    .describe(
      'Of an e-mail: put each into the message as it is, and sign List-Unsubscribe and List-Unsubscribe-Post with DKIM.',
    ),
  preferences: z.string().describe('Link to the person’s own page, for the text of the message.'),
})

export const headersAnswer = z.strictObject({
  rows: z.array(
    z.union([
      mailHeadersAnswer,
      z.strictObject({
        refused: z.enum(['unknown-address', 'invalid-address']),
        detail: z.string().describe('What to do.'),
      }),
    ]),
  ),
})
