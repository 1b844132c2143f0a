import { expect, test } from 'vitest'
import { pairwise, type Factors } from './pairs.ts'
import { FACTORS, FULL_FACTORS } from './factors.ts'

/** Every two values of two factors, counted without the function under test. */
function unmet(factors: Factors, rows: readonly Readonly<Record<string, unknown>>[]): string[] {
  const names = Object.keys(factors)
  return names.flatMap((a, i) =>
    names
      .slice(i + 1)
      .flatMap(b =>
        factors[a]!.flatMap(x =>
          factors[b]!.filter(y => !rows.some(row => row[a] === x && row[b] === y)).map(
            y => `${a} ${String(x)}, ${b} ${String(y)}`,
          ),
        ),
      ),
  )
}

const SMALL = { a: [1, 2, 3], b: ['x', 'y'], c: [true, false], d: [0, 1, 2] }

test.each<[string, Factors]>([
  ['a small set', SMALL],
  ['what `npm test` looks at', FACTORS],
  ['what `npm run test:all` looks at', FULL_FACTORS],
])(
  'every two values of two factors meet (%s), in far fewer rows than there are combinations',
  (_, factors) => {
    const rows = pairwise(factors)
    expect(unmet(factors, rows)).toEqual([])
    const sizes = Object.values(factors).map(values => values.length)
    const [largest, second] = sizes.toSorted((a, b) => b - a) as [number, number]
    expect(rows.length).toBeGreaterThanOrEqual(largest * second)
    expect(rows.length).toBeLessThanOrEqual(Math.max(largest * second * 2, largest * second + 6))
  },
)

test('a row that is left out is missed', () => {
  const rows = pairwise(SMALL)
  expect(
    rows.every(
      (_, left) =>
        unmet(
          SMALL,
          rows.filter((__, i) => i !== left),
        ).length > 0,
    ),
  ).toBe(true)
})

test('the rows are the same each time', () => {
  expect(pairwise(FULL_FACTORS)).toEqual(pairwise(FULL_FACTORS))
})
