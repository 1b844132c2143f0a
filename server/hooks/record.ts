import { canonicalJson } from '../../shared/domain/canonical.ts'
import type { HookRegisteredEntry, HookRemovedEntry } from '../../shared/domain/entry.ts'
import { contentHash } from '../ledger/entry.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { onceAppended } from '../ledger/repeated.ts'
import type { NewHook } from './store.ts'

/** From here on somebody outside is told of people: whom, of what, and by whose hand is in the log. The secret and address are not. */
export function recordRegistered(ledger: Ledger, hook: NewHook, actor: string): Promise<number> {
  const { id, recipient, role, purposes, programs, channels, fields } = hook
  const told = { recipient, role, purposes, programs, ...(channels && { channels }), fields }
  return record(ledger, hook, { type: 'hook-registered', hook: id, ...told, actor })
}

/** Recorded once, however often it is removed. */
export const recordRemoved = (
  ledger: Ledger,
  { site, id, recipient }: Pick<NewHook, 'site' | 'id' | 'recipient'>,
  actor: string,
): Promise<number> => record(ledger, { site, id }, { type: 'hook-removed', hook: id, recipient, actor })

type Own<E> = Omit<E, 'v' | 'site' | 'id' | 'receivedAt' | 'sent'>

async function record(
  ledger: Ledger,
  { site, id }: Pick<NewHook, 'site' | 'id'>,
  part: Own<HookRegisteredEntry> | Own<HookRemovedEntry>,
): Promise<number> {
  const entry = {
    v: 1 as const,
    site,
    id: `${part.type}:${id}`,
    receivedAt: ledger.now(),
    // Not by whom: it is the same removal, whoever says it once more.
    sent: contentHash(canonicalJson({ ...part, actor: '' })),
    ...part,
  }
  const [appended] = await ledger.store.append(site, [{ entry }])
  const answer = onceAppended({ entry }, appended!)
  if ('refused' in answer) throw new Error(`couldn't record ${entry.id}: the log of ${site} has another one`)
  return answer.index
}
