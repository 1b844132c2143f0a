import { expect, test } from 'vitest'
import type { LogKeyEntry } from '../../shared/domain/entry.ts'
import {
  countsUnder,
  currentKey,
  firstKeyIn,
  keysAfter,
  readLogKeys,
  type LogKey,
  type LogKeys,
} from '../../shared/domain/log-keys.ts'

const [A, B, C] = ['aaaaaaaa', 'bbbbbbbb', 'cccccccc'].map(id => `log.test/harbor+${id}+AQ==`) as [
  string,
  string,
  string,
]
const UNTIL = Date.parse('2026-12-22T08:00:00.000Z')
const lastGood = (size: number) => ({ size, root: 'AA==' })

/** What an entry says about keys, and where it lies. */
type Said = [index: number, part: Partial<LogKeyEntry> & Pick<LogKeyEntry, 'type'>]
const keysBy = (...said: Said[]): LogKeys => ({
  origin: 'log.test/harbor',
  keys: said.reduce<readonly LogKey[]>(
    (keys, [index, part]) => keysAfter(keys, part as LogKeyEntry, index),
    [{ vkey: A, firstSize: 0 }],
  ),
})

const ROTATED: Said = [9, { type: 'log-key-rotated', vkey: B, replaces: A, bothUntil: UNTIL }]
const RETIRED: Said = [19, { type: 'log-key-retired', vkey: A }]
const LEAKED: Said = [29, { type: 'log-key-compromised', compromised: B, lastGood: lastGood(25), vkey: C }]

const sizesUnder = (keys: LogKeys, id: string) =>
  Array.from({ length: 40 }, (_, size) => size).filter(size => countsUnder(keys, id, size).counts)
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

test('a key counts from the entry that brought it to the one that ended it', () => {
  expect(sizesUnder(keysBy(), 'aaaaaaaa')).toEqual(range(0, 39))
  const both = keysBy(ROTATED)
  expect(sizesUnder(both, 'aaaaaaaa')).toEqual(range(0, 39))
  expect(sizesUnder(both, 'bbbbbbbb')).toEqual(range(10, 39))
  expect(both.keys[0]).toEqual({ vkey: A, firstSize: 0, signsUntil: '2026-12-22T08:00:00.000Z' })
  const one = keysBy(ROTATED, RETIRED)
  expect(sizesUnder(one, 'aaaaaaaa')).toEqual(range(0, 19))
  expect(sizesUnder(one, 'bbbbbbbb')).toEqual(range(10, 39))
  expect(currentKey(one)!.vkey).toBe(B)
})

test('without an overlap the old one ends where the new one begins', () => {
  const keys = keysBy([9, { type: 'log-key-rotated', vkey: B, replaces: A }])
  expect(sizesUnder(keys, 'aaaaaaaa')).toEqual(range(0, 9))
  expect(sizesUnder(keys, 'bbbbbbbb')).toEqual(range(10, 39))
})

test('a compromised key counts up to the last good size, and only for what the log extends', () => {
  const keys = keysBy(ROTATED, RETIRED, LEAKED)
  expect(sizesUnder(keys, 'bbbbbbbb')).toEqual(range(10, 25))
  expect(countsUnder(keys, 'bbbbbbbb', 25)).toMatchObject({ counts: true, ifExtended: true })
  expect(countsUnder(keys, 'bbbbbbbb', 26)).toEqual({
    counts: false,
    compromised: true,
    detail:
      'key bbbbbbbb was compromised: what it alone signed counts up to 25 entries, this is signed for 26',
  })
  expect(countsUnder(keys, 'aaaaaaaa', 12)).toMatchObject({ counts: true, ifExtended: false })
  expect(sizesUnder(keys, 'cccccccc')).toEqual(range(30, 39))
})

test('a compromise while two sign ends both, and marks the one', () => {
  const keys = keysBy(ROTATED, [
    14,
    { type: 'log-key-compromised', compromised: A, lastGood: lastGood(12), vkey: C },
  ])
  expect(sizesUnder(keys, 'aaaaaaaa')).toEqual(range(0, 12))
  expect(sizesUnder(keys, 'bbbbbbbb')).toEqual(range(10, 14))
  expect(countsUnder(keys, 'bbbbbbbb', 14)).toMatchObject({ counts: true, ifExtended: false })
  expect(sizesUnder(keys, 'cccccccc')).toEqual(range(15, 39))
})

test('one that had ended before is compromised without a new key, and what is learned later only takes away', () => {
  const leaked = (index: number, size: number): Said => [
    index,
    { type: 'log-key-compromised', compromised: A, lastGood: lastGood(size) },
  ]
  const keys = keysBy(ROTATED, RETIRED, leaked(29, 15))
  expect(sizesUnder(keys, 'aaaaaaaa')).toEqual(range(0, 15))
  expect(sizesUnder(keys, 'bbbbbbbb')).toEqual(range(10, 39))
  expect(sizesUnder(keysBy(ROTATED, RETIRED, leaked(29, 15), leaked(30, 5)), 'aaaaaaaa')).toEqual(range(0, 5))
  expect(keysBy(ROTATED, RETIRED, leaked(29, 15), leaked(30, 18))).toEqual(keys)
})

test('a log that was resumed goes on under its key, or under the one that the lost entries had brought', () => {
  expect(keysBy([9, { type: 'log-resumed' }])).toEqual(keysBy())
  const keys = keysBy([9, { type: 'log-resumed', vkey: C, replaces: A }])
  expect(sizesUnder(keys, 'aaaaaaaa')).toEqual(range(0, 9))
  expect(sizesUnder(keys, 'cccccccc')).toEqual(range(10, 39))
})

test('a key of nobody counts for nothing', () => {
  expect(countsUnder(keysBy(ROTATED), 'dddddddd', 5)).toEqual({
    counts: false,
    detail: 'key dddddddd is none of this log',
  })
})

test('the first key is named by the first entry that says something about keys', () => {
  const first = (part: Said[1]) => firstKeyIn(part as LogKeyEntry)
  expect([ROTATED, RETIRED, LEAKED].map(([, part]) => first(part))).toEqual([A, A, B])
  expect(first({ type: 'log-resumed' })).toBeUndefined()
  expect(firstKeyIn(undefined)).toBeUndefined()
})

test('a document of keys reads back; anything else is none', () => {
  const document = JSON.parse(JSON.stringify(keysBy(ROTATED, RETIRED, LEAKED))) as LogKeys
  expect(readLogKeys(document)).toEqual(document)
  const changed = (change: object) => ({ ...document, keys: [{ ...document.keys[0], ...change }] })
  for (const wrong of [
    undefined,
    null,
    [],
    'keys',
    {},
    { origin: 'x', keys: [] },
    { origin: 7, keys: document.keys },
    changed({ vkey: 7 }),
    changed({ firstSize: -1 }),
    changed({ firstSize: '0' }),
    changed({ lastSize: 1.5 }),
    changed({ signsUntil: 1 }),
    changed({ compromised: true }),
    changed({ compromised: {}, lastSize: undefined }),
  ])
    expect(readLogKeys(wrong)).toBeUndefined()
})
