import { openCheckpoint } from './checkpoint-text.ts'
import type { Ledger } from './ledger.ts'
import { rootAt } from './merkle.ts'
import { nodesOf } from './nodes.ts'
import { isFirstPublication } from './publish.ts'
import type { Frontier } from './store.ts'

/** A log is neither signed nor grown while this holds; the message says why, and what a person has to do. */
export class SuspendedLog extends Error {}

/**
 * Throws `SuspendedLog` unless the log continues the checkpoint that is kept outside the database. A restored backup does
 * not: whatever it took would become a second history beside the one that was signed.
 */
export function requireContinuity(
  { store, signer }: Ledger,
  site: string,
  readLog = (): Frontier => store.log(site),
): void {
  const { kept: readKept, verifier } = signer(site)
  // Before the log: another process may append and sign in between, and what it kept is no newer than the log then is.
  const note = readKept()
  const log = readLog()
  if (note === undefined) {
    // Publishing signs at once, so a longer log has been signed: whoever removed that note must not get a new one.
    if (log.size === 0 || isFirstPublication(store.entry(site, log.size - 1)?.entry.id)) return
    throw suspended(
      site,
      `no checkpoint is kept for its ${log.size} entries. Restore checkpoints/${site}, or copy there one that you trust`,
    )
  }
  const kept = openCheckpoint(note, verifier)
  if (!kept)
    throw suspended(
      site,
      `the kept checkpoint is not signed by its key. Restore checkpoints/${site} or keys/${site}.key`,
    )
  if (kept.size > log.size)
    throw suspended(
      site,
      `${kept.size} entries were signed, the database has ${log.size}. It is an older copy: restore the newer one. If that is lost for good, put checkpoints/${site} aside and copy there one that you trust`,
    )
  if (Buffer.compare(rootAt(kept.size, nodesOf(store, site)), kept.root) !== 0)
    throw suspended(
      site,
      `its first ${kept.size} entries are not the ones that were signed. Run assent verify, and restore the database that was. If that is lost for good, put checkpoints/${site} aside and copy there one that you trust`,
    )
}

const suspended = (site: string, why: string): SuspendedLog =>
  new SuspendedLog(`refusing to sign for ${site}, or to let its log grow: ${why}`)
