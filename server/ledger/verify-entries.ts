import { canonicalJson } from '../../shared/domain/canonical.ts'
import type { Entry } from '../../shared/domain/entry.ts'
import type { AuditedEntry, AuditedTable } from './audit.ts'
import { hashLeaf, integrate } from './merkle.ts'
import type { Frontier } from './store.ts'
import type { CheckpointChecks } from './verify-checkpoints.ts'
import { logKeysSoFar } from './verify-log-keys.ts'
import { keptNodes } from './verify-nodes.ts'
import { verifyPrivatePart } from './verify-private-part.ts'
import { publishedSoFar } from './verify-published.ts'
import { keptTimes, receivedInOrder } from './verify-times.ts'
import { differs, finding, type VerifyStep, type VerifyTarget } from './finding.ts'

const PROGRESS_EVERY = 1_000

/** What a whole replay leaves for the checks after it. */
export interface Replayed {
  /** Entries that name a subject. */
  readonly withSubject: number
  /** Suppressed addresses, as the last erasure counted them. */
  readonly suppressions: number
  /** Erasures, by the ids of their entries, and where those stand. */
  readonly erasures: ReadonlyMap<string, number>
  /** How many rows each table must have. */
  readonly rows: Partial<Record<AuditedTable, number>>
}

/** Builds the tree again from the stored bytes and holds every row that belongs to an entry against it. */
export function* replay(
  target: VerifyTarget,
  site: string,
  log: Frontier,
  checkpoints: readonly CheckpointChecks[],
): Generator<VerifyStep, Replayed> {
  const { audit } = target
  const rows = { entry_ids: 0, private_parts: 0, texts: 0, publications: 0, log_keys: 0, list_checks: 0 }
  const published = publishedSoFar(audit, site)
  const times = receivedInOrder(site)
  const logKeys = logKeysSoFar(target, site)
  const kept = keptTimes(audit, site)
  const nodes = keptNodes(audit, site)
  let tree: Frontier = { size: 0, hashes: [] }
  let withSubject = 0
  let suppressions = 0
  const erasures = new Map<string, number>()

  for (const row of audit.entries(site)) {
    const index = tree.size
    if (row.index !== index) {
      yield finding(site, 'entries.idx', `entry ${index} is missing; the next one is ${row.index}`, index)
      break
    }
    const entry = readEntry(site, row)
    if (typeof entry === 'string') yield finding(site, 'entries.entry', entry, index)
    else {
      yield* verifyId(target, entry, index)
      if (yield* verifyPrivatePart(target, entry, index)) rows.private_parts++
      yield* published.check(entry, index)
      yield* times.check(entry, index)
      if (yield* logKeys.check(entry, index)) rows.log_keys++
      if (entry.type === 'text-published') rows.texts++
      if (entry.type === 'configuration-published') rows.publications++
      if (entry.type === 'list-checked') rows.list_checks++
      if ('subject' in entry) withSubject++
      if (entry.type === 'erasure') {
        suppressions = entry.suppressions
        erasures.set(entry.id, index)
      }
    }
    yield* kept.check(typeof entry === 'string' ? undefined : entry, index)
    if (!same(hashLeaf(row.bytes), row.leaf))
      yield finding(site, 'entries.leaf', 'the leaf is not the hash of the entry', index)

    const grown = integrate(tree, [row.leaf])
    tree = grown.frontier
    yield* nodes.check({ level: 0, n: index, hash: row.leaf })
    for (const node of grown.nodes) yield* nodes.check(node)
    for (const each of checkpoints) yield* each.at(tree)
    if (tree.size % PROGRESS_EVERY === 0) yield { kind: 'progress', site, entries: tree.size, of: log.size }
  }
  yield* nodes.end()
  yield* verifyLog(site, log, tree)
  return {
    withSubject,
    suppressions,
    erasures,
    rows: { ...rows, entry_ids: tree.size, node_blocks: nodes.rows(), log_times: kept.rows() },
  }
}

/** The entry in a row, or what is wrong with it. */
export function readEntry(site: string, { bytes }: AuditedEntry): Entry | string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const entry = JSON.parse(text) as Entry
    if (canonicalJson(entry) !== text) return 'the entry is not canonical JSON'
    if (entry.v !== 1) return 'the entry is of an unknown version'
    return entry.site === site ? entry : `the entry is of site "${entry.site}"`
  } catch {
    // Whatever the parser says of it: it is not what was written.
    return 'the entry is no JSON'
  }
}

function* verifyId({ audit }: VerifyTarget, { site, id }: Entry, index: number): Generator<VerifyStep, void> {
  const known = audit.indexOf(site, id)
  if (known === index) return
  const detail = known === undefined ? 'is not known by its id' : `is known by its id as entry ${known}`
  yield differs(site, 'entry_ids.idx', `entry ${index} ${detail}`, index)
}

function* verifyLog(site: string, log: Frontier, tree: Frontier): Generator<VerifyStep, void> {
  if (tree.size < log.size)
    yield finding(site, 'entries.idx', `the entries from ${tree.size} on are missing`, tree.size)
  if (tree.size !== log.size)
    // Where entries that were signed are gone, rebuilding refuses and says what to do instead.
    yield differs(
      site,
      'logs.size',
      `the log says ${log.size} entries, ${tree.size} are there in a row`,
      Math.min(tree.size, log.size),
    )
  else if (
    log.hashes.length !== tree.hashes.length ||
    !log.hashes.every((hash, i) => same(hash, tree.hashes[i]!))
  )
    yield differs(site, 'logs.frontier', 'the tree of the entries is another than the one the log continues')
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
