import * as z from 'zod'
import type { LogKeys } from '../domain/log-keys.ts'

const size = z.int().min(0)

/** Every key of a log, the first one first; the last is the one new checkpoints are signed with. */
export const logKeysSchema = z.strictObject({
  origin: z.string().describe('First line of every checkpoint, and name of every key.'),
  keys: z
    .array(
      z.strictObject({
        vkey: z.string().describe('C2SP verifier key.'),
        firstSize: size.describe('It counts for checkpoints of at least so many entries.'),
        lastSize: size.exactOptional().describe('And of at most so many; absent while it is in use.'),
        signsUntil: z.iso
          .datetime()
          .exactOptional()
          .describe('Until then it signs beside the key that follows it.'),
        compromised: z
          .strictObject({
            index: size.describe('The entry that says so.'),
            lastGood: z.strictObject({ size, root: z.base64() }),
          })
          .exactOptional()
          .describe(
            'It got into other hands: what it alone signed counts up to lastGood, and only if the log extends it.',
          ),
      }),
    )
    .min(1),
}) satisfies z.ZodType<LogKeys>
