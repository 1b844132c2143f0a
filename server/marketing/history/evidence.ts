import { EVIDENCE_LEVELS, type EvidenceLevel } from '../../../shared/domain/marketing.ts'
import type { Yes } from './row.ts'

/** What shows that somebody agreed: when, to which words, where; from which network; and that the address confirmed it. */
export const EVIDENCE_PIECES = ['time', 'words', 'place', 'ip', 'confirmation'] as const
export type EvidencePiece = (typeof EVIDENCE_PIECES)[number]

/** Said once of a whole file. */
export interface SaidOfAll {
  readonly words?: string
  readonly page?: string
  readonly collectionPoint?: string
}

export function piecesOf({ time, shown }: Yes, all: SaidOfAll): EvidencePiece[] {
  const has: Record<EvidencePiece, boolean> = {
    time: time !== undefined,
    words: (shown.words ?? all.words) !== undefined,
    place: (shown.page ?? shown.collectedBy ?? all.page ?? all.collectionPoint) !== undefined,
    ip: shown.ip !== undefined,
    confirmation: shown.confirmedAt !== undefined,
  }
  return EVIDENCE_PIECES.filter(piece => has[piece])
}

/**
 * Full: when, which words, and where; an address that confirmed itself says as much as a place. Partial: when, but not all
 * of it. Asserted: not even when, whatever else there is. `most`: whoever brings the list may trust it less, never more.
 */
export function levelOf(pieces: readonly EvidencePiece[], most: EvidenceLevel = 'full'): EvidenceLevel {
  const has = (piece: EvidencePiece) => pieces.includes(piece)
  const level = !has('time')
    ? 'asserted'
    : has('words') && (has('place') || has('confirmation'))
      ? 'full'
      : 'partial'
  return EVIDENCE_LEVELS[Math.max(EVIDENCE_LEVELS.indexOf(level), EVIDENCE_LEVELS.indexOf(most))]!
}
