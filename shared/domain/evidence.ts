/**
 * Why somebody reads what is held of a person. A closed list: it stands in the log for ever, where no free text about a
 * person belongs.
 */
export const EVIDENCE_REASONS = ['request', 'complaint', 'authority', 'court', 'carrier', 'review'] as const
export type EvidenceReason = (typeof EVIDENCE_REASONS)[number]
