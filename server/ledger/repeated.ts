import type { AppendedEntry, KnownEntry, NewEntry } from './store.ts'

/** What a sender is told of an entry that may have come before. */
export type OnceAppended =
  | { readonly index: number; readonly receivedAt: number; readonly duplicate: boolean }
  | { readonly refused: 'id-reused' }

/** A known id names this same entry, sent again and answered as it was first; or it names another. */
export function onceAppended(
  { entry }: NewEntry,
  answer: AppendedEntry,
  samePrivatePart: (known: KnownEntry) => boolean = () => true,
): OnceAppended {
  if ('index' in answer) return { index: answer.index, receivedAt: answer.receivedAt, duplicate: false }
  if ('belongsTo' in answer) throw new Error(`couldn't append ${entry.id}: its address is another subject's`)
  if ('erased' in answer) throw new Error(`couldn't append ${entry.id}: its subject was erased meanwhile`)
  if ('movedOn' in answer) throw new Error(`couldn't append ${entry.id}: its subject has moved on`)
  const { known } = answer
  return known.entry.sent === entry.sent && samePrivatePart(known)
    ? { index: known.index, receivedAt: known.entry.receivedAt, duplicate: true }
    : { refused: 'id-reused' }
}
