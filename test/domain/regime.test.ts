import { describe, expect, test } from 'vitest'
import {
  hasRegions,
  isPublished,
  readRegion,
  regionTable,
  ruleFor,
  underOf,
} from '../../shared/domain/regime.ts'
import type { RegimeRule } from '../../shared/domain/site.ts'

const RULES: readonly RegimeRule[] = [
  { regions: ['US', 'CA'], regime: 'opt-out' },
  { regions: ['US-ME'], regime: 'opt-in' },
  { regions: ['NZ'], regime: 'notice-only' },
  { regions: ['BR-SP'], regime: 'opt-out' },
  { regions: ['AU'], regime: 'opt-out' },
  { regions: ['AU-NSW'], regime: 'opt-out', keepsOff: ['marketing'] },
]

test.each([
  ['US', undefined, 'US'],
  [' us ', 'ca', 'US-CA'],
  ['US', 'US-CA', 'US-CA'],
  ['us-ca', undefined, 'US-CA'],
  ['GB', 'ENG', 'GB-ENG'],
  ['US', 'California', 'US'],
  ['US', '', 'US'],
  ['XX', 'CA', undefined],
  ['T1', undefined, undefined],
  ['US, DE', undefined, undefined],
  ['USA', undefined, undefined],
  ['', 'CA', undefined],
  [undefined, 'CA', undefined],
])('%s and %s are the region %s', (country, part, region) => {
  expect(readRegion(country, part)).toBe(region)
})

test.each([
  ['a country by its rule', 'NZ', 2],
  ['a part by its own rule, before its country', 'US-ME', 1],
  ['a part without one by that of its country', 'US-CA', 0],
  ['a country of which only a part has a rule by none', 'BR', -1],
  ['another part of such a country by none', 'BR-RJ', -1],
  ['a country by the strictest rule in it, for the part is unknown', 'US', 1],
  ['of two alike, by the one that keeps more off', 'AU', 5],
  ['what has no rule by none', 'DE', -1],
  ['an unknown region by none', undefined, -1],
])('%s', (_, region, rule) => {
  expect(ruleFor(RULES, region)).toBe(rule)
})

test('the table that browsers look up in says what the rules say, for every region', () => {
  const table = regionTable(RULES)
  const lookUp = (region: string): number => {
    const name = [region, region.slice(0, 3), region.slice(0, 2)].find(one => one in table)
    return name === undefined ? -1 : table[name]!
  }
  const regions = [
    'US',
    'US-CA',
    'US-ME',
    'CA',
    'CA-QC',
    'NZ',
    'NZ-AUK',
    'BR',
    'BR-SP',
    'BR-RJ',
    'AU',
    'AU-NSW',
    'AU-VIC',
    'DE',
    'DE-BE',
  ]
  for (const region of regions) expect([region, lookUp(region)]).toEqual([region, ruleFor(RULES, region)])
})

describe('what is written down of a region', () => {
  const regimes = { default: 'opt-in', rules: RULES } as const
  test.each([
    ['US-CA', { regime: 'opt-out', region: 'US' }],
    ['US-ME', { regime: 'opt-in', region: 'US-ME' }],
    ['US', { regime: 'opt-in', region: 'US' }],
    ['DE', { regime: 'opt-in' }],
    [undefined, undefined],
  ])('%s: as its rule names it, and no finer', (region, under) => {
    expect(underOf(regimes, region)).toEqual(under)
  })
  test('nothing where everybody is asked first anyway', () => {
    const rules = [{ regions: ['DE'], regime: 'opt-in' }] as const
    expect(hasRegions(rules)).toBe(false)
    expect(underOf({ default: 'opt-in', rules }, 'DE')).toBeUndefined()
  })
})

test.each([
  [{ regime: 'opt-out', region: 'US' }, true],
  [{ regime: 'opt-in', region: 'US' }, true],
  [{ regime: 'opt-out' }, true],
  [{ regime: 'opt-in' }, true],
  [{ regime: 'opt-out', region: 'DE' }, false],
  [{ regime: 'opt-out', region: 'US-ME' }, false],
  [{ regime: 'notice-only', region: 'US' }, false],
] as const)('that a browser says %j is of these rules: %s', (under, is) => {
  expect(isPublished(under, RULES)).toBe(is)
})
