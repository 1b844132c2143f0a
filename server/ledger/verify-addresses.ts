import type { OptInEntry } from '../../shared/domain/entry.ts'
import type { PrivateFields } from '../subjects/seal.ts'
import { finding, type VerifyStep, type VerifyTarget } from './finding.ts'

/** Every row of the blind index is the one that was made for its subject, and that subject has entries. */
export function* verifyAddresses(
  { audit, blindIndex }: VerifyTarget,
  site: string,
): Generator<VerifyStep, void> {
  for (const { blind, subject, tie } of audit.addresses(site)) {
    if (Buffer.compare(blindIndex.tieOf(site, blind, subject), tie) !== 0)
      yield finding(site, 'addresses.tie', `an address was not made to lead to subject ${subject}`)
    if (!audit.hasSubject(site, subject))
      yield finding(site, 'addresses.subject', `an address leads to subject ${subject}, which has no entries`)
  }
}

/** The address an opt-in holds leads to its subject: otherwise a later no would not find this yes. */
export function* verifyFound(
  { audit, blindIndex }: VerifyTarget,
  { site, subject, channel }: OptInEntry,
  { address }: PrivateFields,
  index: number,
): Generator<VerifyStep, void> {
  const found = audit.subjectOfAddress(site, blindIndex.blindOf(site, channel, String(address)))
  if (found === subject) return
  const detail = found === undefined ? 'leads to nobody' : `leads to subject ${found}`
  yield finding(site, 'addresses.blind', `the address of entry ${index} ${detail}`, index)
}
