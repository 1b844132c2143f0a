import type { Manifest } from '../backup/manifest.ts'
import type { Finding } from '../ledger/finding.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { root } from '../ledger/merkle.ts'
import { verifyLedger } from '../ledger/verify.ts'
import { openAudit } from '../storage/open.ts'
import type { OpenData } from './data.ts'
import type { Terminal } from './terminal.ts'

/** Holds the logs of an unpacked backup, before anything is done to them, against what its manifest says. */
export function checkManifest({ store }: Ledger, { sites }: Manifest): Finding[] {
  return sites
    .filter(({ site, entries, root: said }) => {
      const log = store.log(site)
      return log.size !== entries || Buffer.from(root(log)).toString('base64') !== said
    })
    .map(({ site, entries, root: said }) => ({
      site,
      column: 'manifest.json',
      detail: `the backup says ${entries} entries with root ${said}`,
    }))
}

/** Replays every log of an unpacked backup; answers what does not fit. */
export function verifyCopy({ ledger }: OpenData, folder: string, terminal: Terminal): Finding[] {
  const opened = openAudit(folder)
  const findings: Finding[] = []
  try {
    for (const step of verifyLedger({ ...ledger, audit: opened.audit }))
      if (step.kind === 'progress')
        terminal.progress(`${step.site}: ${step.entries} of ${step.of} entries checked`)
      else {
        const { kind: _, ...finding } = step
        findings.push(finding)
      }
    return findings
  } finally {
    opened.close()
    terminal.progress('')
  }
}
