import type { Ledger } from './ledger.ts'

/**
 * Erases what is personal about a subject: the sealed rows with their salts, and the key, so that copies in backups stay
 * closed too. The leaves and every proof, earlier or later, hold as before. Answers how many private parts there were.
 */
export function erasePrivateParts({ store, keys }: Ledger, site: string, subject: string): number {
  const erased = store.erasePrivateParts(site, subject)
  // The key last: should this be interrupted in between, what is left can still be found and erased again.
  keys.destroySubjectKey(site, subject)
  return erased
}
