import { readKeptErasures } from '../../server/ledger/kept-erasures.ts'
import type { Finding, VerifyStep } from '../../server/ledger/finding.ts'
import { verifyLedger } from '../../server/ledger/verify.ts'
import { openAudit } from '../../server/storage/open.ts'
import type { TestLedger } from './ledger.ts'

/** What verify finds in a ledger, on a connection of its own. */
export function findingsIn(ledger: TestLedger): Finding[] {
  const { audit, latest, close } = openAudit(ledger.folder)
  try {
    const keptErasures = (site: string) => readKeptErasures(ledger.erasures, site)
    return findingsOf(verifyLedger({ ...ledger, audit, latest, keptErasures }))
  } finally {
    close()
  }
}

export function findingsOf(steps: Iterable<VerifyStep>): Finding[] {
  return [...steps].filter(step => step.kind === 'finding')
}
