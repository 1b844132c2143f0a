import { EVIDENCE_LEVELS, type EvidenceLevel, type OptOutCause } from '../../../shared/domain/marketing.ts'
import type { PlannedAct } from './acts.ts'
import type { No, SaysNothing, Yes } from './row.ts'

/** What a file comes to. `rows` is `stored` (or would be) and `known` and `passedOver` and `refused`. */
export interface HistoryTally {
  readonly rows: number
  readonly stored: number
  /** Here already, or adding nothing to what is. */
  readonly known: number
  /** Nothing is wrong with them, and nothing is recorded: by reason. */
  readonly passedOver: Readonly<Record<string, number>>
  /** Could not be recorded: by reason. */
  readonly refused: Readonly<Record<string, number>>
  /** Of the refused, how many say no: these people are not protected by the import. */
  readonly refusedNoes: number
  readonly consents: number
  readonly suppressions: number
  /** Rows that name an address an earlier one has. */
  readonly duplicates: number
  readonly evidence: Readonly<Record<EvidenceLevel, number>>
  /** What the consents have to show: pieces joined by `, `, and how many have exactly these. */
  readonly pieces: Readonly<Record<string, number>>
  /** Of the suppressions: why. `said`: the person said so. */
  readonly causes: Readonly<Partial<Record<OptOutCause | 'said', number>>>
  readonly undatedConsents: number
  readonly undatedSuppressions: number
  /** Noes with a date that cannot be read, or is to come. */
  readonly badDates: number
  /** New consents that permit nothing, for a later no is on record, or an erasure. */
  readonly late: number
  /** New consents beside one that stands here and has as much to show, or more. */
  readonly weaker: number
}

const DATES: readonly string[] = ['unreadable-date', 'future-date', 'unknown-status', 'no-address']

export function emptyTally() {
  const passedOver = new Map<string, number>()
  const refused = new Map<string, number>()
  const pieces = new Map<string, number>()
  const causes = new Map<string, number>()
  const levels = new Map<EvidenceLevel, number>(EVIDENCE_LEVELS.map(level => [level, 0]))
  const n = {
    rows: 0,
    stored: 0,
    known: 0,
    refusedNoes: 0,
    consents: 0,
    suppressions: 0,
    duplicates: 0,
    undatedConsents: 0,
    undatedSuppressions: 0,
    badDates: 0,
    late: 0,
    weaker: 0,
  }
  const count = <K>(map: Map<K, number>, key: K) => void map.set(key, (map.get(key) ?? 0) + 1)

  return {
    sees(address: string, before: Set<string>): void {
      n.rows++
      const key = address.toLowerCase()
      if (address !== '' && before.has(key)) n.duplicates++
      before.add(key)
    },
    passesOver({ reason }: SaysNothing): void {
      count(DATES.includes(reason) ? refused : passedOver, reason)
    },
    refuses(reason: string, says: 'yes' | 'no' | 'nothing'): void {
      count(refused, reason)
      if (says === 'no') n.refusedNoes++
    },
    takes(act: PlannedAct, says: Yes | No): void {
      n.stored++
      if (says.says === 'no' && says.hasBadTime) n.badDates++
      if (act.says === 'no') {
        n.suppressions++
        count(causes, act.optOut.cause ?? 'said')
        if (act.isUndated) n.undatedSuppressions++
        return
      }
      n.consents++
      count(levels, act.consent.evidence)
      count(pieces, act.pieces.length > 0 ? act.pieces.join(', ') : 'nothing')
      if (act.isUndated) n.undatedConsents++
    },
    knows(): void {
      n.stored--
      n.known++
    },
    countsNot(how: 'weaker' | 'late'): void {
      n[how]++
    },
    done: (): HistoryTally => ({
      ...n,
      passedOver: Object.fromEntries(passedOver),
      refused: Object.fromEntries(refused),
      evidence: Object.fromEntries(levels) as Record<EvidenceLevel, number>,
      pieces: Object.fromEntries(pieces),
      causes: Object.fromEntries(causes),
    }),
  }
}
