import type { MessageBasis, StatusReason } from '../../../shared/domain/marketing.ts'
import { DEFAULT_EVIDENCE, type Program } from '../../../shared/domain/site.ts'
import type { AgreedTo } from '../../../shared/domain/standing.ts'
import { basisFault, expiryOf } from '../../../shared/rules/basis.ts'
import { normaliseAddress } from '../address.ts'
import type { Said, StatusAnswer, StatusQuestion } from './question.ts'

/**
 * Why what was recorded instead of consent carries no message to this person at that moment. What ends by itself and began
 * nobody knows when cannot be shown to be running: too little evidence, not an end that somebody made up.
 */
export function notBased(
  { recorded }: AgreedTo,
  since: number,
  at: number,
  program: Program,
  question: StatusQuestion,
): Pick<StatusAnswer, 'reason' | 'expiresAt'> | undefined {
  if (!recorded || recorded.basis === 'consent') return undefined
  const { basis } = recorded
  // A contract carries what it needs, which is no marketing.
  if (basis === 'contract' || basis === 'legal-obligation') return { reason: 'purpose_mismatch' }
  const fault = basisFault({ basis, since, at, countries: whereabouts(program, question) })
  if (fault === undefined) return undefined
  const expiresAt = expiryOf(basis, since)
  return fault === 'expired'
    ? { reason: 'expired', ...(expiresAt !== undefined && { expiresAt }) }
    : { reason: 'evidence_incomplete' }
}

/** Countries the person may be in: as the owner knows, as the number says, or any the program writes to. */
function whereabouts(
  { countries }: Program,
  { channel, address, region }: StatusQuestion,
): readonly string[] {
  if (region !== undefined) return [region.slice(0, 2)]
  const normalised = channel === 'sms' ? normaliseAddress(channel, address, countries[0]) : undefined
  const country = normalised && 'country' in normalised ? normalised.country : undefined
  return country === undefined ? countries : [country]
}

/** What was recorded from elsewhere is sent to as far as the program's policy for such evidence goes. */
export function tooWeak(
  { recorded }: AgreedTo,
  { evidence = DEFAULT_EVIDENCE }: Program,
): Pick<Said, 'decision' | 'reason'> | undefined {
  if (!recorded) return undefined
  const decision = evidence[recorded.evidence]
  if (decision === 'send') return undefined
  return { decision, reason: decision === 'hold' ? 'reconsent_needed' : 'evidence_incomplete' }
}

const IMPLIED: readonly MessageBasis[] = ['implied-purchase', 'implied-inquiry', 'implied-published']

export function reasonOf({ confirmed, recorded }: AgreedTo): StatusReason {
  if (confirmed) return 'ok_double_optin'
  if (!recorded || recorded.basis === 'consent') return 'ok_express'
  return IMPLIED.includes(recorded.basis) ? 'ok_implied' : 'ok_soft_optin'
}
