import type { Ledger } from '../ledger/ledger.ts'

/**
 * When the person with this id decided: now, unless the same form was sent before, as a second click or a reload does.
 * With the time of then it is the same again, and stored once.
 */
export function decidedAtOf({ store, now }: Ledger, site: string, id: string | null): number {
  const entry = id === null ? undefined : store.entryById(site, id)?.entry
  return entry && 'decidedAt' in entry ? entry.decidedAt : now()
}

/** The first click may have been stored while the second one was read: then the time of then is known the next time. */
export async function sentTwiceIsOnce<A extends object>(append: () => Promise<A[]>): Promise<A[]> {
  const answers = await append()
  return answers.some(answer => 'refused' in answer && answer.refused === 'id-reused') ? append() : answers
}
