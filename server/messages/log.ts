import type { Channel } from '../../shared/domain/site.ts'
import { LINK, openLetter, type Outbox } from './outbox.ts'
import type { Message } from './store.ts'

/** A line of somebody's message log, as whoever may read it sees it. */
export interface LoggedMessage extends Omit<Message, 'subject' | 'sealed' | 'source' | 'dueAt'> {
  readonly channel: Channel
  readonly to?: string
  readonly title?: string
  /** Without the secret of a link: that was in the message, and nowhere else. */
  readonly words?: string
}

/** Every message to and from one person, the oldest first. */
export async function messagesOf(
  { ledger, messages }: Outbox,
  site: string,
  subject: string,
): Promise<LoggedMessage[]> {
  await ledger.keys.refresh()
  return messages.ofSubject(site, subject).map(message => {
    const { subject: _, sealed, source: _source, dueAt: _due, ...line } = message
    const letter = openLetter(ledger, site, { ...message, ...(sealed && { sealed }) })
    const { to, title, words } = letter ?? {}
    return {
      ...line,
      ...(to !== undefined && { to }),
      ...(title !== undefined && { title }),
      ...(words !== undefined && { words: words.replace(LINK, '[link]') }),
    }
  })
}
