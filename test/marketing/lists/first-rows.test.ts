import { expect, test } from 'vitest'
import { firstRows } from '../../../server/marketing/lists/first-rows.ts'

test('a key that came before has the row it came first in, however many came between', () => {
  const first = firstRows(10)
  const keys = Array.from({ length: 95 }, (_, n) => 12_025_550_000 + n)
  expect(keys.map((key, n) => first(key, n + 1))).toEqual(keys.map((_, n) => n + 1))
  expect(keys.map((key, n) => first(key, 96 + n))).toEqual(keys.map((_, n) => n + 1))
  expect(first('robin@harbor.example', 200)).toBe(200)
  expect(first('robin@harbor.example', 201)).toBe(200)
})
