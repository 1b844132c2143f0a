import type { StatusReason } from '../../../shared/domain/marketing.ts'
import { holdOf, type PurposeStanding, type Standing } from '../../../shared/domain/standing.ts'
import { entryOf, type Said, type StatusQuestion } from './question.ts'

export const isYes = ({ state }: PurposeStanding): boolean =>
  state === 'given' || state === 'renewed' || state === 'requested' || state === 'invalidated'

/** Why an address is not written to where its person did not say so. */
export const NOT_SAID = {
  complaint: 'complaint',
  'hard-bounce': 'hard_bounce',
  'number-reassigned': 'number_reassigned',
  suppressed: 'suppressed_manual',
} as const

export function whyNot(
  { state, lastNo, act }: PurposeStanding,
  { sender }: StatusQuestion,
): StatusReason | undefined {
  const cause = act?.cause
  if (cause && cause in NOT_SAID) return NOT_SAID[cause as keyof typeof NOT_SAID]
  switch (state) {
    case 'withdrawn':
      return sender !== undefined && act?.sender !== undefined && act.sender !== sender
        ? 'withdrawn_other_sender'
        : 'withdrawn'
    case 'refused':
      return 'declined'
    case 'invalidated':
      // A yes at a time that cannot be true: after a no, the no stands.
      return lastNo === undefined ? 'not_yet_effective' : 'withdrawn'
    case 'given':
    case 'renewed':
    case 'requested':
      return undefined
  }
}

/** What may become a yes again without anybody asking the person: messages wait. */
export function heldBy(standing: Standing, { channel, isSilent }: StatusQuestion): Said | undefined {
  const hold = holdOf(standing, channel)
  if (hold)
    return {
      decision: 'hold',
      reason: hold.act?.cause === 'restricted' ? 'restricted_dsr' : 'revocation_suspected',
      ...entryOf(hold),
    }
  return isSilent ? { decision: 'hold', reason: 'sender_silent' } : undefined
}
