import { canonicalJson } from '../../shared/domain/canonical.ts'
import { isAddressAct, isOfSubject, type Entry, type SubjectEntry } from '../../shared/domain/entry.ts'
import { applyEntry, type Standing } from '../../shared/domain/standing.ts'
import type { AuditedSubject, LedgerAudit } from './audit.ts'
import { differs, type VerifyStep, type VerifyTarget } from './finding.ts'
import { verifyErased } from './verify-erased.ts'

/**
 * Walks every subject's chain of entries back from its row and computes its standing again. Chains of different subjects
 * share no entry, so when their lengths add up to all entries that name a subject, none is left out.
 */
export function* verifySubjects(
  target: VerifyTarget,
  site: string,
  withSubject: number,
): Generator<VerifyStep, SubjectsSeen> {
  const { audit } = target
  const erased = new Set<string>()
  let ofAddresses = 0
  let reached = 0
  for (const row of audit.subjects(site)) {
    const chain = chainOf(audit, site, row)
    if (!chain) {
      yield differs(
        site,
        'subjects.last_index',
        `entry ${row.lastIndex} is not the last one of subject ${row.subject}`,
        row.lastIndex,
      )
      continue
    }
    reached += chain.length
    if (chain.some(({ entry }) => entry.type === 'erasure')) erased.add(row.subject)
    else if (chain.some(({ entry }) => isAddressAct(entry))) ofAddresses++
    yield* verifyErased(target, site, row.subject, chain.toReversed())
    const standing = chain.reduceRight<Standing>((now, { entry, index }) => applyEntry(now, entry, index), {})
    if (!row.standing || canonicalJson(row.standing) !== canonicalJson(standing))
      yield differs(
        site,
        row.column,
        `the standing of subject ${row.subject} is not what its entries lead to`,
        row.lastIndex,
      )
  }
  if (reached !== withSubject) yield* entriesOutOfReach(audit, site, withSubject - reached)
  return { erased, ofAddresses }
}

/** What walking all chains leaves for the checks of addresses. */
export interface SubjectsSeen {
  readonly erased: ReadonlySet<string>
  /** Subjects that an address here leads to, and that were not erased since. What was imported came without its address. */
  readonly ofAddresses: number
}

/** One entry of a subject. */
export interface ChainLink {
  readonly index: number
  readonly entry: SubjectEntry
}

/** Newest first; `undefined` when a link is missing or another subject's. */
function chainOf(
  audit: LedgerAudit,
  site: string,
  { subject, lastIndex }: AuditedSubject,
): ChainLink[] | undefined {
  const chain: ChainLink[] = []
  for (let at: number | undefined = lastIndex; at !== undefined;) {
    const entry = readEntry(audit, site, at)
    if (entry?.subject !== subject || (entry.previous ?? -1) >= at) return undefined
    chain.push({ index: at, entry })
    at = entry.previous
  }
  return chain
}

function* entriesOutOfReach(audit: LedgerAudit, site: string, count: number): Generator<VerifyStep, void> {
  for (const { index } of audit.entries(site)) {
    const subject = readEntry(audit, site, index)?.subject
    if (subject !== undefined && !audit.hasSubject(site, subject)) {
      yield differs(site, 'subjects.subject', `subject ${subject} has entries and no row`, index)
      return
    }
  }
  yield differs(
    site,
    'subjects.last_index',
    `${count} entries are not reached from the last one of their subject`,
  )
}

function readEntry(audit: LedgerAudit, site: string, index: number): SubjectEntry | undefined {
  const row = audit.entry(site, index)
  try {
    const entry = row && (JSON.parse(Buffer.from(row.bytes).toString()) as Entry)
    return entry && isOfSubject(entry) ? entry : undefined
  } catch {
    // An entry that is no JSON has its own finding already.
    return undefined
  }
}
