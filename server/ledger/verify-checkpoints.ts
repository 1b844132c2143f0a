import type { LogKeys } from '../../shared/domain/log-keys.ts'
import { judgeCheckpoint } from './log-keys.ts'
import { root } from './merkle.ts'
import type { Frontier } from './store.ts'
import { finding, type VerifyStep, type VerifyTarget } from './finding.ts'

export interface CheckpointChecks {
  /** Called with the tree after every entry: a checkpoint of this size must have this root. */
  at(tree: Frontier): Generator<VerifyStep, void>
  /** What is left when the log has ended. */
  finish(): Generator<VerifyStep, void>
}

/** A log's keys, and the checkpoint kept of it outside the database. */
export interface KeptCheckpoint {
  readonly keys: LogKeys
  readonly kept: string | undefined
  /** The one kept at this moment: a server may go on signing. */
  readonly keptNow: () => string | undefined
}

/**
 * `undefined` where the key cannot be read: a log may be verified without it, and what then cannot be checked is a finding.
 * To be read before the database: a note is saved there first, so that what was kept by then is in what is read after.
 */
export function keptCheckpoint(target: VerifyTarget, site: string): KeptCheckpoint | undefined {
  try {
    const { keys, kept } = target.signer(site)
    return { keys, kept: kept(), keptNow: kept }
  } catch {
    return undefined
  }
}

/** Holds every checkpoint ever signed, and the one kept outside the database, against the tree as it grows again. */
export function verifyCheckpoints(
  target: VerifyTarget,
  site: string,
  size: number,
  signer: KeptCheckpoint | undefined,
): CheckpointChecks {
  const rows = target.audit.checkpoints(site)[Symbol.iterator]()
  let next = rows.next()
  let count = 0
  let proven = 0
  /** How many checkpoints were signed up to the kept one; 0 when it is none of them. */
  let keptAt = 0

  function* check(row: { size: number; note: string }, tree: Frontier): Generator<VerifyStep, void> {
    const judged = signer && judgeCheckpoint(row.note, signer.keys)
    if (!judged)
      return yield finding(
        site,
        'checkpoints.note',
        `the checkpoint at ${row.size} is not signed by the log's key`,
      )
    const { checkpoint, verdict } = judged
    if (checkpoint.size !== row.size)
      yield finding(
        site,
        'checkpoints.size',
        `the checkpoint kept as ${row.size} is one of ${checkpoint.size} entries`,
      )
    else if (Buffer.compare(checkpoint.root, root(tree)) !== 0)
      yield finding(
        site,
        'entries.entry',
        `entries ${proven} to ${row.size - 1} are not the ones that were signed`,
        proven,
      )
    else if (verdict.counts) proven = row.size
    // Signed before anybody knew that the key was compromised: it proves nothing any more, and contradicts nothing.
    else if (!verdict.compromised)
      yield finding(
        site,
        'checkpoints.note',
        `the checkpoint at ${row.size} is signed by a key that does not count for it: ${verdict.detail}`,
      )
  }

  return {
    *at(tree) {
      // Below the tree only when sizes are out of order, which the check then names.
      for (; !next.done && next.value.size <= tree.size; next = rows.next()) {
        count++
        if (next.value.note === signer?.kept) keptAt = count
        yield* check(next.value, tree)
      }
    },
    *finish() {
      for (; !next.done; next = rows.next()) {
        count++
        if (next.value.note === signer?.kept) keptAt = count
        yield finding(
          site,
          'checkpoints.size',
          `${next.value.size} entries were signed, the log has ${size}`,
          size,
        )
      }
      if (!signer) {
        yield finding(site, `keys/${site}.key`, 'the key that signs the checkpoints is missing or unreadable')
        return
      }
      if (keptAt === 0) yield* missingKept(site, signer, size)
      // The newest may have been saved and not yet kept when the process died; more than that was put back.
      else if (count - keptAt > 1 && signer.keptNow() === signer.kept)
        yield finding(
          site,
          `checkpoints/${site}`,
          `${count - keptAt} checkpoints were signed after the one that is kept outside the database`,
        )
    },
  }
}

function* missingKept(
  site: string,
  { keys, kept }: KeptCheckpoint,
  size: number,
): Generator<VerifyStep, void> {
  const file = `checkpoints/${site}`
  if (kept === undefined) {
    // Publishing signs at once: a log without a kept checkpoint has lost it, or never got that far.
    return yield finding(site, file, `no checkpoint of the ${size} entries is kept outside the database`)
  }
  const signed = judgeCheckpoint(kept, keys)?.checkpoint
  if (!signed) yield finding(site, file, `the kept checkpoint is not signed by the log's key`)
  else if (signed.size > size)
    yield finding(
      site,
      'logs.size',
      `the kept checkpoint has ${signed.size} entries, the log ${size}: it was cut or is an older copy`,
      size,
    )
  else
    yield finding(
      site,
      'checkpoints.note',
      `the kept checkpoint of ${signed.size} entries is not in the database`,
    )
}
