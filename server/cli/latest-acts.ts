import {
  contentOf,
  isDecision,
  isOfSubject,
  type Act,
  type ErasureEntry,
  type EvidenceReadEntry,
  type SubjectEntry,
} from '../../shared/domain/entry.ts'
import type { LedgerStore } from '../ledger/store.ts'

/** As many as a person reads at a glance. */
const LATEST = 10
/** A log that grew by texts alone is not searched to its beginning. */
const LOOKED_AT = 10_000

/** What a person did, or had done, as the log holds it: a decision, an opt-in, an opt-out, an erasure. No address is in it. */
export interface ActLine {
  readonly index: number
  readonly entry: SubjectEntry
}

/** The last acts of a log, newest first. */
export function latestActs(store: LedgerStore, site: string): ActLine[] {
  const { size } = store.log(site)
  const found: ActLine[] = []
  for (let index = size - 1; index >= Math.max(0, size - LOOKED_AT) && found.length < LATEST; index--) {
    const entry = store.entry(site, index)?.entry
    if (entry && isOfSubject(entry)) found.push({ index, entry })
  }
  return found
}

/** The act with this receipt number. */
export function actById(store: LedgerStore, site: string, id: string): ActLine | undefined {
  const stored = store.entryById(site, id)
  return stored && isOfSubject(stored.entry) ? { index: stored.index, entry: stored.entry } : undefined
}

/** Index, time, what was done, about what, receipt number. */
export function actText({ index, entry }: ActLine): string {
  const act = contentOf(entry)
  const time = new Date(act.receivedAt).toISOString()
  const from =
    entry.type === 'imported' ? `, imported from entry ${entry.from.index} of ${entry.from.origin}` : ''
  return `${String(index).padStart(8)}  ${time}  ${act.type.padEnd(16)}  ${aboutWhat(act)}  (${howDone(act)}${from})  receipt ${act.id}`
}

function aboutWhat(act: Act | ErasureEntry | EvidenceReadEntry): string {
  if (act.type === 'erasure') return `${act.parts} private parts`
  if (act.type === 'evidence-read' || !isDecision(act))
    return `${act.channel} ${('program' in act && act.program) || 'every program'}`
  return Object.entries(act.choices)
    .map(([id, granted]) => `${id} ${granted ? 'yes' : 'no'}`)
    .join(', ')
}

function howDone(act: Act | ErasureEntry | EvidenceReadEntry): string {
  if (act.type === 'erasure') return act.reason
  if (act.type === 'opt-in') return `${act.method}, ${act.confirmation} opt-in`
  if (act.type === 'consent-recorded') return `${act.method}, ${act.evidence} evidence`
  if ('tool' in act && act.tool !== undefined) return `${act.method} from ${act.tool}`
  return act.type === 'hold-release' || act.type === 'evidence-read' ? act.actor : act.method
}
