import { parseWitnessKey } from '../ledger/cosignature.ts'
import type { Sight } from '../ledger/witnessed.ts'
import type { KnownWitness } from '../witness/lists.ts'
import { printable } from './verify-receipt.ts'

/** How far a witness has followed a log. */
export interface WitnessReport {
  readonly witness: string
  readonly vkey: string
  /** So many entries, at the last time: nothing when it is configured and has seen nothing. */
  readonly seen?: { readonly size: number; readonly at: string }
  /** Whether it is one of ASSENT_WITNESSES: any other key may be anybody's. */
  readonly known: boolean
}

/** Whoever has cosigned, and whoever should. */
export function witnessReports(sights: readonly Sight[], known: readonly KnownWitness[]): WitnessReport[] {
  const isKnown = (vkey: string) => known.some(one => one.vkey === vkey)
  const seen = sights.map(({ witness, size, seconds }) => ({
    witness: parseWitnessKey(witness)!.name,
    vkey: witness,
    seen: { size, at: new Date(seconds * 1000).toISOString() },
    known: isKnown(witness),
  }))
  const missing = known
    .filter(({ vkey }) => !sights.some(({ witness }) => witness === vkey))
    .map(({ vkey, verifier }) => ({ witness: verifier.name, vkey, known: true }))
  return [...seen, ...missing]
}

/** How many know the log besides its operator, and who how much of it. */
export function witnessLines(reports: readonly WitnessReport[], entries: number): string[] {
  const counting = reports.filter(one => one.known && one.seen)
  const most = Math.max(0, ...counting.map(one => one.seen!.size))
  const how = counting.length === 1 ? '1 witness has' : `${counting.length} witnesses have`
  const summary =
    counting.length === 0
      ? reports.some(one => one.known)
        ? 'none of ASSENT_WITNESSES has seen this log: only its own key vouches for it'
        : 'none that counts: name those you trust in ASSENT_WITNESSES, as for "assent serve"'
      : `${how} seen it, the first ${most} of ${entries} entries`
  return [summary, ...reports.map(lineOf)]
}

function lineOf({ witness, vkey, seen, known }: WitnessReport): string {
  if (!seen) return `${printable(witness)} has seen nothing yet`
  const line = `${printable(witness)} saw ${seen.size} entries at ${seen.at}`
  return known ? line : `${line}; not one of ASSENT_WITNESSES, key ${printable(vkey)}`
}
