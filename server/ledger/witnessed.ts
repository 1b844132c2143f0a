import { cosignedAt, parseWitnessKey, splitNote, withLines } from './cosignature.ts'
import type { LedgerAudit } from './audit.ts'
import type { LedgerStore, SavedCheckpoint } from './store.ts'

type Store = Pick<LedgerStore, 'checkpoint' | 'cosignatures' | 'cosignedCheckpoint'>

/** The last checkpoint saved, with the cosignatures it has so far. */
export function newestCheckpoint(store: Store, site: string): SavedCheckpoint | undefined {
  const last = store.checkpoint(site)
  return last && withCosignatures(store, site, last)
}

/** The newest checkpoint that a witness has seen, with all its cosignatures; `undefined` while none has seen any. */
export function witnessedCheckpoint(store: Store, site: string): SavedCheckpoint | undefined {
  const seen = store.cosignedCheckpoint(site)
  return seen && withCosignatures(store, site, seen)
}

function withCosignatures(store: Store, site: string, { size, note }: SavedCheckpoint): SavedCheckpoint {
  const lines = store.cosignatures(site, size).map(({ line }) => line)
  return { size, note: withLines(note, lines) }
}

/** How far a witness has followed a log. */
export interface Sight {
  /** Verifier key of the witness. */
  readonly witness: string
  readonly size: number
  /** When it saw that many entries, in seconds since the epoch, by the witness's clock. */
  readonly seconds: number
}

/** Of every witness of a log, the last checkpoint it has seen. What does not verify counts for nothing. */
export function sightsOf(audit: LedgerAudit, site: string): Sight[] {
  return audit.lastCosignatures(site).flatMap(({ size, witness, line }) => {
    const key = parseWitnessKey(witness)
    const text = splitNote(audit.checkpointNote(site, size) ?? '')?.text
    const seconds = key && text !== undefined ? cosignedAt(text, line, key) : undefined
    return seconds === undefined ? [] : [{ witness, size, seconds }]
  })
}
