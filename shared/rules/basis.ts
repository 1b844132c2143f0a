import { UNDATED_YES, type MessageBasis } from '../domain/marketing.ts'
import { dayOf, holdsOn } from './dated.ts'
import { BASES, type BasisEvidence, type BasisRule } from './implied-consent.ts'

/**
 * First moment a basis is gone by itself, by the rule of the day it began; `undefined`: it ends only by a no, or nobody kept
 * when it began.
 */
export function expiryOf(basis: MessageBasis, since: number): number | undefined {
  if (since === UNDATED_YES) return undefined
  const rules = BASES.filter(row => row.basis === basis)
  const rule = rules.find(row => holdsOn(row, dayOf(since))) ?? rules[0]
  return rule && endOf(rule, since)
}

export interface BasisQuestion {
  readonly basis: MessageBasis
  /** When what it rests on happened: the yes, the purchase, the inquiry. Epoch milliseconds. */
  readonly since: number
  readonly at: number
  /** Where the person may be, ISO 3166-1 alpha-2: the law of each has to know the basis. Empty: nobody can tell. */
  readonly countries: readonly string[]
}

/**
 * `no_such_basis`: some country's law gives none of that kind, on that day, for what happened then. `undated`: it ends by
 * itself, and nobody kept when it began, so that nobody can show it has not ended.
 */
export type BasisFault = 'no_such_basis' | 'undated' | 'expired'

/** Why a message may not rest on this, if it may not. */
export function basisFault({ basis, since, at, countries }: BasisQuestion): BasisFault | undefined {
  const rules = BASES.filter(row => row.basis === basis && holdsOn(row, dayOf(at)) && reaches(row, since))
  const everywhere = rules.filter(row => !row.countries)
  const local = countries.map(country => rules.find(row => row.countries?.includes(country)))
  if (everywhere.length === 0 && (local.length === 0 || local.includes(undefined))) return 'no_such_basis'
  const found = [...everywhere, ...local]
  if (since === UNDATED_YES && found.some(rule => rule?.months !== undefined)) return 'undated'
  const ends = found.flatMap(rule => (rule && endOf(rule, since)) ?? [])
  return ends.some(end => end <= at) ? 'expired' : undefined
}

/** Nobody can show that it still runs: it ends by itself, and nobody kept when it began. */
export const isUnshown = (basis: MessageBasis, since: number): boolean =>
  since === UNDATED_YES && BASES.some(rule => rule.basis === basis && rule.months !== undefined)

/** What has to be said of a basis and was not. */
export function missingEvidence(
  basis: MessageBasis,
  said: readonly BasisEvidence[],
): readonly BasisEvidence[] {
  const needs = BASES.filter(row => row.basis === basis).flatMap(row => row.needs)
  return [...new Set(needs)].filter(need => !said.includes(need))
}

const reaches = ({ collectedFrom }: BasisRule, since: number): boolean =>
  collectedFrom === undefined || collectedFrom <= dayOf(since)

const endOf = ({ months }: BasisRule, since: number): number | undefined =>
  months === undefined ? undefined : monthsLater(since, months)

/** The same day of the month in UTC, or its last: half a year from 31 August ends in February. */
function monthsLater(since: number, months: number): number {
  const then = new Date(since)
  const day = then.getUTCDate()
  then.setUTCDate(1)
  then.setUTCMonth(then.getUTCMonth() + months)
  const last = new Date(Date.UTC(then.getUTCFullYear(), then.getUTCMonth() + 1, 0)).getUTCDate()
  then.setUTCDate(Math.min(day, last))
  return then.getTime()
}
