import { faultText, type Log } from '../../shared/domain/log.ts'
import type { Erasures } from '../erasure/erase.ts'
import type { Ledger } from '../ledger/ledger.ts'

/**
 * Beside a running server other processes change the master key, and read older states of the files while it erases: at
 * an interval, the first is taken up, and what they could still see is overwritten once they are done.
 */
export function startKeepingUp(
  { keys }: Ledger,
  erasures: Erasures,
  log: Log,
  every: number,
): { stop(): void } {
  let failing = false

  async function run(): Promise<void> {
    try {
      erasures.settle()
      await keys.refresh()
      failing = false
    } catch (fault) {
      // Every second the same line would drown the log.
      if (!failing) log.error('not kept up with other processes', { why: faultText(fault) })
      failing = true
    }
  }

  const timer = setInterval(() => void run(), every)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
