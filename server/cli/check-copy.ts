import type { Manifest } from '../backup/manifest.ts'
import type { Finding } from '../ledger/finding.ts'
import { root } from '../ledger/merkle.ts'
import { verifyLedger } from '../ledger/verify.ts'
import { openAudit } from '../storage/open.ts'
import type { OpenData } from './data.ts'
import type { Terminal } from './terminal.ts'

/** Replays every log of an unpacked backup and holds it against what its manifest says; answers what does not fit. */
export function checkCopy(
  { ledger }: OpenData,
  folder: string,
  manifest: Manifest,
  terminal: Terminal,
): Finding[] {
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
  } finally {
    opened.close()
    terminal.progress('')
  }
  for (const { site, entries, root: said } of manifest.sites) {
    const log = ledger.store.log(site)
    if (log.size !== entries || Buffer.from(root(log)).toString('base64') !== said)
      findings.push({
        site,
        column: 'manifest.json',
        detail: `the backup says ${entries} entries with root ${said}`,
      })
  }
  return findings
}
