import type { MarketingRefusalReason } from '../../shared/domain/marketing.ts'
import type { RefusedMarketing } from '../marketing/append.ts'

/** The status each reason would have as an answer of its own. */
export const MARKETING_STATUS: Record<MarketingRefusalReason, number> = {
  malformed: 422,
  'unknown-configuration': 422,
  'unknown-text': 422,
  'unknown-program': 422,
  'program-closed': 422,
  'unknown-channel': 422,
  'invalid-address': 422,
  'country-not-served': 422,
  minor: 422,
  'unknown-collection-point': 422,
  'evidence-missing': 422,
  'basis-mismatch': 422,
  'id-reused': 409,
}

interface Stored {
  readonly id: string
  readonly index: number
  readonly duplicate: boolean
  readonly receivedAt: number
}

/** An answer as it travels: a refusal with its status, or what was stored with its time in words. */
export const wireAnswer = (answer: Stored | RefusedMarketing) =>
  'refused' in answer
    ? {
        id: answer.id,
        refused: answer.refused,
        status: MARKETING_STATUS[answer.refused],
        detail: answer.detail,
      }
    : { ...answer, receivedAt: new Date(answer.receivedAt).toISOString() }
