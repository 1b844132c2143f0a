import { faultText, type Log } from '../../shared/domain/log.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { endOverdue, type WaitingMessages } from '../marketing/holds.ts'
import { followHolds, type HoldTasks } from '../marketing/inbound/follow-holds.ts'
import { repeat, type Repeated } from './repeat.ts'

/** Looks at an interval for messages that nobody has read in time: a no that was suspected is one then. */
export function startHolds(
  ledger: Ledger,
  messages: WaitingMessages & HoldTasks,
  log: Log,
  {
    every,
    holdHours,
    suspended,
  }: {
    readonly every: number
    readonly holdHours: number
    /** Sites whose log must not grow now. */
    readonly suspended: ReadonlySet<string>
  },
): Repeated {
  async function end(): Promise<void> {
    try {
      await followHolds(ledger, messages, holdHours)
      const ended = await endOverdue(ledger, messages, suspended)
      if (ended > 0) log.info('holds ended as opt-outs', { count: ended })
    } catch (fault) {
      log.error('holds not looked at', { why: faultText(fault) })
    }
  }

  return repeat(end, every)
}
