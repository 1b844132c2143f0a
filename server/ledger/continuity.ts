import type { LogKeys } from '../../shared/domain/log-keys.ts'
import { openCheckpointBy, type Checkpoint } from './checkpoint-text.ts'
import type { Ledger } from './ledger.ts'
import { judgeCheckpoint } from './log-keys.ts'
import { rootAt } from './merkle.ts'
import { nodesOf } from './nodes.ts'
import type { NoteVerifier } from './note.ts'
import { isFirstPublication } from './publish.ts'
import type { Frontier, LedgerStore } from './store.ts'

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
  const { kept: readKept, keys, strangers } = signer(site)
  // Before the log: another process may append and sign in between, and what it kept is no newer than the log then is.
  const note = readKept()
  const log = readLog()
  if (note === undefined) {
    // Publishing signs at once, so a longer log has been signed: whoever removed that note must not get a new one.
    if (log.size === 0 || isFirstPublication(store.entry(site, log.size - 1)?.entry.id)) return
    throw suspended(site, `no checkpoint is kept for its ${log.size} entries. Restore checkpoints/${site}`)
  }
  const kept = openKept(note, keys, strangers)
  if (!kept)
    throw suspended(
      site,
      `the kept checkpoint is not signed by its key. Restore checkpoints/${site} or keys/${site}.key`,
    )
  if (kept.size > log.size)
    throw suspended(
      site,
      `${kept.size} entries were signed, the database has ${log.size}. It is an older copy: restore the newer one`,
    )
  if (!continues(store, site, kept))
    throw suspended(
      site,
      `its first ${kept.size} entries are not the ones that were signed. Run assent verify, and restore the database that was`,
    )
}

/**
 * The kept checkpoint, by whichever key of the log it is signed; also by one that is here and that the log does not know,
 * as after a restore of what was before a rotation. Whether the key still counts says nothing about what was signed.
 */
export function openKept(
  note: string,
  keys: LogKeys,
  strangers: () => readonly NoteVerifier[],
): Checkpoint | undefined {
  const known = judgeCheckpoint(note, keys)
  if (known) return known.checkpoint
  const opened = openCheckpointBy(note, strangers())
  return opened?.checkpoint.origin === keys.origin ? opened.checkpoint : undefined
}

/** The log begins with what this checkpoint says. */
export const continues = (store: LedgerStore, site: string, { size, root }: Checkpoint): boolean =>
  size <= store.size(site) && Buffer.compare(rootAt(size, nodesOf(store, site, size)), root) === 0

const suspended = (site: string, why: string): SuspendedLog =>
  new SuspendedLog(
    `refusing to sign for ${site}, or to let its log grow: ${why}. If that is lost for good: assent log resume ${site}`,
  )
