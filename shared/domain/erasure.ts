/** Why somebody's data is erased: the grounds of GDPR Art. 17(1), in words of our own. A list, for an entry stays for ever. */
export const ERASURE_REASONS = [
  'request',
  'withdrawal',
  'objection',
  'unlawful',
  'obligation',
  'unneeded',
] as const
export type ErasureReason = (typeof ERASURE_REASONS)[number]

/**
 * Nobody asked for it: an address was written into a form, and never confirmed it. It may be anybody's, who never said
 * anything: so nothing of it is suppressed, and it may be asked again.
 */
export const UNCONFIRMED = 'unconfirmed'
/** Those of entries. */
export const RECORDED_ERASURE_REASONS = [...ERASURE_REASONS, UNCONFIRMED] as const
export type RecordedErasureReason = (typeof RECORDED_ERASURE_REASONS)[number]
