import type { Entry } from '../../shared/domain/entry.ts'
import { commitmentOf, open, type PrivateFields } from '../subjects/seal.ts'
import { finding, type VerifyStep, type VerifyTarget } from './finding.ts'
import { verifyFound } from './verify-addresses.ts'

/** Opens an entry's private part and holds it against its commitment. An erased one is fine. Answers whether it is there. */
export function* verifyPrivatePart(
  target: VerifyTarget,
  entry: Entry,
  index: number,
): Generator<VerifyStep, boolean> {
  const { audit, keys } = target
  const { site, id, commitment } = entry
  const part = audit.privatePart(site, index)
  if (!part) return false
  const subject = 'subject' in entry ? entry.subject : undefined
  if (commitment === undefined || subject === undefined) {
    yield finding(site, 'private_parts.idx', 'the entry has no private part, yet one is stored for it', index)
    return true
  }
  if (part.subject !== subject)
    yield finding(
      site,
      'private_parts.subject',
      `the private part is kept for another subject than the entry's`,
      index,
    )

  const key = attempt(() => keys.openSubjectKey(site, subject))
  if (key === undefined) {
    if (target.latest && !target.latest.privatePart(site, index)) return true
    yield finding(
      site,
      'subject_keys.wrapped',
      `the key of subject ${subject} is missing or was changed`,
      index,
    )
    return true
  }
  const fields = attempt<PrivateFields>(() => open(key, part.sealed, { site, subject, id }))
  if (fields === undefined)
    yield finding(site, 'private_parts.sealed', 'the private part is not what was sealed', index)
  else if (commitmentOf(part.salt, fields) !== commitment)
    yield finding(site, 'private_parts.salt', 'the private part is not the one the entry commits to', index)
  else if (entry.type === 'opt-in' || entry.type === 'consent-recorded')
    yield* verifyFound(target, entry, fields, index)
  return true
}

function attempt<T>(act: () => T | undefined): T | undefined {
  try {
    return act()
  } catch {
    // Not opening is the finding; authenticated encryption has no more to say about it.
    return undefined
  }
}
