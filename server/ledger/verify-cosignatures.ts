import type { LedgerAudit } from './audit.ts'
import { cosignedAt, parseWitnessKey, splitNote } from './cosignature.ts'
import { finding, type VerifyStep } from './finding.ts'

/**
 * Every cosignature is over a checkpoint that is there, by the key beside it. Whether that key is a witness's, only
 * whoever knows the witness can say; whether the checkpoint is the log's, is checked where checkpoints are.
 */
export function* verifyCosignatures(audit: LedgerAudit, site: string): Generator<VerifyStep, void> {
  for (const { size, witness, line } of audit.cosignatures(site)) {
    const key = parseWitnessKey(witness)
    const note = audit.checkpointNote(site, size)
    const text = splitNote(note ?? '')?.text
    if (!key)
      yield finding(site, 'cosignatures.witness', `a cosignature over ${size} entries names no witness's key`)
    else if (note === undefined)
      yield finding(
        site,
        'cosignatures.size',
        `${key.name} cosigned ${size} entries, and there is no checkpoint of so many`,
      )
    else if (text === undefined || cosignedAt(text, line, key) === undefined)
      yield finding(
        site,
        'cosignatures.line',
        `the checkpoint of ${size} entries is not the one ${key.name} cosigned`,
      )
  }
}
