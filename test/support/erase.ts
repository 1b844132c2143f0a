import { openErasures, type Erased } from '../../server/erasure/erase.ts'
import type { TestLedger } from './ledger.ts'

/** Erases one subject of a test ledger. */
export async function eraseIn(ledger: TestLedger, subject: string, site = 'harbor'): Promise<Erased> {
  const erased = await openErasures(ledger, ledger.erasures).erase(site, { subject, reason: 'request' })
  if (!erased) throw new Error(`${subject} has no entries`)
  return erased
}
