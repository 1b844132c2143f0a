import { describe, expect, test } from 'vitest'
import type { DecisionEntry } from '../../shared/domain/entry.ts'
import { applyEntry, isGranted, isPlausible, type Standing } from '../../shared/domain/standing.ts'

const NOW = 1_795_334_400_000
const MINUTE = 60_000
const DAY = 86_400_000

interface Act {
  readonly granted: boolean
  readonly decidedAt: number
  readonly receivedAt?: number
}

const entryOf = ({ granted, decidedAt, receivedAt = decidedAt }: Act): DecisionEntry => ({
  v: 1,
  site: 'harbor',
  id: 'id',
  sent: '',
  type: 'decision',
  configuration: '',
  language: 'en',
  method: 'banner',
  choices: { analytics: granted },
  decidedAt,
  receivedAt,
})

const after = (...acts: Act[]): Standing =>
  acts.reduce<Standing>((standing, act, index) => applyEntry(standing, entryOf(act), index), {})

const yes = (decidedAt: number, receivedAt?: number): Act => ({
  granted: true,
  decidedAt,
  ...(receivedAt && { receivedAt }),
})
const no = (decidedAt: number, receivedAt?: number): Act => ({
  granted: false,
  decidedAt,
  ...(receivedAt && { receivedAt }),
})

describe('states', () => {
  test.each<[string, Act[], string]>([
    ['a first yes is given', [yes(NOW)], 'given'],
    ['a second yes renews', [yes(NOW), yes(NOW + 1)], 'renewed'],
    ['a first no refuses', [no(NOW)], 'refused'],
    ['a no after a yes withdraws', [yes(NOW), no(NOW + 1)], 'withdrawn'],
    ['a further no leaves it withdrawn', [yes(NOW), no(NOW + 1), no(NOW + 2)], 'withdrawn'],
    ['a yes after a no gives again', [no(NOW), yes(NOW + 1)], 'given'],
    ['a yes after a withdrawal gives again', [yes(NOW), no(NOW + 1), yes(NOW + 2)], 'given'],
  ])('%s', (_, acts, state) => expect(after(...acts)['analytics']!.state).toBe(state))

  test('what a decision does not answer stays as it was', () => {
    const before: Standing = { marketing: { state: 'given', since: 1, index: 0 } }
    expect(applyEntry(before, entryOf(no(NOW)), 1)['marketing']).toBe(before['marketing'])
  })

  test('the deciding entry and time are named', () => {
    expect(after(yes(NOW), no(NOW + 5))['analytics']).toEqual({
      state: 'withdrawn',
      since: NOW + 5,
      lastNo: NOW + 5,
      index: 1,
    })
  })
})

describe('a late yes revives nothing', () => {
  test('decided before a no that was recorded first', () => {
    expect(after(no(NOW), yes(NOW - DAY, NOW + MINUTE))['analytics']).toMatchObject({
      state: 'refused',
      index: 0,
    })
    expect(after(yes(NOW - 2 * DAY), no(NOW), yes(NOW - DAY, NOW + MINUTE))['analytics']).toMatchObject({
      state: 'withdrawn',
      index: 1,
    })
  })

  test('decided at the very moment of the no', () => {
    expect(isGranted(after(no(NOW), yes(NOW, NOW + 1))['analytics'])).toBe(false)
  })

  test('not even after another, later yes and no', () => {
    const standing = after(no(NOW), yes(NOW + 10), no(NOW + 20), yes(NOW + 15, NOW + 30))
    expect(isGranted(standing['analytics'])).toBe(false)
  })

  test('an older no that comes late still takes back', () => {
    const standing = after(yes(NOW), no(NOW - DAY, NOW + MINUTE))
    expect(standing['analytics']!.state).toBe('withdrawn')
  })

  test('a yes after an older no keeps the no in mind', () => {
    expect(after(no(NOW), yes(NOW + 1))['analytics']).toMatchObject({ state: 'given', lastNo: NOW })
  })
})

describe('a time that cannot be true fails closed', () => {
  test('plausible is up to ten minutes ahead and 400 days behind', () => {
    expect(isPlausible(NOW + 10 * MINUTE, NOW)).toBe(true)
    expect(isPlausible(NOW + 10 * MINUTE + 1, NOW)).toBe(false)
    expect(isPlausible(NOW - 400 * DAY, NOW)).toBe(true)
    expect(isPlausible(NOW - 400 * DAY - 1, NOW)).toBe(false)
  })

  test('a yes from the future or the far past grants nothing', () => {
    for (const decidedAt of [NOW + DAY, NOW - 500 * DAY, 0])
      expect(after(yes(decidedAt, NOW))['analytics']).toMatchObject({ state: 'invalidated', since: NOW })
  })

  test('and takes nothing away that was granted before', () => {
    expect(after(yes(NOW), yes(NOW + DAY, NOW + 1))['analytics']).toMatchObject({ state: 'given', index: 0 })
  })

  test('a no counts whatever its clock says, from when it was received', () => {
    for (const decidedAt of [NOW + DAY, 0])
      expect(after(yes(NOW - 10), no(decidedAt, NOW))['analytics']).toMatchObject({
        state: 'withdrawn',
        lastNo: NOW,
      })
  })

  test('a clock a little ahead counts from when it was received, so that the next no is later', () => {
    const standing = after(yes(NOW + 5 * MINUTE, NOW), no(NOW + 1))
    expect(standing['analytics']!.state).toBe('withdrawn')
    expect(after(yes(NOW + 5 * MINUTE, NOW))['analytics']!.since).toBe(NOW)
  })
})
