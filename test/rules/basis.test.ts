import { describe, expect, test } from 'vitest'
import type { MessageBasis } from '../../shared/domain/marketing.ts'
import { basisFault, expiryOf, missingEvidence, type BasisQuestion } from '../../shared/rules/basis.ts'

const DAY = 86_400_000
const day = (text: string): number => Date.parse(`${text}T15:00Z`)
const fault = (basis: MessageBasis, rest: Partial<BasisQuestion> = {}) =>
  basisFault({ basis, since: day('2026-10-01'), at: day('2026-11-01'), countries: ['CA'], ...rest })

describe('consent by purchase in Canada', () => {
  test.each([
    ['an ordinary one', '2024-11-20'],
    ['one with a leap day before its end, when two years are 731 days', '2022-03-01'],
  ])('is valid on day 729 and expired on day 731: %s', (_which, bought) => {
    const since = day(bought)
    expect(fault('implied-purchase', { since, at: since + 729 * DAY })).toBeUndefined()
    expect(fault('implied-purchase', { since, at: since + 731 * DAY })).toBe('expired')
  })

  test('ends to the millisecond when it says', () => {
    const since = day('2024-11-20')
    const end = expiryOf('implied-purchase', since)!
    expect(new Date(end).toISOString()).toBe('2026-11-20T15:00:00.000Z')
    expect(fault('implied-purchase', { since, at: end - 1 })).toBeUndefined()
    expect(fault('implied-purchase', { since, at: end })).toBe('expired')
  })

  test('is no basis elsewhere, nor where nobody can tell the country', () => {
    expect(fault('implied-purchase', { countries: ['US'] })).toBe('no_such_basis')
    expect(fault('implied-purchase', { countries: ['CA', 'US'] })).toBe('no_such_basis')
    expect(fault('implied-purchase', { countries: [] })).toBe('no_such_basis')
  })
})

test.each<[MessageBasis, string, string]>([
  ['implied-purchase', '2024-02-29', '2026-02-28'],
  ['implied-purchase', '2024-12-31', '2026-12-31'],
  ['implied-inquiry', '2026-01-15', '2026-07-15'],
  ['implied-inquiry', '2025-08-31', '2026-02-28'],
  ['implied-inquiry', '2023-08-31', '2024-02-29'],
])('%s of %s ends on %s', (basis, since, end) => {
  expect(expiryOf(basis, day(since))).toBe(day(end))
})

test('a yes that was asked for never expires by itself', () => {
  const since = day('2014-07-01')
  expect(expiryOf('consent', since)).toBeUndefined()
  for (const countries of [['CA'], ['US', 'DE'], []])
    expect(fault('consent', { since, at: since + 100 * 365 * DAY, countries })).toBeUndefined()
})

describe('a soft opt-in', () => {
  test('needs the way out to have been offered when the address was collected', () => {
    expect(missingEvidence('soft-opt-in', ['collectedInSaleOrNegotiation', 'ownSimilarProducts'])).toEqual([
      'optOutOfferedAtCollection',
    ])
    expect(
      missingEvidence('charity-soft-opt-in', ['optOutOfferedAtCollection', 'collectedFromSupporter']),
    ).toEqual(['onlyCharitablePurposes'])
    expect(missingEvidence('consent', [])).toEqual([])
  })

  test('of a charity begins on 5 February 2026 and does not reach back', () => {
    const charity = (since: string, at: string) =>
      fault('charity-soft-opt-in', { countries: ['GB'], since: day(since), at: day(at) })
    expect(charity('2026-02-05', '2026-02-05')).toBeUndefined()
    expect(charity('2026-02-04', '2026-02-05')).toBe('no_such_basis')
    expect(charity('2026-02-04', '2026-02-04')).toBe('no_such_basis')
  })

  test('of the United Kingdom is none in the United States', () => {
    expect(fault('soft-opt-in', { countries: ['GB'] })).toBeUndefined()
    expect(fault('soft-opt-in', { countries: ['US'] })).toBe('no_such_basis')
  })
})
