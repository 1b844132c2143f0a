import { join } from 'node:path'
import { judgeCheckpoint } from '../ledger/log-keys.ts'
import { root } from '../ledger/merkle.ts'
import type { Finding, OutsideCheckpoint, VerifyTarget } from '../ledger/finding.ts'
import { renderedAgain } from '../inventory/rendered-again.ts'
import type { Built } from '../inventory/built.ts'
import { verifyLedger, verifySite } from '../ledger/verify.ts'
import { sightsOf, type Sight } from '../ledger/witnessed.ts'
import { openAudit } from '../storage/open.ts'
import type { KnownWitness } from '../witness/lists.ts'
import { CommandError, EXIT } from './command.ts'
import { vanishedLogs, type OpenData } from './data.ts'
import { actById, latestActs, type ActLine } from './latest-acts.ts'
import { printReports, type SiteReport } from './ledger-report.ts'
import { ofNoLog, readOutside } from './outside-checkpoint.ts'
import type { Terminal } from './terminal.ts'
import { witnessReports } from './witness-report.ts'

export interface LedgerCheck {
  readonly folder: string
  /** This site only. */
  readonly site?: string
  /** This receipt number only. */
  readonly id?: string
  /** File of a checkpoint that was kept elsewhere. */
  readonly checkpoint?: string
  /** Renders the published versions again, where this build is whole. */
  readonly built?: Built
  readonly json: boolean
  /** Those whose cosignatures count. */
  readonly witnesses: readonly KnownWitness[]
}

/** Replays the logs, says what was found, and what people did last. */
export function checkLedger(data: OpenData, check: LedgerCheck, terminal: Terminal): number {
  const opened = openAudit(check.folder)
  const { audit } = opened
  try {
    const { keys, blindIndex, signer } = data.ledger
    const sites = audit.sites()
    if (check.site !== undefined && !sites.includes(check.site))
      throw new CommandError(
        `There is no log of "${check.site}" in ${check.folder}: "assent site list" names those there are.`,
      )
    const chosen = check.site === undefined ? sites : [check.site]
    const outside = check.checkpoint === undefined ? undefined : readOutside(check.checkpoint, chosen, signer)
    const { keptErasures } = data
    const target = {
      audit,
      latest: opened.latest,
      keys,
      blindIndex,
      signer,
      keptErasures,
      ...(outside && { outside }),
    }
    const missing = check.site === undefined ? vanishedLogs(data.folders, sites).map(vanished) : []
    const found = [
      ...replay(target, check, terminal),
      ...missing,
      ...(outside && outside.site === undefined ? [ofNoLog(outside)] : []),
    ]
    const reports = chosen.map(site =>
      reportOf(
        data,
        check,
        site,
        found.filter(f => f.site === site),
        outside,
        sightsOf(audit, site),
      ),
    )
    const elsewhere = found.filter(f => !chosen.includes(f.site))
    const ok = found.length === 0
    if (check.json) terminal.out(JSON.stringify({ ok, sites: reports, findings: elsewhere }, null, 2))
    else printReports(terminal, reports, elsewhere, check)
    if (check.id !== undefined && !reports.some(r => r.acts.length > 0))
      throw new CommandError(
        `No decision, opt-in or opt-out has the number ${check.id}: it is the "id" of a receipt, or the receipt number a form showed.`,
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

const vanished = (site: string): Finding => ({
  site,
  column: join('checkpoints', site),
  index: 0,
  detail: 'this log was signed, and the database holds nothing of it: restore the database',
})

function reportOf(
  { ledger }: OpenData,
  check: LedgerCheck,
  site: string,
  findings: Finding[],
  outside: OutsideCheckpoint | undefined,
  sights: readonly Sight[],
): SiteReport {
  const { store } = ledger
  const log = store.log(site)
  return {
    site,
    entries: log.size,
    root: Buffer.from(root(log)).toString('base64'),
    checkpoint: checkpointOf(ledger, site),
    // With a finding anywhere in the log, nothing good is said of it.
    ...(outside?.site === site && findings.length === 0 && { extends: outside.name }),
    ...resumedIn(ledger, site),
    witnesses: findings.length === 0 ? witnessReports(sights, check.witnesses) : [],
    findings,
    ...(check.built && { rendered: renderedAgain(store, check.built, site) }),
    acts: actsOf(ledger, check, site),
  }
}

function resumedIn({ store }: OpenData['ledger'], site: string): Pick<SiteReport, 'resumed'> {
  try {
    const resumed = store
      .keyEntries(site)
      .flatMap(({ index, entry }) =>
        entry.type === 'log-resumed' ? [{ index, ...(entry.lost && { lost: entry.lost }) }] : [],
      )
    return resumed.length > 0 ? { resumed } : {}
  } catch {
    // Entries that cannot be read are findings of the replay already.
    return {}
  }
}

function checkpointOf({ store, signer }: OpenData['ledger'], site: string): SiteReport['checkpoint'] {
  const note = store.checkpoint(site)?.note
  if (note === undefined) return null
  try {
    const judged = judgeCheckpoint(note, signer(site).keys)
    if (!judged?.verdict.counts) return null
    const { checkpoint, verdict } = judged
    const root = Buffer.from(checkpoint.root).toString('base64')
    return { size: checkpoint.size, root, signedBy: verdict.key.vkey }
  } catch {
    // A key that cannot be read is a finding of the replay; here it only means that nothing is proven.
    return null
  }
}

function actsOf({ store }: OpenData['ledger'], { id }: LedgerCheck, site: string): ActLine[] {
  try {
    if (id === undefined) return latestActs(store, site)
    const found = actById(store, site, id)
    return found ? [found] : []
  } catch {
    // Entries that cannot be read are findings of the replay already.
    return []
  }
}
