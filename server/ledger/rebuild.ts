import type { AuditedEntry } from './audit.ts'
import type { Checkpoint } from './checkpoint-text.ts'
import type { VerifyTarget } from './finding.ts'
import { judgeCheckpoint } from './log-keys.ts'
import { hashLeaf, root } from './merkle.ts'
import { isFirstPublication } from './publish.ts'
import type { Frontier, LedgerStore } from './store.ts'
import { readEntry } from './verify-entries.ts'

/** Throws `BrokenLog` where the entries are not what was written: what is made from them would be as wrong. */
export interface RebuildChecks {
  entry(row: AuditedEntry, index: number): void
  /** The entry has an id that an earlier one has. */
  repeated(index: number): void
  tree(tree: Frontier): void
  end(size: number): void
}

/** What rebuilding needs of a database that nobody else is using. */
export interface LedgerRepair {
  /** Every site that any table has a row of. */
  sites(): string[]
  /** What the entries themselves say of the log's keys. */
  keyEntries: LedgerStore['keyEntries']
  /**
   * Makes every projection of a site again from its entries, in one transaction: whatever ends it early, a check that
   * throws or a killed process, leaves all as it was. Yields how many entries are done, answers how many there are.
   */
  rebuild(site: string, checks: RebuildChecks): Generator<number, number>
}

/** The entries are not the ones that were signed; the message says what a person has to do. */
export class BrokenLog extends Error {}

/** Makes a site's projections again, unless its entries are not the ones that were signed. */
export function rebuildSite(
  repair: LedgerRepair,
  signer: VerifyTarget['signer'],
  site: string,
): Generator<number, number> {
  return repair.rebuild(site, checksOf(signer, site))
}

function checksOf(signer: VerifyTarget['signer'], site: string): RebuildChecks {
  let signed: { readonly kept: Checkpoint | undefined } | undefined
  const kept = () => (signed ??= { kept: keptCheckpoint(signer, site) }).kept
  let lastId: string | undefined
  return {
    entry(row, index) {
      if (row.index !== index) throw broken(site, `entry ${index} is missing`)
      const entry = readEntry(site, row)
      if (typeof entry === 'string') throw broken(site, `at index ${index}, ${entry}`)
      if (Buffer.compare(hashLeaf(row.bytes), row.leaf) !== 0)
        throw broken(site, `at index ${index}, the leaf is not the hash of the entry`)
      lastId = entry.id
    },
    repeated(index) {
      throw broken(site, `at index ${index}, the entry has the id of an earlier one`)
    },
    tree(tree) {
      const last = kept()
      if (tree.size === last?.size && Buffer.compare(root(tree), last.root) !== 0)
        throw broken(site, `its first ${last.size} entries are not the ones that were signed`)
    },
    end(size) {
      const last = size === 0 ? keptIfAny(signer, site) : kept()
      if (!last && size > 0 && !isFirstPublication(lastId))
        throw new BrokenLog(
          `refusing to rebuild ${site}: no checkpoint says which entries were signed. Restore checkpoints/${site}, or copy there one that you trust`,
        )
      if (last && last.size > size)
        throw broken(site, `${last.size} entries were signed, the database has ${size}`)
    },
  }
}

function keptCheckpoint(signer: VerifyTarget['signer'], site: string): Checkpoint | undefined {
  const { keys, kept } = signer(site)
  const note = kept()
  if (note === undefined) return undefined
  const signed = judgeCheckpoint(note, keys)
  if (!signed)
    throw new BrokenLog(
      `refusing to rebuild ${site}: the kept checkpoint is not signed by its key. Restore checkpoints/${site} or keys/${site}.key`,
    )
  return signed.checkpoint
}

/** Where there is no entry, rows may name a site that never was; a real one has its key. */
function keptIfAny(signer: VerifyTarget['signer'], site: string): Checkpoint | undefined {
  try {
    signer(site)
  } catch {
    // No such site: nothing of it can have been signed.
    return undefined
  }
  return keptCheckpoint(signer, site)
}

const broken = (site: string, why: string): BrokenLog =>
  new BrokenLog(
    `refusing to rebuild ${site}: ${why}, and projections of it would be as wrong. Nothing was changed. Run assent verify, and restore the ledger.db that was signed from its backup`,
  )
