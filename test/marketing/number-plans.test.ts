import { getCountries, getCountryCallingCode, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { getExampleNumber } from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/mobile/examples'
import { expect, test } from 'vitest'
import { plainNumber } from '../../server/marketing/number-plans.ts'

/** The same numbers in every run. */
function drawing(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const said = (number: string) => {
  const parsed = parsePhoneNumberFromString(number, { extract: false })
  return { number: parsed?.number, country: parsed?.country, type: parsed?.getType() }
}

test('of numbers of every country it says what the library says, or leaves them to it', () => {
  const draw = drawing(7)
  const differing: string[] = []
  let [plain, all] = [0, 0]
  for (const country of getCountries()) {
    const code = getCountryCallingCode(country)
    const example = getExampleNumber(country, examples)?.nationalNumber ?? '123456789'
    for (let n = 0; n < 120; n++) {
      const kept = draw(example.length + 1)
      const length = Math.max(2, example.length + (n % 5 === 0 ? draw(3) - 1 : 0))
      const digits = Array.from({ length }, (_, at) => (at < kept ? example[at]! : String(draw(10)))).join('')
      const number = `+${code}${digits}`
      if (!/^\+[1-9]\d{6,14}$/.test(number)) continue
      all++
      const found = plainNumber(number)
      if (!found) continue
      plain++
      const by = said(number)
      if (by.number !== number || by.country !== found.country || by.type !== found.type)
        differing.push(`${number}: ${JSON.stringify(found)}, ${JSON.stringify(by)}`)
    }
  }
  expect(differing).toEqual([])
  // Most of what was drawn is no number at all.
  expect(plain / all).toBeGreaterThan(0.2)
  expect(all).toBeGreaterThan(20_000)
})

test.each([
  ['+12025550123', 'US', 'FIXED_LINE_OR_MOBILE'],
  ['+14165550123', 'CA', 'FIXED_LINE_OR_MOBILE'],
  ['+4915112345678', 'DE', 'MOBILE'],
  ['+493012345678', 'DE', 'FIXED_LINE'],
  ['+447911123456', 'GG', 'MOBILE'],
  ['+18005550123', 'US', 'TOLL_FREE'],
])('%s is of %s, %s', (number, country, type) => {
  expect(plainNumber(number)).toEqual({ country, type })
})

test.each([['+5215512345678'], ['+4915'], ['+99912345678'], ['+8001234567'], ['+1555123']])(
  '%s is left to the library',
  number => {
    expect(plainNumber(number)).toBeUndefined()
  },
)
