import type { CheckReason } from '../../../shared/domain/check.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { RowAnswer } from './check.ts'

/** Follow from the entry they name and from nothing else. */
const BY_ENTRY: readonly CheckReason[] = [
  'withdrawn',
  'withdrawn_other_sender',
  'declined',
  'complaint',
  'hard_bounce',
  'number_reassigned',
  'suppressed_manual',
  'pending_double_optin',
  'revocation_suspected',
  'restricted_dsr',
  'not_yet_effective',
]
/** An address of which this is so was never sent to: entries are never taken away, and the letters of an address stay. */
const ALWAYS: readonly CheckReason[] = [
  'never_asked',
  'invalid_number',
  'invalid_email',
  'not_mobile',
  'damaged_number',
  'malformed',
]

/**
 * Tells of an answer whether it was surely no `send` before the log grew from this size on. Whatever follows from the clock
 * or from the configuration may have been one; and where anybody was erased since, whoever is erased now may be that one,
 * for nothing leads from an address to its erasure. `size`: of the log now.
 */
export function changesSince(
  { store }: Ledger,
  site: string,
  after: number,
  size: number,
): (answer: RowAnswer) => boolean {
  const isSameConfiguration = (store.current(site)?.index ?? -1) < after
  const wasErased = hasErasure(store, site, after, size)
  return ({ decision, reason, entry }) => {
    if (decision === 'send') return true
    if (!isSameConfiguration) return false
    if (reason === 'erased') return !wasErased
    if (ALWAYS.includes(reason)) return true
    return entry !== undefined && entry.index < after && BY_ENTRY.includes(reason)
  }
}

/** More entries than these are not looked through in one go: somebody may have been erased. */
const MOST_LOOKED_THROUGH = 50_000
const PAGE = 1_000

function hasErasure(store: Ledger['store'], site: string, after: number, size: number): boolean {
  if (size - after > MOST_LOOKED_THROUGH) return true
  for (let from = after; from < size; from += PAGE)
    if (store.entryTexts(site, from, PAGE).some(text => text.includes('"type":"erasure"'))) return true
  return false
}
