import type { BlindIndex } from '../subjects/identify.ts'
import type { SubjectKeyStore } from '../subjects/keys.ts'
import type { Signer } from './signer.ts'
import type { LedgerStore } from './store.ts'

/** What every function of the ledger works with. One per process. */
export interface Ledger {
  readonly store: LedgerStore
  readonly keys: SubjectKeyStore
  readonly blindIndex: BlindIndex
  /** The site's checkpoint key. Throws, saying what to do, when it is missing or readable by others. */
  readonly signer: (site: string) => Signer
  /** Epoch milliseconds. */
  readonly now: () => number
}
