import { judgeCheckpoint } from './log-keys.ts'
import { EMPTY_ROOT, root } from './merkle.ts'
import type { OutsideCheckpoint, VerifyStep, VerifyTarget } from './finding.ts'
import { finding } from './finding.ts'
import type { Hash } from './store.ts'
import type { CheckpointChecks } from './verify-checkpoints.ts'

/** Holds the log against a checkpoint that somebody kept elsewhere: it must be one of its own, and begin as it says. */
export function verifyOutside(
  { signer }: VerifyTarget,
  site: string,
  size: number,
  { name, note }: OutsideCheckpoint,
): CheckpointChecks {
  const judged = judge()
  const signed = judged?.checkpoint
  let isCompared = false

  function* compare(found: Hash): Generator<VerifyStep, void> {
    isCompared = true
    if (signed && Buffer.compare(signed.root, found) !== 0)
      yield finding(site, name, `the first ${signed.size} entries are not the ones of this checkpoint`)
  }

  return {
    *at(tree) {
      if (tree.size === signed?.size) yield* compare(root(tree))
    },
    *finish() {
      if (!signed) return yield finding(site, name, "the checkpoint is not signed by the log's key")
      if (judged && !judged.verdict.counts)
        yield finding(site, name, `the checkpoint does not count: ${judged.verdict.detail}`)
      if (signed.size > size)
        yield finding(
          site,
          name,
          `the checkpoint has ${signed.size} entries, the log ${size}: it was cut or is an older copy`,
          size,
        )
      else if (signed.size === 0) yield* compare(EMPTY_ROOT)
      else if (!isCompared)
        yield finding(site, name, `the log has no ${signed.size} entries in a row to compare it with`)
    },
  }

  function judge() {
    try {
      return judgeCheckpoint(note, signer(site).keys)
    } catch {
      // A key that cannot be read has a finding of its own; without it nothing is proven.
      return undefined
    }
  }
}
