import type { EntryAt } from '../../../shared/domain/as-of.ts'
import { contentOf } from '../../../shared/domain/entry.ts'
import type { Channel, Program } from '../../../shared/domain/site.ts'
import {
  channelStanding,
  holdOf,
  isGranted,
  programStanding,
  type PurposeStanding,
  type Standing,
} from '../../../shared/domain/standing.ts'
import { saidNoItself } from '../own-no.ts'
import { isYes, NOT_SAID, whyNot } from './no.ts'
import { entryOf, type Said, type StatusQuestion } from './question.ts'

/**
 * A message about what somebody has already rests on no consent: a no to marketing does not end it, a no to this program does,
 * and so does an address that nobody, or somebody else, reads.
 */
export function ofService(
  standing: Standing,
  channel: Channel,
  program: Program,
  question: StatusQuestion,
  entries: () => Iterable<EntryAt>,
): Said {
  const own = programStanding(standing, channel, program.id)
  const all = channelStanding(standing, channel)
  const isOwn = (stands: PurposeStanding): boolean =>
    stands.act?.id !== all?.act?.id || saidNoItself(entries(), { channel, program: program.id })
  if (own && isNo(own) && isOwn(own))
    return { decision: 'block', reason: whyNot(own, question) ?? 'withdrawn', ...entryOf(own) }
  const gone = all && nobodyThere(entries(), channel)
  if (gone) return gone
  const hold = holdOf(standing, channel)
  // Of somebody who asked that nothing be done, nothing is.
  return hold?.act?.cause === 'restricted'
    ? { decision: 'hold', reason: 'restricted_dsr', ...entryOf(hold) }
    : { decision: 'send', reason: 'ok_service' }
}

/** Said no, and no yes since that counts: one that waits to be confirmed does not. */
const isNo = (own: PurposeStanding): boolean => !isGranted(own) && (!isYes(own) || own.lastNo !== undefined)

/** Nobody, or somebody else, is at the address. Whatever was said there since, also by whoever has it now, changes nothing. */
function nobodyThere(entries: Iterable<EntryAt>, channel: Channel): Said | undefined {
  for (const { index, entry } of entries) {
    const act = contentOf(entry)
    if (act.type !== 'opt-out' || act.channel !== channel || act.program !== undefined) continue
    if (act.cause === 'hard-bounce' || act.cause === 'number-reassigned')
      return { decision: 'block', reason: NOT_SAID[act.cause], entry: { id: entry.id, index } }
  }
  return undefined
}
