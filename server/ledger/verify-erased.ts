import { listHash } from './entry.ts'
import { finding, type VerifyStep, type VerifyTarget } from './finding.ts'
import type { ChainLink } from './verify-subjects.ts'

/**
 * What an erasure says of its subject is so: it names every private part there had been since the one before, none of them
 * is left, and what led to it from an address is gone, its key too. And no part is missing that nothing erased.
 */
export function* verifyErased(
  { audit, keys }: VerifyTarget,
  site: string,
  subject: string,
  /** Oldest first. */
  chain: readonly ChainLink[],
): Generator<VerifyStep, void> {
  let sealed: ChainLink[] = []
  let isErased = false
  for (const link of chain) {
    const { entry, index } = link
    if (entry.type !== 'erasure') {
      if (entry.commitment !== undefined) sealed.push(link)
      continue
    }
    isErased = true
    if (entry.parts !== sealed.length || entry.list !== listHash(sealed.map(({ entry }) => entry.id)))
      yield finding(site, 'entries.entry', 'the erasure does not name the private parts there were', index)
    for (const left of sealed)
      if (audit.privatePart(site, left.index))
        yield finding(
          site,
          'private_parts.idx',
          `the private part that entry ${index} erased is still there`,
          left.index,
        )
    sealed = []
  }
  for (const { index } of sealed)
    if (!audit.privatePart(site, index))
      yield finding(site, 'private_parts.idx', 'the private part is missing, and nothing erased it', index)
  if (isErased && sealed.length === 0 && keys.hasSubjectKey(site, subject))
    yield finding(
      site,
      'subject_keys.subject',
      `the key of subject ${subject} is still there, all it sealed was erased: start the server, or run "assent erase" again`,
      chain.at(-1)!.index,
    )
}
