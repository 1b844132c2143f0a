import type { CheckMode, CheckReason, ListCounts } from '../../../shared/domain/check.ts'
import type { SignedTree } from '../../../shared/domain/log-keys.ts'
import { SEND_DECISIONS, type SendDecision } from '../../../shared/domain/marketing.ts'
import type { AskedSenders } from '../../../shared/domain/senders.ts'
import type { Channel } from '../../../shared/domain/site.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { root } from '../../ledger/merkle.ts'
import { isE164, normaliseAddress, type Normalised } from '../address.ts'
import type { Whereabouts } from '../quiet-hours/places.ts'
import { statusOfFound } from '../status.ts'
import type { AskedSite, StatusAnswer, StatusQuestion } from '../status/question.ts'
import { changesSince } from './changed-since.ts'
import { isDamaged } from './damage.ts'
import { firstRows } from './first-rows.ts'
import { regionOf } from './whereabouts.ts'

/** A site as it is published now, with the hash of its configuration. */
export interface CheckedSite extends AskedSite {
  readonly hash: string
}

export interface ListQuestion {
  readonly channel: Channel
  readonly program: string
  readonly mode: CheckMode
  /** Who is about to send. */
  readonly seller?: string
  /** Id of the sender it will come from. */
  readonly sender?: string
  /** That one, or all the program has: whether answers to them come in. */
  readonly senders: AskedSenders
  /** When it will be sent, epoch milliseconds; at once when left out. */
  readonly sendAt?: number
  /** Only rows that may have changed since the log had this size. */
  readonly after?: number
  /** Of a CSV list, name of the column with the addresses or its number from 1; of NDJSON, name of the member. */
  readonly column?: string
}

/** One row of a list, as far as it is asked about. What it says of where somebody is beats what the number says. */
export interface GivenRow extends Whereabouts {
  readonly address: string
}

export interface RowAnswer {
  readonly decision: SendDecision
  readonly reason: CheckReason
  /** The one spelling of it; absent where it is none. */
  readonly address?: string
  readonly entry?: StatusAnswer['entry']
  readonly consentedAt?: number
  readonly expiresAt?: number
  /** Of quiet hours: when they are over; epoch milliseconds. */
  readonly notBefore?: number
  /** The first row that has this address, from 1. */
  readonly duplicateOf?: number
  /** Nothing that could have changed it happened since the size of the log that was asked about. */
  readonly isOld?: true
}

/** What is left of a list to be sent to: whoever may be written to, each address once. */
export const isSendable = ({ decision, duplicateOf }: RowAnswer): boolean =>
  decision === 'send' && duplicateOf === undefined

/** Answers the rows of one list in their order, and keeps count. */
export interface ListCheck {
  /** When it was begun, and the log as it stood then: each row was answered by that, or by more. */
  readonly begun: { readonly at: number; readonly against: SignedTree }
  /** Of rows further on, what needs no look-up: it can be done while those before them are answered. */
  readAhead(rows: readonly (GivenRow | undefined)[]): Promise<ReadRows>
  answerRead(rows: ReadRows): RowAnswer[]
  /** Both at once. `undefined`: a row nobody can read. */
  answer(rows: readonly (GivenRow | undefined)[]): RowAnswer[]
  counts(): ListCounts
}

