import { chainOf } from '../ledger/chain.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { receiptFor } from '../ledger/receipt.ts'
import type { Receipt } from '../../shared/receipt/receipt.ts'
import type { Erased } from './erase.ts'

/** What shows that an erasure was done: the receipt of its entry, with the ids of the entries whose private parts it destroyed. */
export async function certificateOf(
  ledger: Ledger,
  site: string,
  { entry, index }: Pick<Erased, 'entry' | 'index'>,
): Promise<Receipt> {
  const certificate = await receiptFor(ledger, site, entry.id, { erased: erasedBy(ledger, site, { entry }) })
  if (!certificate) throw new Error(`entry ${index} of ${site} is not known by its id: run assent verify`)
  return certificate
}

/** The entries whose private parts it destroyed, by their ids: all that had one since the erasure before. */
function erasedBy({ store }: Ledger, site: string, { entry: erasure }: Pick<Erased, 'entry'>): string[] {
  const ids: string[] = []
  let isBefore = false
  for (const { entry } of chainOf(store, site, erasure.subject)) {
    if (isBefore && entry.type === 'erasure') break
    if (isBefore && entry.commitment !== undefined) ids.unshift(entry.id)
    if (entry.id === erasure.id) isBefore = true
  }
  return ids
}
