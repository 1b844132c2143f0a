import * as z from 'zod'
import { CONFIRMATIONS, MESSAGE_BASES, type MessageBasis } from '../domain/marketing.ts'
import { CHANNELS, COLLECTION_KINDS } from '../domain/site.ts'
import { hashSchema, idSchema, languageSchema, momentSchema, rfc3339 } from './decision.ts'

const named = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be an id of 1 to 32 of a-z, 0-9 and "-"')
const words = (most: number) =>
  z
    .string('must be text')
    .trim()
    .min(1, 'must say something')
    .max(most, `must be at most ${most} characters`)
    .refine(text => !/\p{Surrogate}/u.test(text), 'must hold no half character')

/** What every record says, whatever it rests on. */
const everyRecord = {
  id: idSchema.describe('UUIDv7 of your making: sent again, it is stored once.'),
  program: named,
  channel: z.enum(CHANNELS, `must be one of ${CHANNELS.join(', ')}`),
  address: words(320).describe('As it was given; the server normalises it.'),
  decidedAt: momentSchema.describe('When the person agreed, or when what it rests on happened.'),
  page: z
    .url({ protocol: /^https?$/, error: 'must be a web address' })
    .max(2_048)
    .exactOptional()
    .describe('Address of the page; needed where the collection point is a web form.'),
  ip: z
    .union([z.ipv4(), z.ipv6()], 'must be an IP address')
    .exactOptional()
    .describe('Of the person. Only its network (IPv4 /24, IPv6 /48) is kept, sealed.'),
  userAgent: words(2_048).exactOptional(),
}

const shown = {
  configuration: hashSchema.describe(
    'Of the configuration in force: the register of collection points tells it.',
  ),
  text: hashSchema.describe('Of the words that were shown or read out: the register tells it.'),
  language: languageSchema,
  collectionPoint: named,
}

/** A person agreed on a form of the owner's own, with everything that shows it. */
export const consentGiven = z.strictObject({
  ...everyRecord,
  ...shown,
  basis: z.literal('consent').exactOptional(),
  ofAge: z
    .boolean('must be true or false')
    .exactOptional()
    .describe('The person said to be as old as the program asks.'),
  sharesWith: words(320)
    .exactOptional()
    .describe('With whom the program shares, by the name the person read; needed where it shares.'),
})

export const OTHER_BASES = MESSAGE_BASES.filter(
  (basis): basis is Exclude<MessageBasis, 'consent'> => basis !== 'consent',
)

/** Somebody may be written to without having agreed: why, and who says so (the key). */
export const otherBasis = z.strictObject({
  ...everyRecord,
  basis: z.enum(OTHER_BASES),
  reason: words(500).describe('Why it applies to this person, for whoever asks later; sealed.'),
  reference: words(200)
    .exactOptional()
    .describe('What shows it elsewhere, such as the number of an order; sealed.'),
  optOutOffered: z
    .literal(
      true,
      'must be true: without an opt-out offered when the address was collected there is no soft opt-in',
    )
    .exactOptional(),
  configuration: shown.configuration.exactOptional(),
  text: shown.text.exactOptional(),
  language: shown.language.exactOptional(),
  collectionPoint: shown.collectionPoint.exactOptional(),
})

export type ConsentGiven = z.infer<typeof consentGiven>
export type OtherBasis = z.infer<typeof otherBasis>

/** For the API description. */
export const describedConsent = z.union([consentGiven, otherBasis])

export const consentAnswer = z.strictObject({
  id: z.string(),
  index: z.int().min(0),
  duplicate: z.boolean(),
  receivedAt: rfc3339,
  confirmation: z
    .enum(CONFIRMATIONS)
    .exactOptional()
    .describe('"double": it holds only once its address has confirmed it. Of consent only.'),
})

export const collectionPointsAnswer = z.strictObject({
  configuration: hashSchema.describe('To be sent with what was agreed to by these words.'),
  collectionPoints: z.array(
    z.strictObject({
      id: named.meta({ examples: ['help-desk'] }),
      name: z.string(),
      kind: z.enum(COLLECTION_KINDS),
      url: z.string().exactOptional(),
      programs: z
        .record(z.string(), z.array(z.enum(CHANNELS)))
        .describe('The programs it opts in to, and the channels its words tell enough for.'),
      texts: z.record(z.string(), z.strictObject({ words: z.string(), text: hashSchema })),
    }),
  ),
})
