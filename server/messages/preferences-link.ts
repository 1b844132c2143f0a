import { isRightToLeft } from '../../shared/domain/language.ts'
import type { SiteConfiguration, Channel } from '../../shared/domain/site.ts'
import { channelStanding } from '../../shared/domain/standing.ts'
import { spokenTo } from '../languages/words.ts'
import { MESSAGE_LIMITS, dayOf, sourceOf } from './limits.ts'
import { LINK, queueMessage, type Outbox } from './outbox.ts'

export interface LinkRequest {
  readonly subject: string
  readonly channel: Channel
  /** In the one spelling. */
  readonly to: string
  /** The same one again is the same request. */
  readonly id: string
  readonly language: string
  readonly controller: Pick<SiteConfiguration['controller'], 'name' | 'address'>
  /** Whose request it is. */
  readonly network?: string
}

const KIND = 'preferences'

/**
 * Queues the link to an address's own page, if it may be sent: so few a day, for anybody can type anybody's address; and no text
 * message to a number that has said stop to everything, whoever asks for it. Whoever asked learns none of this.
 */
export function queuePreferencesLink(outbox: Outbox, site: string, asked: LinkRequest): boolean {
  const { ledger, messages } = outbox
  const { subject, channel, to, id, language, controller, network } = asked
  const all = channelStanding(ledger.store.subject(site, subject)?.standing ?? {}, channel)
  if (all && (channel === 'sms' || all.act?.cause !== undefined)) return false
  const today = dayOf(ledger.now())
  const source = network === undefined ? undefined : sourceOf(outbox, site, network)
  const sent = messages.ofSubject(site, subject).filter(({ kind, at }) => kind === KIND && at >= today)
  if (sent.length >= MESSAGE_LIMITS.perAddress) return false
  if (source && messages.askedFrom(site, source, today) >= MESSAGE_LIMITS.perSource) return false
  return queueMessage(outbox, site, {
    ...letterIn(language, channel, controller),
    subject,
    channel,
    kind: KIND,
    to,
    follows: id,
    ...(source && { source }),
  })
}

function letterIn(given: string, channel: Channel, { name, address }: LinkRequest['controller']) {
  const {
    language,
    words: { linkMail, linkText },
  } = spokenTo([given])
  // First-strong isolates: a Latin name keeps its own direction inside Arabic.
  const controller = isRightToLeft(language) ? `\u2068${name}\u2069` : name
  const say = (template: string): string =>
    template.replace(/\{(\w+)\}/g, (_, place: string) => (place === 'link' ? LINK : controller))
  if (channel === 'sms') return { language, words: say(linkText) }
  return {
    language,
    title: say(linkMail.title),
    words: `${[...linkMail.paragraphs.map(say), `${name}\n${address}`].join('\n\n')}\n`,
  }
}
