import type { Ledger } from './ledger.ts'

/** The signed note of the log as it stands; signs only when the size changed. `undefined` while the log is empty. */
export declare function checkpoint(ledger: Ledger, site: string): string | undefined

/** RFC 6962 inclusion proof of an index in the tree of a given size; `undefined` when index or size lie outside the log. */
export declare function inclusionProofAt(
  ledger: Ledger,
  site: string,
  index: number,
  size: number,
): Uint8Array[] | undefined
