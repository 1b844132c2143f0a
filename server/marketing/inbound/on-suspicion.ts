import { seal } from '../../subjects/seal.ts'
import { holdAddress } from '../hold.ts'
import type { InboundMessage } from './event.ts'
import { idOf } from './identity.ts'
import type { Inbox, InboundSite } from './inbox.ts'
import { personAt } from './person.ts'
import { taskOf } from './task.ts'

/** As much of a message as somebody needs to tell a no from a question. */
const MOST_KEPT = 480

export type Suspected =
  | { readonly did: 'held'; readonly id: string; readonly duplicate: boolean }
  | { readonly did: 'refused'; readonly detail: string }

/**
 * Messages wait until somebody has read what was written. The words are sealed in the message log, not beside the entry:
 * once they are settled they are gone, and the entry stays what it was.
 */
export async function suspect(
  { ledger, messages, holdHours }: Inbox,
  site: InboundSite,
  event: InboundMessage,
): Promise<Suspected> {
  const { key, configuration } = site
  const { channel, address } = event
  const id = idOf(key, event, 'hold')
  const now = ledger.now()
  const known = ledger.store.entryById(key, id)
  if (!known) {
    const held = await holdAddress(
      ledger,
      key,
      { id, channel, address, decidedAt: event.at ?? now, cause: 'revocation-suspected', method: 'keyword' },
      configuration,
    )
    if ('refused' in held && held.refused === 'invalid-address')
      return { did: 'refused', detail: held.detail }
  }
  // Also where it was held before: what came in between may have been a crash.
  const person = personAt(ledger, site, event)
  if (person) {
    const { subject } = person
    const task = taskOf({ id, subject, channel, receivedAt: known?.entry.receivedAt ?? now }, holdHours)
    const subjectKey = await ledger.keys.createSubjectKey(key, subject)
    const words = { words: event.body.slice(0, MOST_KEPT) }
    const sealed = seal(subjectKey, words, { site: key, subject, id })
    messages.add(key, { ...task, providerId: event.eventId, sealed })
  }
  return { did: 'held', id, duplicate: known !== undefined }
}
