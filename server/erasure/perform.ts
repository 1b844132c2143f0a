import { canonicalJson } from '../../shared/domain/canonical.ts'
import type { ErasureEntry } from '../../shared/domain/entry.ts'
import { chainOf } from '../ledger/chain.ts'
import { contentHash, listHash } from '../ledger/entry.ts'
import type { KeptErasure, KeptSuppression } from '../ledger/kept-erasures.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { onceAppended } from '../ledger/repeated.ts'

/**
 * Appends the erasure, and with it, in one transaction, deletes the subject's sealed parts with their salts and what leads
 * to it from its address, and suppresses the addresses. Then destroys its key. Done twice, it is done once: a crash in
 * between is finished by doing it again. `onlyAfter`: only while that is the subject's last entry; `undefined` when it is not.
 */
export async function performErasure(
  ledger: Ledger,
  site: string,
  { id, subject, reason }: KeptErasure,
  suppress: readonly KeptSuppression[],
  onlyAfter?: number,
): Promise<{ readonly index: number; readonly receivedAt: number; readonly duplicate: boolean } | undefined> {
  const { store, blindIndex } = ledger
  const said = { type: 'erasure', id, subject, reason } as const
  const entry: ErasureEntry = {
    v: 1,
    site,
    ...said,
    receivedAt: ledger.now(),
    sent: contentHash(canonicalJson(said)),
    parts: 0,
    list: listHash([]),
    suppressions: 0,
  }
  const added = {
    entry,
    erases: {
      ...(onlyAfter !== undefined && { onlyAfter }),
      suppress: suppress.map(({ blind, at }) => ({
        blind,
        at,
        tie: blindIndex.suppressionTieOf(site, blind, at),
      })),
    },
  }
  const [answer] = await store.append(site, [added])
  if ('movedOn' in answer!) return undefined
  const appended = onceAppended(added, answer!)
  if ('refused' in appended)
    throw new Error(`couldn't erase ${subject} of ${site}: ${id} names another entry`)
  // At once: whoever seals for this subject again makes a new key.
  destroyKey(ledger, site, subject)
  return appended
}

/** Nothing that its key sealed is left; a subject that came back since has sealed with a new one. */
function destroyKey({ store, keys }: Ledger, site: string, subject: string): void {
  for (const { index, entry } of chainOf(store, site, subject)) {
    if (entry.type === 'erasure') break
    if (store.privatePart(site, index)) return
  }
  keys.destroySubjectKey(site, subject)
}
