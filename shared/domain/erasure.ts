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
