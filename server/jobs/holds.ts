import { faultText, type Log } from '../../shared/domain/log.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { endOverdue, type WaitingMessages } from '../marketing/holds.ts'
import { followHolds, type HoldTasks } from '../marketing/inbound/follow-holds.ts'

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
): { run(): Promise<void>; stop(): Promise<void> } {
  let running: Promise<void> | undefined

  async function end(): Promise<void> {
    try {
      await followHolds(ledger, messages, holdHours)
      const ended = await endOverdue(ledger, messages, suspended)
      if (ended > 0) log.info('holds ended as opt-outs', { count: ended })
    } catch (fault) {
      log.error('holds not looked at', { why: faultText(fault) })
    }
  }

  const run = (): Promise<void> => (running ??= end().finally(() => (running = undefined)))
  const timer = setInterval(() => void run(), every)
  timer.unref()
  return {
    run,
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}
