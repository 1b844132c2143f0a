import { faultText, type Log } from '../../shared/domain/log.ts'
import { EXIT } from './command.ts'

/** What nobody expected ends the process: nothing acknowledged is lost by it, and half a state never serves on. */
export function endOnFault(log: Log): void {
  const end = (fault: unknown) => {
    log.error('ended by a fault', {
      why: faultText(fault),
      at: fault instanceof Error ? fault.stack : undefined,
    })
    process.exit(EXIT.findings)
  }
  process.on('uncaughtException', end).on('unhandledRejection', end)
}

/** Listened for before anything starts: a stop that comes early is still a stop and no crash. */
export function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise(heard => process.once('SIGTERM', heard).once('SIGINT', heard))
}

/** Waits for the signal, then for `stop`, which finishes what was taken; a second signal ends the process at once. */
export async function stopOn(
  asked: Promise<NodeJS.Signals>,
  stop: () => Promise<void>,
  log: Log,
): Promise<void> {
  const signal = await asked
  const force = (again: NodeJS.Signals) => {
    log.warn('stopped at once', { signal: again })
    process.exit(EXIT.findings)
  }
  process.removeAllListeners('SIGTERM').removeAllListeners('SIGINT')
  process.on('SIGTERM', force).on('SIGINT', force)
  log.info('stopping', { signal })
  await stop()
  log.info('stopped')
}
