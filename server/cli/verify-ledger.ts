import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openCheckpoint } from '../ledger/checkpoint-text.ts'
import { root } from '../ledger/merkle.ts'
import type { Finding, VerifyTarget } from '../ledger/finding.ts'
import { verifyLedger, verifySite } from '../ledger/verify.ts'
import { openAudit } from '../storage/open.ts'
import { CommandError, EXIT } from './command.ts'
import type { OpenData } from './data.ts'
import { decisionById, decisionText, latestDecisions, type DecisionLine } from './latest-decisions.ts'
import type { Terminal } from './terminal.ts'
import { printable } from './verify-receipt.ts'

export interface LedgerCheck {
  readonly folder: string
  /** This site only. */
  readonly site?: string
  /** This receipt number only. */
  readonly id?: string
  readonly json: boolean
}

interface SiteReport {
  readonly site: string
  readonly entries: number
  /** Root of the tree as stored (base64), as checkpoints write it. */
  readonly root: string
  readonly checkpoint: { readonly size: number; readonly root: string; readonly signedBy: string } | null
  readonly findings: readonly Finding[]
  readonly decisions: readonly DecisionLine[]
}

/** Replays the logs, says what was found, and what people decided last. */
export function checkLedger(data: OpenData, check: LedgerCheck, terminal: Terminal): number {
  const opened = openAudit(check.folder)
  const { audit } = opened
  try {
    const target = { audit, keys: data.ledger.keys, signer: data.ledger.signer }
    const sites = audit.sites()
    if (check.site !== undefined && !sites.includes(check.site))
      throw new CommandError(
        `There is no log of "${check.site}" in ${check.folder}: "assent site list" names those there are.`,
      )
    const chosen = check.site === undefined ? sites : [check.site]
    const found = [...replay(target, check, terminal), ...vanishedLogs(data, check, sites)]
    const reports = chosen.map(site =>
      reportOf(
        data,
        check,
        site,
        found.filter(f => f.site === site),
      ),
    )
    const elsewhere = found.filter(f => !chosen.includes(f.site))
    const ok = found.length === 0
    if (check.json) terminal.out(JSON.stringify({ ok, sites: reports, findings: elsewhere }, null, 2))
    else print(reports, elsewhere, check, terminal)
    if (check.id !== undefined && !reports.some(r => r.decisions.length > 0))
      throw new CommandError(
        `No decision has the number ${check.id}: it is the "id" of a decision or receipt.`,
      )
    return ok ? EXIT.ok : EXIT.findings
  } finally {
    opened.close()
  }
}

function* replay(target: VerifyTarget, { site }: LedgerCheck, terminal: Terminal): Generator<Finding, void> {
  for (const step of site === undefined ? verifyLedger(target) : verifySite(target, site)) {
    if (step.kind === 'progress')
      terminal.progress(`${step.site}: ${step.entries} of ${step.of} entries checked`)
    else {
      const { kind: _, ...finding } = step
      yield finding
    }
  }
  terminal.progress('')
}

/** A checkpoint kept outside the database outlives a log that was taken out of it whole. */
function* vanishedLogs(
  { folders }: OpenData,
  { site }: LedgerCheck,
  present: readonly string[],
): Generator<Finding> {
  const kept = existsSync(folders.checkpoints) ? readdirSync(folders.checkpoints) : []
  for (const name of kept.filter(n => !n.includes('.') && !present.includes(n)))
    if (site === undefined)
      yield {
        site: name,
        column: join('checkpoints', name),
        index: 0,
        detail: 'this log was signed, and the database holds nothing of it: restore the database',
      }
}

function reportOf({ ledger }: OpenData, check: LedgerCheck, site: string, findings: Finding[]): SiteReport {
  const { store } = ledger
  const log = store.log(site)
  return {
    site,
    entries: log.size,
    root: Buffer.from(root(log)).toString('base64'),
    checkpoint: checkpointOf(ledger, site),
    findings,
    decisions: decisionsOf(ledger, check, site),
  }
}

function checkpointOf({ store, signer }: OpenData['ledger'], site: string): SiteReport['checkpoint'] {
  const note = store.checkpoint(site)?.note
  if (note === undefined) return null
  try {
    const { verifier, vkey } = signer(site)
    const signed = openCheckpoint(note, verifier)
    return signed
      ? { size: signed.size, root: Buffer.from(signed.root).toString('base64'), signedBy: vkey }
      : null
  } catch {
    // A key that cannot be read is a finding of the replay; here it only means that nothing is proven.
    return null
  }
}

function decisionsOf({ store }: OpenData['ledger'], { id }: LedgerCheck, site: string): DecisionLine[] {
  try {
    if (id === undefined) return latestDecisions(store, site)
    const found = decisionById(store, site, id)
    return found ? [found] : []
  } catch {
    // Entries that cannot be read are findings of the replay already.
    return []
  }
}

function print(
  reports: readonly SiteReport[],
  elsewhere: readonly Finding[],
  check: LedgerCheck,
  terminal: Terminal,
): void {
  const { out, paint } = terminal
  if (reports.length === 0)
    out(`There is no site in ${check.folder}: publish one with "assent site publish <file>".`)
  for (const report of reports) {
    const { site, entries, checkpoint, findings, decisions } = report
    out(`${paint('strong', printable(site))}: ${entries} entries, ${verdict(findings, paint)}`)
    out(`  root        ${report.root}`)
    out(
      `  checkpoint  ${checkpoint ? `${checkpoint.size} entries, signed by ${checkpoint.signedBy}` : 'none that is signed'}`,
    )
    findings.forEach(f => out(`  ${findingText(f)}`))
    if (decisions.length > 0) out(check.id === undefined ? '  latest decisions:' : '  the decision:')
    decisions.forEach(d => out(`  ${printable(decisionText(d))}`))
  }
  elsewhere.forEach(f => out(`${paint('bad', 'finding')}: ${findingText(f)}`))
}

function verdict(findings: readonly Finding[], paint: Terminal['paint']): string {
  if (findings.length === 0) return paint('good', 'everything holds')
  const indexes = findings.flatMap(f => (f.index === undefined ? [] : [f.index]))
  const first = indexes.length > 0 ? `, first bad index ${Math.min(...indexes)}` : ''
  return paint('bad', `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}${first}`)
}

const findingText = ({ site, column, index, detail }: Finding): string =>
  printable(`${index === undefined ? site || 'database' : `index ${index}`}, ${column}: ${detail}`)
