import canonicalize from 'canonicalize'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import vectors from '../vectors/canonical.json' with { type: 'json' }

test("RFC 8785's own example gives its bytes", () => {
  const text = canonicalJson(JSON.parse(vectors.example.input))
  expect(Buffer.from(text).toString('hex')).toBe(vectors.example.utf8)
})

test('members are sorted by UTF-16 code units', () => {
  const sorted = JSON.parse(canonicalJson(JSON.parse(vectors.sorting.input))) as Record<string, string>
  const text = canonicalJson(JSON.parse(vectors.sorting.input))
  const order = Object.values(sorted).toSorted((a, b) => text.indexOf(a) - text.indexOf(b))
  expect(order).toEqual(vectors.sorting.values)
})

const numberOf = (ieee754: string): number => Buffer.from(ieee754, 'hex').readDoubleBE()

test.each(vectors.numbers.filter(number => number.text !== null))(
  'the number $ieee754 is written $text',
  ({ ieee754, text }) => expect(canonicalJson(numberOf(ieee754))).toBe(text),
)

test.each(vectors.numbers.filter(number => number.text === null))('$ieee754 is no number', ({ ieee754 }) => {
  expect(() => canonicalJson(numberOf(ieee754))).toThrow('canonical JSON has no')
})

describe('what JSON cannot hold is refused, not dropped', () => {
  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  test.each([
    ['undefined', undefined],
    ['an undefined member', { a: undefined }],
    ['a hole in a list', Array(2)],
    ['a bigint', 1n],
    ['a symbol', Symbol('a')],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a lone surrogate', 'a\ud800'],
    ['a lone surrogate as a name', { '\udc00': 1 }],
    ['a cycle', cyclic],
  ])('%s', (_, value) => expect(() => canonicalJson(value)).toThrow(/canonical JSON has|call stack/))
})

test('any JSON value is written as the reference implementation writes it, and reads back the same', () => {
  const random = seeded(20_261_122)
  for (let i = 0; i < 3_000; i++) {
    const value = randomValue(random, 4)
    const text = canonicalJson(value)
    expect(text).toBe(canonicalize(value))
    expect(canonicalJson(JSON.parse(text))).toBe(text)
  }
})

/** mulberry32: small, and the same on every run. */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

function randomValue(random: () => number, depth: number): unknown {
  const kind = Math.floor(random() * (depth > 0 ? 7 : 5))
  if (kind === 0) return null
  if (kind === 1) return random() < 0.5
  if (kind === 2) return (random() - 0.5) * 10 ** Math.floor(random() * 40 - 20)
  if (kind === 3) return Math.floor(random() * 1e6)
  if (kind === 4) return randomText(random)
  const length = Math.floor(random() * 5)
  if (kind === 5) return Array.from({ length }, () => randomValue(random, depth - 1))
  return Object.fromEntries(
    Array.from({ length }, () => [randomText(random), randomValue(random, depth - 1)]),
  )
}

const ALPHABET = [...'ab"\\/\u0000\u001f\n\u007f\u0080öé€\u2028中\ufb33\u{1f600}\u{10ffff}09']
const randomText = (random: () => number): string =>
  Array.from(
    { length: Math.floor(random() * 6) },
    () => ALPHABET[Math.floor(random() * ALPHABET.length)],
  ).join('')
