import { AUDITED_TABLES, isProjected, type AuditedTable, type LedgerAudit } from './audit.ts'
import { differs, finding, type VerifyStep, type VerifyTarget } from './finding.ts'
import { verifyAddresses, verifySuppressions } from './verify-addresses.ts'
import { keptCheckpoint, verifyCheckpoints } from './verify-checkpoints.ts'
import { verifyCosignatures } from './verify-cosignatures.ts'
import { replay, type Replayed } from './verify-entries.ts'
import { verifyKeptErasures } from './verify-kept-erasures.ts'
import { verifyOutside } from './verify-outside.ts'
import { verifySubjects } from './verify-subjects.ts'

/** Replays every log. Without a finding, what is stored is what was appended, signed and shown. */
export function* verifyLedger(target: VerifyTarget): Generator<VerifyStep, void> {
  for (const detail of target.audit.integrity())
    yield { kind: 'finding', site: '', column: columnIn(detail), detail }
  for (const site of target.audit.sites()) yield* verifySite(target, site)
}

/** Replays one site's log from its first entry and compares everything that is kept of it. */
export function* verifySite(target: VerifyTarget, site: string): Generator<VerifyStep, void> {
  try {
    const erasures = yield* verifyLog(target, site)
    // Of what is now: the file is not of the moment that was replayed, but has all that was erased by then.
    yield* verifyKeptErasures(target, site, erasures)
  } catch (cause) {
    // Rows so broken that the replay cannot go on are a finding too, and hide no other site's.
    const why = cause instanceof Error ? cause.message : String(cause)
    yield finding(site, 'entries.entry', `could not be read to its end: ${why}`)
  }
}

/** Answers the erasures in it. */
function* verifyLog(target: VerifyTarget, site: string): Generator<VerifyStep, Replayed['erasures']> {
  const { audit } = target
  const kept = keptCheckpoint(target, site)
  let erasures: Replayed['erasures'] = new Map()
  yield* audit.snapshot(function* () {
    const log = audit.log(site)
    if (!log) return yield* rowsWithoutLog(audit, site)
    const checkpoints = [verifyCheckpoints(target, site, log.size, kept)]
    if (target.outside?.site === site) checkpoints.push(verifyOutside(target, site, log.size, target.outside))
    const replayed = yield* replay(target, site, log, checkpoints)
    for (const each of checkpoints) yield* each.finish()
    yield* verifyCosignatures(audit, site)
    erasures = replayed.erasures
    const subjects = yield* verifySubjects(target, site, replayed.withSubject)
    yield* verifyAddresses(target, site, subjects)
    yield* verifySuppressions(target, site, replayed.suppressions)
    yield* verifyCounts(audit, site, replayed.rows)
    yield { kind: 'progress', site, entries: log.size, of: log.size }
  })
  return erasures
}

function* rowsWithoutLog(audit: LedgerAudit, site: string): Generator<VerifyStep, void> {
  for (const table of AUDITED_TABLES) {
    const rows = audit.count(site, table)
    if (rows > 0)
      yield finding(site, `${table}.site`, `${rows} rows name the site "${site}", which has no log`)
  }
  if (audit.count(site, 'entries') > 0)
    yield differs(site, 'logs.site', `"${site}" has entries, and no row that says how many`, 0)
}

/** What the replay found row by row was all there is: a row too many belongs to nothing. */
function* verifyCounts(
  audit: LedgerAudit,
  site: string,
  expected: Readonly<Partial<Record<AuditedTable, number>>>,
): Generator<VerifyStep, void> {
  for (const [table, rows] of Object.entries(expected) as [AuditedTable, number][]) {
    const found = audit.count(site, table)
    const more = isProjected(table) ? differs : finding
    if (found > rows) yield more(site, `${table}.site`, `${found - rows} rows belong to no entry`)
  }
}

/** The engine's own sentences name the table somewhere in them, if at all. */
function columnIn(detail: string): string {
  return AUDITED_TABLES.find(table => new RegExp(`\\b${table}\\b`).test(detail)) ?? 'ledger.db'
}
