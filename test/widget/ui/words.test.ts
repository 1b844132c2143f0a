import { expect, test } from 'vitest'
import { saidCountry, saidDuration } from '../../../widget/ui/said.ts'
import { fill, list, plural } from '../../../widget/ui/words.ts'
import ar from '../../../widget/languages/ar.json' with { type: 'json' }
import de from '../../../widget/languages/de.json' with { type: 'json' }

test('a place nobody filled stays visible', () => {
  expect(fill('{a} and {b}', { a: 'x' }, 'en')).toBe('x and {b}')
})

test('a value that holds a place is not filled again', () => {
  expect(fill('{a} {b}', { a: '{b}', b: 'x' }, 'en')).toBe('{b} x')
})

test('a Latin name keeps its direction inside Arabic, an Arabic one needs nothing', () => {
  expect(fill('{a}', { a: 'Acme Inc.' }, 'ar')).toBe('\u2068Acme Inc.\u2069')
  expect(fill('{a}', { a: 'التسويق' }, 'ar')).toBe('التسويق')
  expect(fill('{a}', { a: 'Acme Inc.' }, 'de')).toBe('Acme Inc.')
})

test('lists read as the language writes them', () => {
  expect(list(['A', 'B', 'C'], 'de')).toBe('A, B und C')
  expect(list(['أ', 'ب'], 'ar')).toBe('أ وب')
})

test('numbers take the form of the language', () => {
  expect([0, 1, 2, 3, 11, 100].map(n => plural(ar.services, n, 'ar').replace(/[\d٠-٩]+/g, 'N'))).toEqual([
    'لا خدمات',
    'خدمة واحدة',
    'خدمتان',
    'N خدمات',
    'N خدمة',
    'N خدمة',
  ])
  expect(plural(de.services, 1, 'de')).toBe('1 Dienst')
})

test.each([
  ['P6M', 'en', '6 months'],
  ['P1Y1M', 'en', '1 year, 1 month'],
  ['PT30M', 'de', '30 Minuten'],
  ['P1D', 'de', '1 Tag'],
  ['P2W', 'en', '2 weeks'],
])('%s is said in words (%s)', (iso, language, said) => {
  expect(saidDuration(iso, language)).toBe(said)
})

test('what is no duration is left to the caller', () => {
  expect(saidDuration('session', 'en')).toBe(undefined)
  expect(saidDuration('P', 'en')).toBe(undefined)
})

test('countries have names', () => {
  expect(saidCountry('FI', 'de')).toBe('Finnland')
})
