import {
  actOf,
  type OptInEntry,
  type RecordedConsentEntry,
  type SubjectEntry,
} from '../../shared/domain/entry.ts'
import { answeredIn, concerns, type HookScope, type Named } from '../../shared/domain/hook.ts'
import type { Channel, Program } from '../../shared/domain/site.ts'
import { applyEntry, programKey, programStanding, type Standing } from '../../shared/domain/standing.ts'
import type { EntryAt } from '../../shared/domain/as-of.ts'
import { chainOf } from '../ledger/chain.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { openedPart } from '../ledger/receipt.ts'

type Yes = Pick<OptInEntry | RecordedConsentEntry, 'channel' | 'program' | 'purpose' | 'sharesWith'>

/** What a subject's entries say, up to one of them, which is included. */
export interface Past {
  readonly index: number
  readonly standing: Standing
  /** Channel and program → the last yes to it, whatever came after. */
  readonly yeses: Readonly<Record<string, Yes>>
  /** The newest entry that came with the address. */
  readonly addressAt?: EntryAt
}

const NOTHING: Past = { index: -1, standing: {}, yeses: {} }

function after({ standing, yeses, addressAt }: Past, { entry, index }: EntryAt): Past {
  const next = { index, standing: applyEntry(standing, entry, index) }
  // What was said before it is still what was told; where it led to is gone.
  if (entry.type === 'erasure') return { ...next, yeses }
  if (entry.type === 'evidence-read') return { ...next, yeses, ...(addressAt && { addressAt }) }
  const act = actOf(entry)
  if (act.type === 'confirmation') {
    const { channel, program } = act
    const stands = programStanding(next.standing, channel, program)
    const to = stands?.index === index ? stands.act?.to : undefined
    const confirmed = to && { [programKey(channel, program)]: yesOf({ ...to, channel, program }) }
    return { ...next, yeses: { ...yeses, ...confirmed }, ...(addressAt && { addressAt }) }
  }
  if (act.type !== 'opt-in' && act.type !== 'consent-recorded')
    return { ...next, yeses, ...(addressAt && { addressAt }) }
  const { channel, program } = act
  // Beside a yes that stands it says nothing yet of what may be told, nor to whom.
  const isPending = programStanding(next.standing, channel, program)?.pending?.index === index
  return {
    ...next,
    yeses: isPending ? yeses : { ...yeses, [programKey(channel, program)]: yesOf(act) },
    addressAt: { entry, index },
  }
}

const yesOf = ({ channel, program, purpose, sharesWith }: Yes): Yes => ({
  channel,
  program,
  purpose,
  ...(sharesWith !== undefined && { sharesWith }),
})

/** So many subjects are remembered; of the others it is read again. */
const KEPT = 2_000
/** Entries read in one turn of the event loop. */
const AT_ONCE = 500

/** Pasts of the subjects of one site, for one who goes through its log in order: what was read for one entry serves the next. */
export interface Pasts {
  upTo(subject: string, at: EntryAt): Promise<Past>
}

export function openPasts({ store }: Ledger, site: string): Pasts {
  const known = new Map<string, Past>()

  function keep(subject: string, past: Past): Past {
    known.delete(subject)
    known.set(subject, past)
    if (known.size > KEPT) known.delete(known.keys().next().value!)
    return past
  }

  return {
    async upTo(subject, at) {
      const before = known.get(subject)
      if (before?.index === at.index) return before
      // Usually none or a few; somebody who answers all day long must not hold up everybody else.
      const missing = [at]
      let from = NOTHING
      if (at.entry.previous !== undefined)
        for (const each of chainOf(store, site, subject, at.entry.previous)) {
          if (before?.index === each.index) {
            from = before
            break
          }
          missing.push(each)
          // oxlint-disable-next-line no-await-in-loop -- lets others in
          if (missing.length % AT_ONCE === 0) await new Promise(resolve => void setImmediate(resolve))
        }
      return keep(subject, missing.reduceRight<Past>(after, from))
    },
  }
}

/** A no does not say what for: the last yes to the same program does. */
export const lastYesTo = ({ yeses }: Past, { channel, program }: Named): Yes | undefined =>
  channel && program !== undefined ? yeses[programKey(channel, program)] : undefined

/** The yes to the program, or one to any of the whole channel, said that the address goes to this recipient. */
export const isSharedWith = (
  { yeses }: Past,
  recipient: string,
  { channel, program }: Pick<Named, 'channel' | 'program'>,
): boolean =>
  Object.values(yeses).some(
    yes =>
      yes.channel === channel &&
      (program === undefined || yes.program === program) &&
      yes.sharesWith === recipient,
  )

/**
 * Whether a hook has been told anything of this subject, on this channel if one is given. Whoever was, is told of its
 * erasure (GDPR Art. 19), of holds and of a no to everything; nobody else learns that there is such a person.
 */
export function hasHeard(
  { standing, yeses }: Past,
  scope: HookScope,
  programs: readonly Program[],
  channel?: Channel,
): boolean {
  const isMeant = (answered: Named): boolean =>
    (channel === undefined || answered.channel === channel) && concerns(scope, answered, programs)
  // By the purpose of then: it may be another by now.
  return answeredIn(standing).some(isMeant) || Object.values(yeses).some(isMeant)
}

/** A yes from before its address was erased permits nothing, whoever brings it. */
export function isBeforeErasure(
  { store }: Ledger,
  { site, subject }: Pick<SubjectEntry, 'site' | 'subject'>,
  since: number,
): boolean {
  const blind = subject === undefined ? undefined : store.addressOfSubject(site, subject)
  const suppressedAt = blind && store.suppressedAt(site, blind)
  return suppressedAt !== undefined && since <= suppressedAt
}

/** As it is sealed beside the entry it came with; `undefined` once it was erased. */
export function addressIn(ledger: Ledger, { addressAt }: Past): string | undefined {
  const address = addressAt && openedPart(ledger, addressAt.entry, addressAt.index)?.fields['address']
  return typeof address === 'string' ? address : undefined
}
