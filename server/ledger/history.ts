import { isSeen, type EntryAt, type InTime } from '../../shared/domain/as-of.ts'
import { actOf, isDecision, type DecisionEntry, type ImportedEntry } from '../../shared/domain/entry.ts'
import type { Standing } from '../../shared/domain/standing.ts'
import { chainOf } from './chain.ts'
import { subjectThen, viewOf, type PastView } from './in-time.ts'
import type { Ledger } from './ledger.ts'

export interface SubjectHistory<Line> {
  readonly standing: Standing
  /** Newest first. */
  readonly entries: readonly Line[]
  /** Of a question about the past: what was seen. */
  readonly view?: PastView
}

export interface HistoryQuestion extends InTime {
  /** So many entries at most. */
  readonly limit?: number
}

/** Where any subject stands and its last entries; about the past, those that counted and were known then. */
export function subjectHistory(
  ledger: Ledger,
  site: string,
  subject: string,
  { limit = 1_000, ...moments }: HistoryQuestion = {},
): SubjectHistory<EntryAt> {
  const { store } = ledger
  const view = viewOf(ledger, site, moments)
  const now = store.subject(site, subject)
  if (!now) return { standing: {}, entries: [], ...(view && { view }) }
  if (!view)
    return { standing: now.standing, entries: firstOf(limit, chainOf(store, site, subject, now.lastIndex)) }
  const past = subjectThen(ledger, site, subject, now, view)
  const seen = past?.chain.filter(at => isSeen(view, at)).slice(0, limit)
  return { standing: past?.standing ?? {}, entries: seen ?? [], view }
}

function firstOf<T>(limit: number, all: Iterable<T>): T[] {
  const first: T[] = []
  for (const one of all) if (first.push(one) === limit) break
  return first
}

export interface DecisionEntryAt {
  readonly index: number
  readonly entry: DecisionEntry
  /** What holds it, where another log recorded it first. */
  readonly imported?: ImportedEntry
}

export interface BrowserHistory extends SubjectHistory<DecisionEntryAt> {
  /** When everything private of the subject was last destroyed; its entries and their proofs stay. */
  readonly erasedAt?: number
}

/** The same of a browser's subject, which only ever decides. An address has no such subject, and never opens. */
export function historyOf(
  ledger: Ledger,
  site: string,
  subject: string,
  question: HistoryQuestion = {},
): BrowserHistory {
  const history = subjectHistory(ledger, site, subject, question)
  const erased = history.entries.find(({ entry }) => entry.type === 'erasure')
  return {
    ...history,
    entries: history.entries.flatMap(at => decisionIn(at, site)),
    ...(erased && { erasedAt: erased.entry.receivedAt }),
  }
}

function decisionIn({ index, entry }: EntryAt, site: string): DecisionEntryAt[] {
  if (entry.type === 'erasure' || entry.type === 'evidence-read') return []
  const act = actOf(entry)
  if (!isDecision(act)) throw new Error(`entry ${index} of ${site} is no decision: run assent verify`)
  return [{ index, entry: act, ...(entry.type === 'imported' && { imported: entry }) }]
}
