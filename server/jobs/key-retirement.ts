import { keyIdOf } from '../../shared/domain/log-keys.ts'
import { faultText, type Log } from '../../shared/domain/log.ts'
import { SuspendedLog } from '../ledger/continuity.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { retireLogKeys } from '../ledger/rotate.ts'
import type { SignerFolders } from '../ledger/signer.ts'
import { repeat, type Repeated } from './repeat.ts'

/** Ends, at an interval, keys that have signed beside their successor for as long as was said. One site's failure holds up no other. */
export function startKeyRetirement(
  ledger: Ledger,
  folders: SignerFolders,
  log: Log,
  every: number,
): Repeated {
  async function retire(site: string): Promise<void> {
    try {
      for (const { vkey } of await retireLogKeys(ledger, folders, site))
        log.info('log key retired and destroyed', { site, key: keyIdOf(vkey) })
    } catch (fault) {
      // What suspends a log is said by whoever signs it.
      if (!(fault instanceof SuspendedLog)) log.error('log key not retired', { site, why: faultText(fault) })
    }
  }

  async function retireAll(): Promise<void> {
    try {
      for (const site of ledger.store.sites()) {
        // oxlint-disable-next-line no-await-in-loop -- few sites have one
        await retire(site)
      }
    } catch (fault) {
      log.error('log keys not looked at', { why: faultText(fault) })
    }
  }

  return repeat(retireAll, every)
}
