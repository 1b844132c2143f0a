import { isDecision, type DecisionEntry } from '../../shared/domain/entry.ts'
import type { LedgerStore } from '../ledger/store.ts'

/** As many as a person reads at a glance. */
const LATEST = 10
/** A log that grew by texts alone is not searched to its beginning. */
const LOOKED_AT = 10_000

export interface DecisionLine {
  readonly index: number
  readonly entry: DecisionEntry
}

/** The last decisions of a log, newest first. */
export function latestDecisions(store: LedgerStore, site: string): DecisionLine[] {
  const { size } = store.log(site)
  const found: DecisionLine[] = []
  for (let index = size - 1; index >= Math.max(0, size - LOOKED_AT) && found.length < LATEST; index--) {
    const entry = store.entry(site, index)?.entry
    if (entry && isDecision(entry)) found.push({ index, entry })
  }
  return found
}

/** The decision with this receipt number. */
export function decisionById(store: LedgerStore, site: string, id: string): DecisionLine | undefined {
  const stored = store.entryById(site, id)
  return stored && isDecision(stored.entry) ? { index: stored.index, entry: stored.entry } : undefined
}

/** Index, time, what was done, what was chosen, receipt number. */
export function decisionText({ index, entry }: DecisionLine): string {
  const chosen = Object.entries(entry.choices)
    .map(([id, granted]) => `${id} ${granted ? 'yes' : 'no'}`)
    .join(', ')
  const time = new Date(entry.receivedAt).toISOString()
  return `${String(index).padStart(8)}  ${time}  ${entry.type.padEnd(10)}  ${chosen}  (${entry.method})  receipt ${entry.id}`
}
