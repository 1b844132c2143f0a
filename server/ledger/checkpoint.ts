import { formatCheckpoint } from './checkpoint-text.ts'
import { requireContinuity } from './continuity.ts'
import type { Ledger } from './ledger.ts'
import { nodesOf } from './nodes.ts'
import { consistencyProof, inclusionProof, root } from './merkle.ts'
import type { Frontier, Hash, SavedCheckpoint } from './store.ts'
import { witnessedCheckpoint } from './witnessed.ts'

/**
 * The signed note of the log as it stands; signs only when the size changed. `undefined` while the log is empty.
 * Throws `SuspendedLog` when the database is behind what was signed before.
 */
export function checkpoint(ledger: Ledger, site: string): string | undefined {
  const { store } = ledger
  const { size } = store.log(site)
  if (size === 0) return undefined
  const signer = ledger.signer(site)
  const last = store.checkpoint(site)
  if (last?.size === size && signer.kept() === last.note) return last.note
  return sign(ledger, site, log => requireContinuity(ledger, site, () => log))
}

/** Signs the log as it stands, once `mayBeSigned` has not thrown. By the keys it then names: one may just have been added. */
export function sign(ledger: Ledger, site: string, mayBeSigned: (log: Frontier) => void): string {
  return ledger.store.saveCheckpoint(
    site,
    log => {
      mayBeSigned(log)
      const signer = ledger.signer(site)
      return signer.sign(formatCheckpoint({ origin: signer.name, size: log.size, root: root(log) }))
    },
    note => ledger.signer(site).keep(note),
  ).note
}

/**
 * A checkpoint that covers an index, with the cosignatures it has: the newest one a witness has seen, else the last
 * signed, else one signed now.
 */
export function checkpointCovering(ledger: Ledger, site: string, index: number): SavedCheckpoint {
  const { store } = ledger
  const witnessed = witnessedCheckpoint(store, site)
  if (witnessed && witnessed.size > index) return witnessed
  const last = store.checkpoint(site)
  if (last && last.size > index) return last
  checkpoint(ledger, site)
  const signed = store.checkpoint(site)
  if (!signed || signed.size <= index)
    throw new Error(`couldn't sign a checkpoint of ${site} over entry ${index}`)
  return signed
}

/** How many entries the last checkpoint speaks of. Nothing beyond them is shown to strangers: it was never signed. */
export const publishedSize = ({ store }: Ledger, site: string): number => store.checkpoint(site)?.size ?? 0

/**
 * RFC 6962 inclusion proof of an index in the tree of a given size, of which there need be no checkpoint; `undefined` when
 * either lies beyond what is published. The empty tree includes nothing.
 */
export function inclusionProofAt(
  ledger: Ledger,
  site: string,
  index: number,
  size: number,
): Hash[] | undefined {
  return ledger.store.snapshot(() =>
    isPublished(ledger, site, size) && Number.isSafeInteger(index) && index >= 0 && index < size
      ? inclusionProof(index, size, nodesOf(ledger.store, site, size))
      : undefined,
  )
}

/**
 * RFC 6962 consistency proof between two sizes of the log; `undefined` when either lies beyond what is published. Every
 * tree extends itself and the empty one, with an empty proof: RFC 9162 leaves that open, and C2SP tlog-witness has it so.
 */
export function consistencyProofAt(
  ledger: Ledger,
  site: string,
  older: number,
  size: number,
): Hash[] | undefined {
  return ledger.store.snapshot(() =>
    isPublished(ledger, site, size) && Number.isSafeInteger(older) && older >= 0 && older <= size
      ? consistencyProof(older, size, nodesOf(ledger.store, site, size))
      : undefined,
  )
}

const isPublished = (ledger: Ledger, site: string, size: number): boolean =>
  Number.isSafeInteger(size) && size >= 0 && size <= publishedSize(ledger, site)
