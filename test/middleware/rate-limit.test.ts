import { expect, test } from 'vitest'
import { createLimits, type Limits } from '../../server/middleware/rate-limit.ts'

const ONE = { tokens: 1, entries: 1 }

function limitsAt(settings: { perMinute?: number; burst?: number; sitePerHour?: number }) {
  let time = Date.UTC(2026, 10, 22, 8, 30)
  const told: string[] = []
  const limits = createLimits(
    { perMinute: 60, burst: 3, sitePerHour: 1_000, ...settings },
    () => time,
    site => void told.push(site),
  )
  return { limits, told, pass: (milliseconds: number) => void (time += milliseconds) }
}

const passes = (limits: Limits, times: number, site = 'shop', prefix = '198.51.100') =>
  Array.from({ length: times }, () => limits.take(site, prefix, ONE)).filter(over => over === undefined)
    .length

test('a burst passes, then as much as flows in, and never more than the bucket holds', () => {
  const { limits, pass } = limitsAt({})
  expect(passes(limits, 10)).toBe(3)
  pass(2_000)
  expect(passes(limits, 10)).toBe(2)
  pass(3_600_000)
  expect(passes(limits, 10)).toBe(3)
})

test('it says how long to wait, and then it passes', () => {
  const { limits, pass } = limitsAt({})
  passes(limits, 3)
  const over = limits.take('shop', '198.51.100', { tokens: 2, entries: 2 })
  expect(over).toEqual({ of: 'address', seconds: 2 })
  pass(over!.seconds * 1000)
  expect(limits.take('shop', '198.51.100', { tokens: 2, entries: 2 })).toBeUndefined()
})

test('networks and sites have buckets of their own', () => {
  const { limits } = limitsAt({})
  passes(limits, 3)
  expect(passes(limits, 1)).toBe(0)
  expect(passes(limits, 1, 'shop', '198.51.101')).toBe(1)
  expect(passes(limits, 1, 'other')).toBe(1)
})

test('what is refused takes nothing, neither of the bucket nor of the hour', () => {
  const { limits } = limitsAt({ sitePerHour: 4 })
  expect(limits.take('shop', 'a', { tokens: 9, entries: 9 })).toMatchObject({ of: 'address' })
  expect(limits.take('shop', 'a', { tokens: 1, entries: 9 })).toMatchObject({ of: 'site' })
  expect(passes(limits, 9, 'shop', 'a')).toBe(3)
  expect(passes(limits, 9, 'shop', 'b')).toBe(1)
})

test('a site has its hour, from everywhere together', () => {
  const { limits, told, pass } = limitsAt({ sitePerHour: 5 })
  const from = (n: number) => passes(limits, 1, 'shop', `198.51.${n}`)
  expect(Array.from({ length: 8 }, (_, n) => from(n))).toEqual([1, 1, 1, 1, 1, 0, 0, 0])
  expect(limits.take('shop', 'x', ONE)).toEqual({ of: 'site', seconds: 1_800 })
  expect(passes(limits, 1, 'other')).toBe(1)
  expect(told).toEqual(['shop'])
  pass(1_800_000)
  expect(from(9)).toBe(1)
})

test('a clock that goes back neither fills a bucket nor locks anybody out', () => {
  const { limits, pass } = limitsAt({})
  passes(limits, 3)
  pass(-86_400_000)
  expect(passes(limits, 1)).toBe(0)
  pass(1_000)
  expect(passes(limits, 1)).toBe(1)
})

test('a flood from ever new networks is forgotten in order, and costs about a microsecond each', () => {
  const { limits } = limitsAt({ sitePerHour: 1e9 })
  passes(limits, 3)
  const before = process.memoryUsage().heapUsed
  const started = performance.now()
  for (let n = 0; n < 300_000; n++) limits.take('shop', `2001:db8:${n.toString(16)}`, ONE)
  const each = ((performance.now() - started) * 1000) / 300_000
  console.log(
    `rate limit: ${each.toFixed(2)} us each, ${((process.memoryUsage().heapUsed - before) / 1e6).toFixed(0)} MB for 100,000 networks`,
  )
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100e6)
  expect(each).toBeLessThan(10)
  // Silent longest of all, so forgotten: it begins anew.
  expect(passes(limits, 9)).toBe(3)
})
