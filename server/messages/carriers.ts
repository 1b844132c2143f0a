import type { Log } from '../../shared/domain/log.ts'
import { CHANNELS, type Channel } from '../../shared/domain/site.ts'
import type { Providers, SiteProviders } from '../../shared/schemas/providers.ts'
import type { Carrier } from './carrier.ts'
import { logSender } from './log-sender.ts'
import { smtpMailer } from './smtp.ts'
import { twilioSms } from './twilio.ts'

export interface CarrierDeps {
  readonly log: Log
  /** Where this server is reached. */
  readonly url: string
  readonly production: boolean
  readonly mask: (channel: Channel, address: string) => string
}

export interface Carriers {
  /** By what a site sends on a channel; `undefined` when it has nothing to send by. */
  of(site: string, channel: Channel): Carrier | undefined
  close(): void
}

/** Opens what every site sends by. Throws, saying what to do, where that may not be. */
export function openCarriers(providers: Providers, deps: CarrierDeps): Carriers {
  const carriers = new Map<string, Carrier>()
  for (const [site, own] of Object.entries(providers))
    for (const channel of CHANNELS) {
      const carrier = carrierOf(site, channel, own, deps)
      if (carrier) carriers.set(`${channel}:${site}`, carrier)
    }
  return {
    of: (site, channel) => carriers.get(`${channel}:${site}`),
    close: () => carriers.forEach(carrier => carrier.close()),
  }
}

function carrierOf(
  site: string,
  channel: Channel,
  { email, sms }: SiteProviders,
  { log, url, production, mask }: CarrierDeps,
): Carrier | undefined {
  const provider = channel === 'email' ? email : sms
  if (!provider) return undefined
  if ('log' in provider) {
    if (production)
      throw new Error(
        `"${site}" sends ${channel} to the server's log, which is for development: name a provider in the providers file, or take it out`,
      )
    return logSender(log, { site, channel }, mask)
  }
  if ('smtp' in provider) return smtpMailer({ url: provider.smtp, from: provider.from })
  // Twilio tells what became of a message only where it reaches us from outside.
  const callback = url.startsWith('https://') ? `${url}/v1/sites/${site}/hooks/twilio` : undefined
  return twilioSms(provider.twilio, callback)
}
