import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Entry } from '../../../shared/domain/entry.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { LoggedMessage } from './inbox.ts'
import { taskOf } from './task.ts'

/** How far the log has been read for holds, and where tasks are made of them. */
export interface HoldTasks {
  cursor(site: string, follower: string): number
  moveCursor(site: string, follower: string, next: number): void
  add(site: string, message: LoggedMessage): boolean
}

const FOLLOWER = 'holds'
const AT_ONCE = 500

/**
 * A crash between a hold and its task, or a message log that was lost, leaves a hold that nobody is asked about. Of every
 * one in the log there is a task after this; without the words, where those are gone.
 */
export async function followHolds({ store }: Ledger, tasks: HoldTasks, holdHours: number): Promise<void> {
  for (const site of store.sites()) {
    // A backup may be older than what was read: whatever comes in the place of that is read too.
    const size = store.size(site)
    if (tasks.cursor(site, FOLLOWER) > size) tasks.moveCursor(site, FOLLOWER, size)
    for (let next = tasks.cursor(site, FOLLOWER); ;) {
      const texts = store.entryTexts(site, next, AT_ONCE)
      if (texts.length === 0) break
      for (const text of texts) {
        // Nearly none is: what is not need not be parsed.
        const entry = text.includes('"type":"hold"') ? (JSON.parse(text) as Entry) : undefined
        if (entry?.type === 'hold' && entry.cause === 'revocation-suspected')
          tasks.add(site, taskOf(entry, holdHours))
      }
      next += texts.length
      tasks.moveCursor(site, FOLLOWER, next)
      // oxlint-disable-next-line no-await-in-loop -- others are heard in between
      await nextTurn()
    }
  }
}
