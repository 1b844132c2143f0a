import type { Channel } from '../../../shared/domain/site.ts'
import {
  channelStanding,
  isGranted,
  programStanding,
  type PurposeStanding,
  type Standing,
} from '../../../shared/domain/standing.ts'
import type { PlannedAct } from './acts.ts'

/**
 * What stands says the same already: lists of a provider are brought every week, and name the same people again. A no as old
 * as one on record adds nothing, and must not end what was agreed to after both.
 */
export function isSaidBefore(standing: Standing, act: PlannedAct): boolean {
  if (act.says === 'yes') {
    const { channel, program, decidedAt, basis, evidence } = act.consent
    const was = programStanding(standing, channel, program)
    const recorded = was?.act?.to?.recorded
    return (
      isGranted(was) &&
      was?.since === decidedAt &&
      recorded?.basis === basis &&
      recorded.evidence === evidence
    )
  }
  const { channel, program, decidedAt, cause } = act.optOut
  const was =
    program === undefined ? channelStanding(standing, channel) : programStanding(standing, channel, program)
  if (was?.lastNo === undefined) return false
  if (was.lastNo >= decidedAt) return was.act?.cause === cause || cause === undefined
  return act.isUndated && was.act?.cause === cause && isNoToAll(standing, channel, was)
}

/** Nobody has said yes to anything on the channel since. */
const isNoToAll = (standing: Standing, channel: Channel, was: PurposeStanding): boolean =>
  !isYes(was) &&
  Object.entries(standing).every(
    ([key, stands]) => !key.startsWith(`${channel}:`) || key.endsWith(':!') || !isYes(stands),
  )

const isYes = ({ state }: PurposeStanding): boolean => state !== 'withdrawn' && state !== 'refused'
