import type { Channel } from '../../shared/domain/site.ts'
import { derivedId } from '../ledger/derived-id.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { open, seal } from '../subjects/seal.ts'
import type { Message, MessageStore } from './store.ts'

export interface Outbox {
  readonly ledger: Ledger
  readonly messages: MessageStore
}

/** What a message says, and to whom. */
export interface Letter {
  readonly to: string
  /** Of an e-mail. */
  readonly title?: string
  readonly words: string
  /** BCP 47. */
  readonly language?: string
}

export interface NewMessage extends Letter {
  readonly subject: string
  readonly channel: Channel
  /** `confirm`, `welcome`, `stopped`, `help`, `preferences`. */
  readonly kind: string
  readonly program?: string
  /** Id of the entry, or of the message, it follows from: two of one kind that follow from the same are one message. */
  readonly follows: string
  readonly source?: Uint8Array
  /** Not sent, and why: that somebody asked for it stays to be seen. */
  readonly refused?: string
}

/** Stands in the words for a link that is made when they are sent, and known to nobody but who gets them. */
export const LINK = '\uFFFC'

/**
 * Puts a message into its person's log; it goes out as soon as it can. `false` when it is there already, or when nothing can
 * be sealed for them any more, as after an erasure: then nothing is sent.
 */
export function queueMessage(
  { ledger, messages }: Outbox,
  site: string,
  { to, title, words, language, follows, refused, source, program, ...message }: NewMessage,
): boolean {
  const { subject, kind } = message
  const key = ledger.keys.openSubjectKey(site, subject)
  if (!key) return false
  const id = derivedId(['message', site, kind, follows, program ?? ''], follows)
  const at = ledger.now()
  const letter = {
    to,
    words,
    ...(title !== undefined && { title }),
    ...(language !== undefined && { language }),
  }
  return messages.add(site, {
    ...message,
    id,
    direction: 'out',
    entry: follows,
    at,
    attempts: 0,
    ...(program !== undefined && { program }),
    ...(refused === undefined
      ? { state: 'due' as const, dueAt: at }
      : { state: 'failed' as const, fault: refused }),
    sealed: seal(key, letter, { site, subject, id: sealedAs(id) }),
    ...(source && { source }),
  })
}

/** Never the same as what an entry of this id would be sealed as. */
const sealedAs = (id: string): string => `message ${id}`

/** `undefined` when its key is gone, or nothing was sealed. */
export function openLetter(
  { keys }: Pick<Ledger, 'keys'>,
  site: string,
  { id, subject, sealed }: Pick<Message, 'id' | 'subject' | 'sealed'>,
): Partial<Letter> | undefined {
  const key = sealed && keys.openSubjectKey(site, subject)
  return key && open(key, sealed, { site, subject, id: sealedAs(id) })
}
