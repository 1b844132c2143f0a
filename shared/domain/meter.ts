/** Why a commit failed, as an operator tells it apart. */
export const COMMIT_FAULTS = ['full', 'busy', 'sync', 'io', 'readonly', 'corrupt', 'other'] as const
export type CommitFault = (typeof COMMIT_FAULTS)[number]

export type MeteredDatabase = 'ledger' | 'subject-keys'

/**
 * What is counted for whoever operates the server. Like the log it hears of nobody: every word it is given comes from a
 * closed list. It is asked on the way of a decision, so each of these has to cost far below a microsecond.
 */
export interface Meter {
  /** Milliseconds of a clock that only goes forward. */
  now(): number
  /** A commit is on disk: the calls it answers, by when each was made, and how many entries it brought. */
  committed(database: MeteredDatabase, calls: readonly { readonly since: number }[], entries: number): void
  commitFailed(database: MeteredDatabase, fault: CommitFault): void
  /** One decision, opt-in or opt-out was refused. */
  refused(reason: string): void
  /** A request came too soon, by the limit of its network or of the site. */
  limited(by: 'address' | 'site'): void
  statusAnswered(decision: string): void
  /** A request was answered 5xx. */
  faulted(problem: 'unexpected-fault' | 'storage-unavailable' | 'log-suspended'): void
}
