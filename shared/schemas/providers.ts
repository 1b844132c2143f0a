import * as z from 'zod'

const filled = z.string().min(1, 'is empty')

/** Of 24 bytes at least, as Standard Webhooks has it: what is no base64 would sign with a key that everybody has. */
const webhookSecret = z
  .string()
  .regex(
    /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/,
    'must be "whsec_" and 24 random bytes or more in base64, as "openssl rand -base64 32" makes them',
  )

const twilioAccount = z.strictObject({
  accountSid: filled,
  authToken: filled,
  /** One of the two: a number of the account, or a messaging service. */
  from: filled.exactOptional(),
  messagingServiceSid: filled.exactOptional(),
  /** Where its API is, when it is not Twilio's own; for tests and regions. */
  url: z.url().exactOptional(),
})

/** By what a site sends, and whose word about its messages is believed. Secrets: none of it is ever published or logged. */
export const siteProviders = z.strictObject({
  email: z
    .union([
      z.strictObject({
        smtp: z.url({
          protocol: /^smtps?$/,
          error: 'must look like "smtps://user:password@mail.example:465"',
        }),
        from: filled,
      }),
      z.strictObject({ log: z.literal(true), from: filled }),
    ])
    .exactOptional(),
  sms: z
    .union([
      z.strictObject({ twilio: twilioAccount }),
      z.strictObject({ log: z.literal(true), from: filled }),
    ])
    .exactOptional(),
  hooks: z
    .strictObject({
      twilio: z
        .strictObject({
          authToken: filled,
          /** The secondary one, while the other is replaced. */
          newAuthToken: filled.exactOptional(),
          /** Only of this account, where the token signs for several. */
          accountSid: filled.exactOptional(),
        })
        .exactOptional(),
      /** SPKI in base64, as SendGrid shows it. */
      sendgrid: z.strictObject({ publicKey: filled }).exactOptional(),
      /** Topics (ARN) that are believed. */
      ses: z.strictObject({ topics: z.array(filled).min(1) }).exactOptional(),
      /** `whsec_` secrets of the Standard Webhooks scheme; several while one is replaced. */
      generic: z.strictObject({ secrets: z.array(webhookSecret).min(1) }).exactOptional(),
    })
    .exactOptional(),
  /** Who answers STOP and HELP; the provider, unless Assent is told to. */
  replies: z.enum(['assent', 'provider']).exactOptional(),
})

/** Site key → its providers. */
export const providersFile = z.record(z.string(), siteProviders)

export type SiteProviders = z.infer<typeof siteProviders>
export type Providers = z.infer<typeof providersFile>
