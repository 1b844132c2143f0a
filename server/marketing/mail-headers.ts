import type { Channel, SiteConfiguration } from '../../shared/domain/site.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { LinkTokens } from '../subjects/link-token.ts'
import { normaliseAddress } from './address.ts'

export interface HeaderQuestion {
  readonly channel: Channel
  readonly program: string
}

/** What the sender's mailer puts into one message. */
export interface MailHeaders {
  /** Of an e-mail; a text message has none. */
  readonly headers: Readonly<Record<string, string>>
  /** Link to the person's own page. */
  readonly preferences: string
}

export type HeadersAnswer = MailHeaders | { readonly refused: 'unknown-address' | 'invalid-address' }

export interface HeadersDeps {
  readonly ledger: Ledger
  readonly links: LinkTokens
  /** Where this server is reached. */
  readonly url: string
}

/** Answers address after address for one program of a site. Whoever was never named, or was erased, is not written to. */
export function mailHeaders(
  { ledger, links, url }: HeadersDeps,
  site: { readonly key: string; readonly configuration: Pick<SiteConfiguration, 'programs'> },
  { channel, program }: HeaderQuestion,
): (address: string) => HeadersAnswer {
  const { key, configuration } = site
  const home = configuration.programs.find(({ id }) => id === program)?.countries[0]
  const at = (file: string): string => new URL(`/s/${key}/${file}`, url).href
  const { hostname } = new URL(url)
  return given => {
    const normalised = normaliseAddress(channel, given, home)
    if ('detail' in normalised) return { refused: 'invalid-address' }
    const blind = ledger.blindIndex.blindOf(key, channel, normalised.address)
    const subject = ledger.store.subjectOfAddress(key, blind)
    if (subject === undefined) return { refused: 'unknown-address' }
    const preferences = at(`preferences?token=${links.make(key, 'preferences', { subject, channel })}`)
    if (channel !== 'email') return { headers: {}, preferences }
    return {
      headers: {
        'List-Unsubscribe': `<${at(`u.${links.make(key, 'unsubscribe', { subject, channel, program })}`)}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        'List-Help': `<${at('preferences')}>`,
        // RFC 2919: a name under a domain of the sender's own, the same for every message of the list.
        'List-ID': `<${program}.${key}.${hostname}>`,
      },
      preferences,
    }
  }
}
