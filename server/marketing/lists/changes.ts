import { setImmediate as nextTurn } from 'node:timers/promises'
import { contentOf, type Entry, type EntryType } from '../../../shared/domain/entry.ts'
import type { SendDecision } from '../../../shared/domain/marketing.ts'
import type { Channel } from '../../../shared/domain/site.ts'
import { chainOf } from '../../ledger/chain.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { openedPart } from '../../ledger/receipt.ts'
import { statusOf } from '../status.ts'
import type { AskedSite, StatusAnswer } from '../status/question.ts'

export interface ChangesQuestion {
  /** Size of the log a list was checked against. */
  readonly after: number
  readonly channel: Channel
  readonly program: string
}

export interface ChangedAddress {
  /** The one spelling of it, as checks answer it. */
  readonly address: string
  readonly decision: SendDecision
  readonly reason: StatusAnswer['reason']
  readonly entry?: StatusAnswer['entry']
}

export interface Changes {
  /** Who may not be written to any more, or not yet: to be taken out of the list. */
  readonly changes: readonly ChangedAddress[]
  /** Of whom no address is known (any more), as of who was erased. Where there are any, only checking the whole list again tells. */
  readonly unnamed: number
  /** The configuration was published anew since, which may concern anybody: check the whole list again. */
  readonly isConfigurationNew: boolean
  /** Ask next with this as `after`; the log was read up to here. */
  readonly next: number
  /** There is more: ask again at once. */
  readonly isMore: boolean
}

/** Entries looked at for one answer. */
const MOST = 10_000
/** Looked at before others are heard. */
const AT_ONCE = 200

/** Acts after which somebody may be written to no more. A yes is one where it was to something else than the program is now. */
const ENDING: readonly EntryType[] = ['opt-out', 'hold', 'erasure', 'opt-in', 'consent-recorded']
/** A yes leads to these only where there was none before, or at another hour. */
const OF_NEW_YES: readonly StatusAnswer['reason'][] = [
  'pending_double_optin',
  'evidence_incomplete',
  'reconsent_needed',
  'not_yet_effective',
  'quiet_hours',
  'unknown_zone',
]

/**
 * Everybody an entry since then is about who is no `send` now, by the same rule as every other answer. An address that
 * never said yes here is left out: it was no `send` before, unless the program needs no yes.
 */
export async function changesAfter(
  ledger: Ledger,
  site: AskedSite,
  { after, channel, program }: ChangesQuestion,
): Promise<Changes> {
  const { store } = ledger
  const { key } = site
  const needsNoYes = site.configuration.programs.find(({ id }) => id === program)?.class === 'service'
  const size = store.size(key)
  const next = Math.min(size, after + MOST)
  const subjects = new Set<string>()
  const changes: ChangedAddress[] = []
  let unnamed = 0
  await ledger.keys.refresh()
  for (let from = after; from < next; from += AT_ONCE) {
    store.snapshot(() => {
      for (const text of store.entryTexts(key, from, Math.min(AT_ONCE, next - from)))
        see(JSON.parse(text) as Entry)
    })
    // oxlint-disable-next-line no-await-in-loop -- others are heard in between
    await nextTurn()
  }
  return {
    changes,
    unnamed,
    isConfigurationNew: (store.current(key)?.index ?? -1) >= after,
    next,
    isMore: next < size,
  }

  function see(entry: Entry): void {
    const act = contentOf(entry)
    if (!ENDING.includes(act.type)) return
    if ('channel' in act && act.channel !== channel) return
    if (!('subject' in entry)) return
    const { subject, previous } = entry
    // Whoever said yes for the first time was not written to before.
    if (subject === undefined || subjects.has(subject) || (isYes(act.type) && previous === undefined)) return
    const found = addressOf(ledger, key, subject, channel)
    if ('is' in found) {
      subjects.add(subject)
      if (needsNoYes || found.is === 'unnamed') unnamed++
      return
    }
    const { address } = found
    const { decision, reason, entry: by } = statusOf(ledger, site, { channel, program, address })
    // Not settled by a yes alone: a no may have come behind it, and a yes again that waits.
    if (decision !== 'send' && isYes(act.type) && OF_NEW_YES.includes(reason)) return
    subjects.add(subject)
    if (decision === 'send') return
    changes.push({ address, decision, reason, ...(by && { entry: by }) })
  }
}

const isYes = (type: EntryType): boolean => type === 'opt-in' || type === 'consent-recorded'

/** More acts of one address are not looked through for the one that names it. */
const LONGEST_CHAIN = 1_000

/** `stranger`: never said yes on this channel. `unnamed`: may have, and nothing tells the address any more. */
type Found = { readonly address: string } | { readonly is: 'stranger' | 'unnamed' }

/** As it was sealed with a yes. */
function addressOf(ledger: Ledger, site: string, subject: string, channel: Channel): Found {
  let seen = 0
  let saidYes = false
  for (const { entry, index } of chainOf(ledger.store, site, subject)) {
    if (entry.type === 'erasure' || ++seen > LONGEST_CHAIN) return { is: 'unnamed' }
    const act = contentOf(entry)
    if ((act.type !== 'opt-in' && act.type !== 'consent-recorded') || act.channel !== channel) continue
    saidYes = true
    const address = openedPart(ledger, entry, index)?.fields['address']
    if (typeof address === 'string') return { address }
  }
  return { is: saidYes ? 'unnamed' : 'stranger' }
}
