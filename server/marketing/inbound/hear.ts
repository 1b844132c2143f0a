import type { SiteProviders } from '../../../shared/schemas/providers.ts'
import type { Provider } from './event.ts'
import { hearGeneric } from './generic.ts'
import type { HeardEvents, HookRequest } from './hook.ts'
import { hearSendgrid } from './sendgrid.ts'
import { hearSes } from './ses.ts'
import type { FetchPinned } from './sns.ts'
import { hearTwilio } from './twilio.ts'

/** Whose word a site believes, by provider. */
export type HookSecrets = NonNullable<SiteProviders['hooks']>

export interface Hearing {
  readonly now: number
  readonly fetchPinned: FetchPinned
}

/** What a request reports, once it is known to be the provider's; `undefined` where the site has no such hook. */
export function hear(
  provider: Provider,
  request: HookRequest,
  { twilio, sendgrid, ses, generic }: HookSecrets,
  { now, fetchPinned }: Hearing,
): Promise<HeardEvents> | HeardEvents | undefined {
  switch (provider) {
    case 'twilio': {
      if (!twilio) return undefined
      const { authToken, newAuthToken, accountSid } = twilio
      const authTokens = [authToken, ...(newAuthToken === undefined ? [] : [newAuthToken])]
      return hearTwilio(request, { authTokens, ...(accountSid !== undefined && { account: accountSid }) })
    }
    case 'sendgrid':
      return sendgrid && hearSendgrid(request, { publicKeys: [sendgrid.publicKey] })
    case 'ses':
      return ses && hearSes(request, ses, fetchPinned)
    case 'generic':
      return generic && hearGeneric(request, generic, now)
  }
}
