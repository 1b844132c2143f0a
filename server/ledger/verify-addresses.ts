import type { OptInEntry, RecordedConsentEntry } from '../../shared/domain/entry.ts'
import type { PrivateFields } from '../subjects/seal.ts'
import { differs, finding, type VerifyStep, type VerifyTarget } from './finding.ts'
import type { SubjectsSeen } from './verify-subjects.ts'

/**
 * Every row of the blind index is the one that was made for its subject, which has entries and was never erased. None was
 * taken away: of an address that only ever opted out, no sealed part could tell, and its no would not be found.
 */
export function* verifyAddresses(
  { audit, blindIndex }: VerifyTarget,
  site: string,
  { erased, ofAddresses }: SubjectsSeen,
): Generator<VerifyStep, void> {
  let found = 0
  for (const { blind, subject, tie } of audit.addresses(site)) {
    found++
    if (Buffer.compare(blindIndex.tieOf(site, blind, subject), tie) !== 0)
      yield finding(site, 'addresses.tie', `an address was not made to lead to subject ${subject}`)
    if (erased.has(subject))
      yield finding(site, 'addresses.subject', `an address leads to subject ${subject}, which was erased`)
    else if (!audit.hasSubject(site, subject))
      yield finding(site, 'addresses.subject', `an address leads to subject ${subject}, which has no entries`)
    else if (Buffer.compare(audit.addressOfSubject(site, subject) ?? Buffer.alloc(0), blind) !== 0)
      yield differs(site, 'subjects.address', `subject ${subject} does not know the address that leads to it`)
  }
  if (found < ofAddresses)
    yield finding(
      site,
      'addresses.site',
      `${ofAddresses} subjects opted in or out by an address, and ${found} addresses lead to one: a later no would not find them`,
    )
}

/**
 * Every suppression is the one that was made at its moment, and there are as many as the last erasure said: none was taken
 * away, so that a late yes would count.
 */
export function* verifySuppressions(
  { audit, blindIndex }: VerifyTarget,
  site: string,
  expected: number,
): Generator<VerifyStep, void> {
  let found = 0
  for (const { blind, at, tie } of audit.suppressions(site)) {
    found++
    if (Buffer.compare(blindIndex.suppressionTieOf(site, blind, at), tie) !== 0)
      yield finding(site, 'suppressions.tie', 'a suppressed address was not made to be so at its moment')
  }
  if (found !== expected)
    yield finding(
      site,
      'suppressions.site',
      `${found} addresses are suppressed, ${expected} were after the last erasure`,
    )
}

/** The address a yes holds leads to its subject: otherwise a later no would not find this yes. */
export function* verifyFound(
  { audit, blindIndex }: VerifyTarget,
  { site, subject, channel }: OptInEntry | RecordedConsentEntry,
  { address }: PrivateFields,
  index: number,
): Generator<VerifyStep, void> {
  const found = audit.subjectOfAddress(site, blindIndex.blindOf(site, channel, String(address)))
  if (found === subject) return
  const detail = found === undefined ? 'leads to nobody' : `leads to subject ${found}`
  yield finding(site, 'addresses.blind', `the address of entry ${index} ${detail}`, index)
}
