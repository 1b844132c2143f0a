import SqliteDatabase, { type Database } from 'better-sqlite3'
import { momentOf } from './moment.ts'

/** One open transaction: does the work of each call, then what is done once for all of them. */
export interface Batch<Work, Answer> {
  perform(work: Work): Answer
  finish(): void
}

interface Call<Work, Answer> {
  readonly work: Work
  /** By the watch's clock. */
  readonly since: number
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
}

/** Hears of every commit. */
export interface CommitWatch<Work> {
  now(): number
  committed(calls: readonly { readonly work: Work; readonly since: number }[]): void
  /** With the fault of the database; a call that failed by itself is no failed commit. */
  failed(fault: unknown): void
}

/**
 * A commit of some database is answering its calls. What they ask for next (an entry, once its key is on disk) is committed
 * as soon as all of them have asked: in another turn, half of them would meet half of the next, and each half pay for a
 * commit of its own. Once a turn, so that whoever appends in a loop lets others be heard.
 */
let isAnswering = false

/**
 * So many more turns a commit waits at most while each brings further calls: requests that came together are read in several,
 * and a commit for each of these costs more than they wait (22 opt-ins a commit became 32). Whoever asks alone never waits.
 */
const MOST_TURNS = 4

/** Lets the calls of one event-loop turn, and of those it runs into, share one commit: the disk is waited for once, and before anybody is answered. */
export interface GroupCommit<Work, Answer> {
  submit(work: Work): Promise<Answer>
  /** Commits what is waiting, and takes nothing more. */
  finish(): void
}

export function groupCommit<Work, Answer>(
  database: Database,
  begin: () => Batch<Work, Answer>,
  what: string,
  watch?: CommitWatch<Work>,
): GroupCommit<Work, Answer> {
  let waiting: Call<Work, Answer>[] = []
  let finished = false

  function commitOnceAllAsked(asked: number, turns: number): void {
    if (waiting.length > asked && turns > 0) setImmediate(commitOnceAllAsked, waiting.length, turns - 1)
    else commitWaiting()
  }

  function commitWaiting(): void {
    commit(takeWaiting())
  }

  function commitAtOnce(): void {
    const calls = takeWaiting()
    commit(calls)
    isAnswering = false
  }

  function takeWaiting(): readonly Call<Work, Answer>[] {
    const calls = waiting
    waiting = []
    return calls
  }

  function commit(calls: readonly Call<Work, Answer>[]): void {
    if (calls.length === 0) return
    let answers: Answer[]
    try {
      answers = transact(calls)
    } catch (cause) {
      // A fault of the database meets every call alike. Any other is one call's own: the rest must not pay for it.
      if (calls.length > 1 && !(cause instanceof SqliteDatabase.SqliteError))
        return calls.forEach(c => commit([c]))
      watch?.failed(cause)
      return calls.forEach(c => c.reject(new Error(`couldn't ${what}`, { cause })))
    }
    watch?.committed(calls)
    isAnswering = true
    // After everything that now goes on in promises, and before anything new is heard.
    queueMicrotask(() => process.nextTick(() => (isAnswering = false)))
    calls.forEach((call, i) => call.resolve(answers[i]!))
  }

  function transact(calls: readonly Call<Work, Answer>[]): Answer[] {
    momentOf(database).end()
    // Immediate: the lock is taken before anything is read, so that no other process can change it in between.
    database.exec('BEGIN IMMEDIATE')
    try {
      const batch = begin()
      const answers = calls.map(call => batch.perform(call.work))
      batch.finish()
      database.exec('COMMIT')
      return answers
    } catch (cause) {
      // SQLite has rolled back by itself after some faults, a full disk among them.
      if (database.inTransaction) database.exec('ROLLBACK')
      throw cause
    }
  }

  return {
    submit: work =>
      new Promise((resolve, reject) => {
        if (finished) return reject(new Error(`couldn't ${what}: the storage is closed`))
        if (waiting.push({ work, since: watch?.now() ?? 0, resolve, reject }) > 1) return
        if (isAnswering) process.nextTick(commitAtOnce)
        else setImmediate(commitOnceAllAsked, 1, MOST_TURNS)
      }),
    finish: () => {
      finished = true
      commitWaiting()
    },
  }
}
