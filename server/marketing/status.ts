import { hasChannel } from '../../shared/domain/check-opt-in.ts'
import { isSeen, type EntryAt } from '../../shared/domain/as-of.ts'
import { contentOf } from '../../shared/domain/entry.ts'
import { UNDATED_YES, type StatusReason } from '../../shared/domain/marketing.ts'
import { unconfirmedFor, type Channel, type Program } from '../../shared/domain/site.ts'
import { agreedOn, isGranted, programStanding, type Standing } from '../../shared/domain/standing.ts'
import { expiryOf } from '../../shared/rules/basis.ts'
import { chainOf } from '../ledger/chain.ts'
import { publicationThen, viewOf, type PastView } from '../ledger/in-time.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { notBased, reasonOf, tooWeak } from './status/basis.ts'
import { isNarrower, isServed } from './status/country.ts'
import { lookingUp, subjectIn, type FoundAddress, type KnownSubject, type LookUp } from './status/find.ts'
import { heldBy, isYes, whyNot } from './status/no.ts'
import { sellerOf, type AskedSite, type StatusAnswer, type StatusQuestion } from './status/question.ts'
import { quiet } from './status/quiet.ts'
import { ofService } from './status/service.ts'

/** May this address be written to? Whatever is unknown, undecided or no longer provable is never `send`. */
export const statusOf = (ledger: Ledger, site: AskedSite, question: StatusQuestion): StatusAnswer =>
  ledger.store.snapshot(() => answer(ledger, site, question, lookingUp(ledger)))

/** The same answer, about now. */
export const statusOfFound = (
  ledger: Ledger,
  site: AskedSite,
  question: StatusQuestion,
  found: FoundAddress,
): StatusAnswer =>
  answer(ledger, site, question, {
    subject: (_key, { channel }, program) => subjectIn(found, channel, program),
    hasKey: () => found.hasKey,
  })

function answer(ledger: Ledger, site: AskedSite, question: StatusQuestion, lookUps: LookUp): StatusAnswer {
  const then = viewOf(ledger, site.key, question)
  const said = saidOf(ledger, then)
  const block = (reason: StatusReason): StatusAnswer => ({ decision: 'block', reason, ...said })
  const { key, programs } = then ? siteThen(ledger, site.key, then) : nowIn(site)
  // Nothing was published yet that anybody could have agreed to.
  if (!programs) return block('never_asked')
  const { channel } = question
  const program = programs.find(p => p.id === question.program)
  if (!program) return block('purpose_mismatch')
  if (!hasChannel(program, channel)) return block('channel_mismatch')
  if (question.seller !== undefined && question.seller !== sellerOf(program, site))
    return block('seller_mismatch')

  const known = lookUps.subject(key, question, program, then)
  if ('reason' in known)
    return program.class === 'service' && known.reason === 'never_asked'
      ? { decision: 'send', reason: 'ok_service', ...said }
      : block(known.reason)
  const { subject, standing, suppressedAt = -Infinity } = known
  if (program.class === 'service') {
    const own = programStanding(standing, channel, program.id)
    // Whoever is erased is written to again after a yes of their own, and not because they said no once more.
    if (suppressedAt > -Infinity && !(own && isGranted(own) && own.since > suppressedAt))
      return block('erased')
    const entries = (): Iterable<EntryAt> =>
      then ? (known.chain ?? []).filter(at => isSeen(then, at)) : chainOf(ledger.store, key, subject)
    return { ...ofService(standing, channel, program, question, entries), ...said }
  }
  const stands = programStanding(standing, channel, program.id)
  // What was said before the address was erased is not known any more; a yes from then that comes now revives nothing.
  if (stands ? isYes(stands) && stands.since <= suppressedAt : suppressedAt > -Infinity)
    return block('erased')
  if (!stands)
    return block(
      isPromised(known, question, then)
        ? 'not_yet_effective'
        : agreedToOther(standing, channel, program)
          ? 'purpose_mismatch'
          : 'never_asked',
    )

  const { act, index, since, state } = stands
  // Its evidence was gone already when an older version's data was taken over.
  if (!act) return block('erased')
  const found = { entry: { id: act.id, index }, ...said }
  const no = whyNot(stands, question)
  if (no !== undefined) return { decision: 'block', reason: no, ...found }
  const { to } = act
  if (!to) throw new Error(`entry ${index} of ${key} cannot be a yes of its subject: run assent verify`)
  // The row of its private part need not be looked for: that goes only with the key, the address and every yes.
  if (!lookUps.hasKey(key, subject)) return { decision: 'block', reason: 'erased', ...found }
  if (to.purpose !== program.purpose) return { decision: 'block', reason: 'purpose_mismatch', ...found }
  if (to.sharesWith !== program.sharesWith) return { decision: 'block', reason: 'purpose_mismatch', ...found }
  if (state === 'requested')
    return said.asOf >= since + unconfirmedFor(program)
      ? { decision: 'block', reason: 'expired', ...found }
      : { decision: 'hold', reason: 'pending_double_optin', ...found }
  const moment = sendingAt(ledger, then, question)
  const gone = notBased(to, since, moment, program, question)
  if (gone) return { decision: 'block', ...gone, ...found }
  const weak = tooWeak(to, program)
  if (weak?.decision === 'block') return { ...weak, ...found }
  // The number was served by the words agreed to; it must be by those of today.
  if (isNarrower(ledger, key, to, program) && !isServed(question, program))
    return { decision: 'block', reason: 'country_not_allowed', ...found }
  const held = heldBy(standing, question)
  if (held) return { ...held, ...said }
  if (weak) return { ...weak, ...found }
  const expiresAt = to.recorded && expiryOf(to.recorded.basis, since)
  return {
    decision: 'send',
    reason: reasonOf(to),
    ...quiet(moment, program, question),
    ...(since !== UNDATED_YES && { consentedAt: since }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(to.text !== undefined && { text: to.text }),
    ...found,
  }
}

/** A yes to another purpose is on record, and permits nothing of this one. */
const agreedToOther = (standing: Standing, channel: Channel, { purpose }: Program): boolean =>
  agreedOn(standing, channel).some(to => to.purpose !== purpose)

/** When the message will leave, at the earliest: not before the moment that is asked about. */
const sendingAt = (
  { now }: Ledger,
  then: PastView | undefined,
  { sendAt = -Infinity }: StatusQuestion,
): number => Math.max(then?.asOf ?? now(), sendAt)

function saidOf({ now }: Ledger, then: PastView | undefined): Pick<StatusAnswer, 'asOf' | 'known'> {
  if (!then) return { asOf: now() }
  const { asOf, knownAsOf, known } = then
  return { asOf, ...(knownAsOf !== undefined && { known: { asOf: knownAsOf, entries: known } }) }
}

interface SiteThen {
  readonly key: string
  readonly programs: readonly Program[] | undefined
}

const nowIn = ({ key, configuration: { programs } }: AskedSite): SiteThen => ({ key, programs })

function siteThen(ledger: Ledger, key: string, then: PastView): SiteThen {
  const published = publicationThen(ledger, key, then)
  return { key, programs: published && ledger.store.publication(key, published.configuration)?.programs }
}

/** A yes is known that did not count yet at the moment asked about. */
function isPromised(
  { chain = [] }: KnownSubject,
  { channel, program }: StatusQuestion,
  then: PastView | undefined,
): boolean {
  if (!then || then.counted === Infinity) return false
  return chain
    .map(({ entry }) => contentOf(entry))
    .some(act => act.type === 'opt-in' && act.channel === channel && act.program === program)
}
