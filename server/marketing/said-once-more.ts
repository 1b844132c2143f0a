import { derivedId } from '../ledger/derived-id.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { LinkClaim } from '../subjects/link-token.ts'
import { isStopped } from './one-click.ts'

/**
 * The id a no is recorded under. A page keeps the id it was opened with, so the same press sent twice is one no. But somebody
 * may go back to that page after a yes that came in between: then it is a no once more, and never only the one of before.
 */
export function idOfNo(
  ledger: Ledger,
  site: string,
  id: string,
  claim: Omit<LinkClaim, 'subject'> & { readonly subject: string | undefined },
): string {
  const { store } = ledger
  const { subject } = claim
  return store.snapshot(() => {
    const state = subject === undefined ? undefined : store.subject(site, subject)
    if (subject === undefined || !state || !store.entryById(site, id)) return id
    if (isStopped(ledger, site, { ...claim, subject })) return id
    return derivedId(['once more', site, id, String(state.lastIndex)], id)
  })
}
