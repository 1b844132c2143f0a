import type { Channel } from '../../shared/domain/site.ts'
import { holdOf } from '../../shared/domain/standing.ts'
import { derivedId } from '../ledger/derived-id.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { open } from '../subjects/seal.ts'
import { appendForAddresses } from './append.ts'
import { releaseHold } from './hold.ts'

/** What somebody wrote that may have been a no, and waits for somebody to read it. */
export interface WaitingMessage {
  readonly id: string
  readonly subject: string
  readonly channel: Channel
  /** Id of the hold. */
  readonly entry?: string
  readonly at: number
  /** From then on it is a no. */
  readonly dueAt?: number
  readonly sealed?: Uint8Array
}

/** What settling needs of the message log. */
export interface WaitingMessages {
  waiting(site?: string): { readonly site: string; readonly message: WaitingMessage }[]
  message(site: string, id: string): { readonly id: string } | undefined
  lookedAt(site: string, id: string): void
}

/**
 * How it ended. `waits`: of other messages of this person somebody has still to say what they were. `over`: it was settled
 * before, or its person said no by themselves.
 */
export type Settled = 'released' | 'opted-out' | 'waits' | 'over'

const holdOn = ({ store }: Ledger, site: string, { subject, channel }: WaitingMessage) =>
  store.snapshot(() => holdOf(store.subject(site, subject)?.standing ?? {}, channel))

/** It was no no: messages go on once that is so of every message that waits. */
export async function release(
  ledger: Ledger,
  messages: WaitingMessages,
  site: string,
  waiting: WaitingMessage,
  actor: string,
): Promise<Settled> {
  const { id, subject, channel } = waiting
  const hold = holdOn(ledger, site, waiting)?.act
  const isHeld = hold?.cause === 'revocation-suspected'
  // A hold without its task came in just now, or before a crash: it waits until it has one. Asked before the others are, for
  // the task would be one of them.
  const isTask = isHeld && messages.message(site, hold.id) !== undefined
  const others = messages
    .waiting(site)
    .some(({ message: m }) => m.subject === subject && m.channel === channel && m.id !== id)
  const released =
    isTask && !others && (await releaseHold(ledger, site, { subject, channel, releases: hold.id, actor }))
  letGo(messages, site, waiting)
  return released ? 'released' : isHeld ? 'waits' : 'over'
}

/** It was a no, or nobody has said in time that it was none. */
export async function endByHold(
  ledger: Ledger,
  messages: WaitingMessages,
  site: string,
  waiting: WaitingMessage,
  actor?: string,
): Promise<Settled> {
  const { subject, channel } = waiting
  const blind = ledger.store.snapshot(() => ledger.store.addressOfSubject(site, subject))
  const hold = holdOn(ledger, site, waiting)?.act?.id
  const isHeld = blind !== undefined && hold !== undefined
  if (isHeld) {
    const said = {
      id: derivedId(['hold-ended', site, hold], hold),
      channel,
      // It was said when the message came.
      decidedAt: waiting.at,
      method: 'hold' as const,
    }
    const entry = { type: 'opt-out' as const, ...said, ...(actor !== undefined && { actor }) }
    await appendForAddresses(ledger, site, [{ blind, entry, said }])
  }
  letGo(messages, site, waiting)
  return isHeld ? 'opted-out' : 'over'
}

/** What was written goes once it is settled, and after the entry that settles it. */
const letGo = (messages: WaitingMessages, site: string, { id }: WaitingMessage): void =>
  messages.lookedAt(site, id)

/** Every message whose time is over is a no, once its log may grow. Answers how many were. */
export async function endOverdue(
  ledger: Ledger,
  messages: WaitingMessages,
  suspended: ReadonlySet<string>,
): Promise<number> {
  let ended = 0
  const now = ledger.now()
  for (const { site, message } of messages.waiting()) {
    if (message.dueAt === undefined || message.dueAt > now) break
    if (suspended.has(site)) continue
    // oxlint-disable-next-line no-await-in-loop -- few are
    if ((await endByHold(ledger, messages, site, message)) === 'opted-out') ended++
  }
  return ended
}

/** What was written; `undefined` where nothing opens it any more. */
export function wordsOf(
  { keys }: Ledger,
  site: string,
  { subject, id, sealed }: WaitingMessage,
): string | undefined {
  const key = sealed && keys.openSubjectKey(site, subject)
  if (!key) return undefined
  const { words } = open(key, sealed, { site, subject, id })
  return typeof words === 'string' ? words : undefined
}
