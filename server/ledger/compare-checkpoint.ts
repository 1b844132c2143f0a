import { continues, openKept } from './continuity.ts'
import type { Ledger } from './ledger.ts'

/** What a log is to a checkpoint that was signed of it: its continuation, an older copy, another history, or unknown. */
export type Comparison =
  | { readonly is: 'continued'; readonly size: number }
  | { readonly is: 'behind'; readonly size: number }
  | { readonly is: 'contradicted'; readonly size: number }
  | { readonly is: 'not signed by its key' }

/** Holds the log of a site, whose tree is sound, against a signed note. */
export function compareWithCheckpoint(
  { store, signer }: Pick<Ledger, 'store' | 'signer'>,
  site: string,
  note: string,
): Comparison {
  const { keys, strangers } = signer(site)
  const signed = openKept(note, keys, strangers)
  if (!signed) return { is: 'not signed by its key' }
  const { size } = signed
  if (size > store.size(site)) return { is: 'behind', size }
  return { is: continues(store, site, signed) ? 'continued' : 'contradicted', size }
}
