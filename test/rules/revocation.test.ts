import { expect, test } from 'vitest'
import { REVOCATION_SCOPES, type RevocationScope } from '../../shared/domain/site.ts'
import { revocationScope } from '../../shared/rules/revocation.ts'

const WAIVED = Date.parse('2027-01-30T23:59:59.999Z')
const IN_FORCE = Date.parse('2027-01-31T00:00Z')
const since2026 = (scope: RevocationScope) => [{ from: '2026-01-01', scope }]

test('a site that chose nothing stops everything, before and after', () => {
  for (const at of [WAIVED, IN_FORCE])
    for (const countries of [['US'], ['DE'], []])
      expect(revocationScope({ at, countries, policy: undefined })).toBe('all')
})

test('until 30 January 2027 a stop in the United States reaches as far as the site chose, from the 31st everything', () => {
  for (const scope of REVOCATION_SCOPES) {
    expect(revocationScope({ at: WAIVED, countries: ['US'], policy: since2026(scope) })).toBe(scope)
    expect(revocationScope({ at: IN_FORCE, countries: ['US'], policy: since2026(scope) })).toBe('all')
  }
})

test('one country that leaves no choice is enough', () => {
  const policy = since2026('program')
  expect(revocationScope({ at: IN_FORCE, countries: ['CA', 'US'], policy })).toBe('all')
  expect(revocationScope({ at: IN_FORCE, countries: ['CA', 'DE'], policy })).toBe('program')
})

test('the choice of a site holds from its day until the next one, whatever order they are written in', () => {
  const policy = [
    { from: '2026-09-01', scope: 'all' },
    { from: '2026-03-01', scope: 'program' },
    { from: '2026-06-01', scope: 'sender' },
  ] as const
  const on = (day: string) => revocationScope({ at: Date.parse(day), countries: ['US'], policy })
  expect(
    ['2026-02-28', '2026-03-01', '2026-05-31', '2026-06-01', '2026-08-31', '2026-09-01'].map(on),
  ).toEqual(['all', 'program', 'program', 'sender', 'sender', 'all'])
})
