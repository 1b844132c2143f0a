import { faultText, type Log } from '../../shared/domain/log.ts'
import type { Ledger } from '../ledger/ledger.ts'

/** Takes up, at an interval, what other processes did beside a running server: a master key that was changed. */
export function startKeepingUp({ keys }: Ledger, log: Log, every: number): { stop(): void } {
  let failing = false

  async function run(): Promise<void> {
    try {
      await keys.refresh()
      failing = false
    } catch (fault) {
      // Every second the same line would drown the log.
      if (!failing) log.error('master key not taken up', { why: faultText(fault) })
      failing = true
    }
  }

  const timer = setInterval(() => void run(), every)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
