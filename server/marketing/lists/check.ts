import type { CheckReason, CheckSummary } from '../../../shared/domain/check.ts'
import { SEND_DECISIONS, type SendDecision } from '../../../shared/domain/marketing.ts'
import type { Channel } from '../../../shared/domain/site.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { isE164, normaliseAddress } from '../address.ts'
import { statusOf, type AskedSite, type StatusAnswer } from '../status.ts'
import { isDamaged } from './damage.ts'

export interface ListQuestion {
  readonly channel: Channel
  readonly program: string
}

export interface RowAnswer {
  readonly decision: SendDecision
  readonly reason: CheckReason
  /** The one spelling of it; absent where it is none. */
  readonly address?: string
  readonly entry?: StatusAnswer['entry']
  readonly consentedAt?: number
  /** The first row that has this address, from 1. */
  readonly duplicateOf?: number
}

/** Answers the addresses of one list in their order, and keeps count. */
export interface ListCheck {
  check(given: string): RowAnswer
  summary(): CheckSummary
}

export function checkList(ledger: Ledger, site: AskedSite, { channel, program }: ListQuestion): ListCheck {
  const decisions: Record<SendDecision, number> = { send: 0, hold: 0, block: 0 }
  const reasons: Partial<Record<CheckReason, number>> = {}
  /** A number of at most 15 digits is an exact quantity, and a fifth of the memory of its text. */
  const seen = new Map<string | number, number>()
  const home = site.configuration.programs.find(({ id }) => id === program)?.countries[0]
  let rows = 0
  let duplicates = 0

  function answer(given: string): Omit<RowAnswer, 'duplicateOf'> {
    if (channel === 'sms' && !isE164(given) && isDamaged(given, home))
      return { decision: 'block', reason: 'damaged_number' }
    const address = spelling(given)
    // Asked by the one spelling, a known number is not read a second time.
    const { decision, reason, entry, consentedAt } = statusOf(ledger, site, {
      channel,
      program,
      address: address ?? given,
    })
    return {
      decision,
      reason,
      ...(address !== undefined && { address }),
      ...(entry && { entry }),
      ...(consentedAt !== undefined && { consentedAt }),
    }
  }

  function spelling(given: string): string | undefined {
    if (channel === 'sms' && isE164(given)) return given
    const normalised = normaliseAddress(channel, given, home)
    return 'address' in normalised ? normalised.address : undefined
  }

  function firstRowOf(address: string): number {
    const key = channel === 'sms' ? Number(address.slice(1)) : address.toLowerCase().normalize('NFC')
    const first = seen.get(key)
    if (first === undefined) seen.set(key, rows)
    return first ?? rows
  }

  return {
    check(given) {
      rows++
      const found = answer(given)
      decisions[found.decision]++
      reasons[found.reason] = (reasons[found.reason] ?? 0) + 1
      const first = found.address === undefined ? rows : firstRowOf(found.address)
      if (first === rows) return found
      duplicates++
      return { ...found, duplicateOf: first }
    },
    summary: () => ({
      rows,
      decisions: Object.fromEntries(SEND_DECISIONS.map(d => [d, decisions[d]])) as Record<
        SendDecision,
        number
      >,
      reasons: { ...reasons },
      duplicates,
      logSize: ledger.store.size(site.key),
    }),
  }
}