export function checkList(ledger: Ledger, site: AskedSite, question: ListQuestion): ListCheck {
  const { channel, program, after } = question
  const { store } = ledger
  const decisions: Record<SendDecision, number> = { send: 0, hold: 0, block: 0 }
  const reasons: Partial<Record<CheckReason, number>> = {}
  /** A number of at most 15 digits is an exact quantity, and a fifth of the memory of its text. */
  const firstRowWith = firstRows()
  const home = site.configuration.programs.find(({ id }) => id === program)?.countries[0]
  const tree = store.log(site.key)
  const isOld = after === undefined ? undefined : changesSince(ledger, site.key, after, tree.size)
  let rows = 0
  let duplicates = 0
  let changed = 0

  const asked = {
    channel,
    program,
    isSilent: question.senders.isSilent,
    ...(question.seller !== undefined && { seller: question.seller }),
    ...(question.senders.sender !== undefined && { sender: question.senders.sender }),
    ...(question.sendAt !== undefined && { sendAt: question.sendAt }),
  }

  /** Everything that can be said of a row without looking anything up. */
  function read({ address: given, zone, region: said }: GivenRow): ReadRow {
    if (channel === 'sms' && !isE164(given) && isDamaged(given, home)) return { answer: DAMAGED }
    // Whoever is in the index was read once; only a stranger's number has to be judged.
    const exact = channel === 'sms' && isE164(given) ? given : undefined
    const normalised = exact === undefined ? normaliseAddress(channel, given, home) : undefined
    const address = exact ?? (normalised && 'address' in normalised ? normalised.address : undefined)
    const region = said === undefined ? undefined : regionOf(said, address ?? given)
    return {
      normalised: () => normalised ?? normaliseAddress(channel, given, home),
      question: {
        ...asked,
        address: address ?? given,
        ...(zone !== undefined && { zone }),
        ...(region !== undefined && { region }),
      },
      ...(address !== undefined && { address }),
    }
  }

  const readAll = (rows: readonly (GivenRow | undefined)[]): readonly ReadRow[] =>
    rows.map(row => (row ? read(row) : { answer: MALFORMED }))

  /** One look-up for all of them. */
  function answerAll({ rows: all, blinds }: ReadRows): RowAnswer[] {
    const standings = store.standingsOfAddresses(site.key, blinds)
    const subjects = standings.flatMap(known => known?.subject ?? [])
    const withoutKeys = ledger.keys.withoutSubjectKeys(site.key, subjects)
    let next = 0
    return all.map(row => {
      if ('answer' in row) return count(row.answer)
      const { normalised, question: about, address } = row
      const known = address === undefined ? undefined : standings[next++]
      const hasKey = known?.subject !== undefined && !withoutKeys.has(known.subject)
      const found = statusOfFound(ledger, site, about, { normalised, known, hasKey })
      const { decision, reason, entry, consentedAt, expiresAt, notBefore } = found
      return count({
        decision,
        reason,
        ...(address !== undefined && { address }),
        ...(entry && { entry }),
        ...(consentedAt !== undefined && { consentedAt }),
        ...(expiresAt !== undefined && { expiresAt }),
        ...(notBefore !== undefined && { notBefore }),
      })
    })
  }

  function firstRowOf(address: string): number {
    const key = channel === 'sms' ? Number(address.slice(1)) : address.toLowerCase().normalize('NFC')
    return firstRowWith(key, rows)
  }

  function count(found: RowAnswer): RowAnswer {
    rows++
    decisions[found.decision]++
    reasons[found.reason] = (reasons[found.reason] ?? 0) + 1
    const first = found.address === undefined ? rows : firstRowOf(found.address)
    if (first !== rows) duplicates++
    const old = isOld?.(found) ?? false
    if (!old) changed++
    if (first === rows && !old) return found
    return {
      ...found,
      ...(first !== rows && { duplicateOf: first }),
      ...(old && { isOld: true as const }),
    }
  }

  return {
    begun: {
      at: ledger.now(),
      against: { size: tree.size, root: Buffer.from(root(tree)).toString('base64') },
    },
    async readAhead(some) {
      const all = readAll(some)
      return { rows: all, blinds: await ledger.blindIndex.blindsOf(site.key, channel, addressesIn(all)) }
    },
    answerRead: some => store.snapshot(() => answerAll(some)),
    answer(some) {
      const all = readAll(some)
      const blinds = addressesIn(all).map(each => ledger.blindIndex.blindOf(site.key, channel, each))
      return store.snapshot(() => answerAll({ rows: all, blinds }))
    },
    counts: () => ({
      rows,
      decisions: Object.fromEntries(SEND_DECISIONS.map(d => [d, decisions[d]])) as Record<
        SendDecision,
        number
      >,
      reasons: { ...reasons },
      duplicates,
      ...(after !== undefined && { changed }),
    }),
  }
}

const MALFORMED: RowAnswer = { decision: 'block', reason: 'malformed' }
const DAMAGED: RowAnswer = { decision: 'block', reason: 'damaged_number' }

/** Rows as they were read, and the places in the index of those that have one. */
export interface ReadRows {
  readonly rows: readonly ReadRow[]
  readonly blinds: readonly Uint8Array[]
}

type ReadRow =
  | { readonly answer: RowAnswer }
  | {
      readonly normalised: () => Normalised
      readonly question: StatusQuestion
      readonly address?: string
    }

const addressesIn = (rows: readonly ReadRow[]): string[] =>
  rows.flatMap(row => ('answer' in row ? [] : (row.address ?? [])))
