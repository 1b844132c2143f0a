import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { DecisionEntry, ErasureEntry, SubjectEntry } from '../../shared/domain/entry.ts'
import type { EvidenceLevel, MessageBasis } from '../../shared/domain/marketing.ts'
import {
  answersIn,
  applyEntry,
  isGranted,
  isPlausible,
  pendingOn,
  programStanding,
  waitingOf,
  type Standing,
} from '../../shared/domain/standing.ts'

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

test('an erasure is a no to everything, also to what was never asked before', () => {
  const erasure: ErasureEntry = {
    v: 1,
    site: 'harbor',
    id: 'erasure',
    sent: '',
    type: 'erasure',
    subject: 'ab',
    reason: 'request',
    parts: 1,
    list: '',
    suppressions: 0,
    receivedAt: NOW,
  }
  const erased = applyEntry(after(yes(NOW - DAY)), erasure, 1)
  expect(answersIn(erased)).toMatchObject({ analytics: { state: 'withdrawn' } })
  const asks = (decidedAt: number): DecisionEntry => ({
    ...entryOf(yes(decidedAt, NOW + DAY)),
    choices: { marketing: true },
  })
  expect(answersIn(applyEntry(erased, asks(NOW - 1), 2))).not.toHaveProperty('marketing')
  expect(answersIn(applyEntry(erased, asks(NOW + 1), 2))).toMatchObject({ marketing: { state: 'given' } })
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

describe('an address', () => {
  interface Said {
    readonly type: 'opt-in' | 'opt-out'
    readonly program?: string
    readonly decidedAt: number
    readonly receivedAt?: number
    readonly double?: true
  }
  const said = ({ type, program, decidedAt, receivedAt = decidedAt, double }: Said): SubjectEntry => {
    const base = { v: 1, site: 'harbor', id: 'id', sent: '', subject: 's', channel: 'sms' } as const
    const times = { decidedAt, receivedAt }
    if (type === 'opt-out')
      return { ...base, ...times, type, method: 'form', ...(program !== undefined && { program }) }
    return {
      ...base,
      ...times,
      type,
      program: program!,
      purpose: 'letters',
      configuration: '',
      text: '',
      language: 'en',
      method: 'form',
      basis: 'consent',
      confirmation: double ? 'double' : 'single',
    }
  }
  const optIn = (program: string, decidedAt: number, receivedAt?: number): Said => ({
    type: 'opt-in',
    program,
    decidedAt,
    ...(receivedAt && { receivedAt }),
  })
  const request = (program: string, decidedAt: number): Said => ({
    ...optIn(program, decidedAt),
    double: true,
  })
  const optOut = (decidedAt: number, program?: string): Said => ({
    type: 'opt-out',
    decidedAt,
    ...(program !== undefined && { program }),
  })
  const stands = (program: string, ...acts: Said[]): string | undefined => {
    const standing = acts.reduce<Standing>((now, act, index) => applyEntry(now, said(act), index), {})
    return programStanding(standing, 'sms', program)?.state
  }

  test.each<[string, Said[], string | undefined]>([
    ['nothing said of it', [optIn('b', NOW)], undefined],
    ['a yes', [optIn('a', NOW)], 'given'],
    ['a yes again', [optIn('a', NOW), optIn('a', NOW + 1)], 'renewed'],
    ['a yes to be confirmed', [request('a', NOW)], 'requested'],
    ['a yes to be confirmed after one that was not', [optIn('a', NOW), request('a', NOW + 1)], 'given'],
    ['a no to what was only requested', [request('a', NOW), optOut(NOW + 1, 'a')], 'refused'],
    ['a no to a yes', [optIn('a', NOW), optOut(NOW + 1, 'a')], 'withdrawn'],
    ['a no to another program', [optIn('a', NOW), optOut(NOW + 1, 'b')], 'given'],
    ['a no to everything', [optIn('a', NOW), optOut(NOW + 1)], 'withdrawn'],
    ['a no to everything, of which this was no part', [optIn('b', NOW), optOut(NOW + 1)], 'withdrawn'],
    ['a no to everything, and never a yes', [optOut(NOW)], 'refused'],
    ['a late yes after a no to everything', [optOut(NOW), optIn('a', NOW - 1, NOW + 1)], 'refused'],
    ['a yes at the very moment of a no', [optOut(NOW), optIn('a', NOW, NOW + 1)], 'refused'],
    [
      'a late request after a no',
      [optOut(NOW, 'a'), { ...request('a', NOW - 1), receivedAt: NOW + 1 }],
      'refused',
    ],
    ['a yes that comes after a no to everything', [optOut(NOW), optIn('a', NOW + 1)], 'given'],
    ['a no to one after a no to all', [optIn('a', NOW), optOut(NOW + 1), optOut(NOW + 2, 'b')], 'withdrawn'],
    [
      'a late yes, the no to everything older than the no to it',
      [optOut(NOW), optOut(NOW + 5, 'a'), optIn('a', NOW + 3, NOW + 9)],
      'refused',
    ],
    [
      'a late yes, the no to everything newer than the no to it',
      [optOut(NOW, 'a'), optIn('a', NOW + 1), optOut(NOW + 5), optIn('a', NOW + 3, NOW + 9)],
      'withdrawn',
    ],
  ])('%s', (_what, acts, state) => {
    expect(stands('a', ...acts)).toBe(state)
  })

  test('a yes by a clock ten years ahead is none, and forgets no no', () => {
    const ahead = optIn('a', NOW + 3650 * DAY, NOW + 2)
    const standing = [optOut(NOW), ahead].reduce<Standing>((now, act, i) => applyEntry(now, said(act), i), {})
    expect(programStanding(standing, 'sms', 'a')).toMatchObject({ state: 'invalidated', lastNo: NOW })
    expect(stands('a', optOut(NOW), ahead, optIn('a', NOW - 1, NOW + 3))).toBe('invalidated')
  })

  test('a channel’s no is no other channel’s', () => {
    const standing = applyEntry({}, said(optOut(NOW)), 0)
    expect(programStanding(standing, 'email', 'a')).toBeUndefined()
  })
})

describe('a yes to be confirmed, beside one that stands', () => {
  const base = { v: 1, site: 'harbor', sent: '', subject: 's', channel: 'sms', program: 'a' } as const
  type Times = { readonly decidedAt: number; readonly receivedAt?: number }
  const at = ({ decidedAt, receivedAt = decidedAt }: Times) => ({ decidedAt, receivedAt })
  const agreed = { configuration: '', language: 'en' } as const
  const optIn = (
    id: string,
    when: Times,
    { double = false, text = 'words', purpose = 'letters' } = {},
  ): SubjectEntry => ({
    ...base,
    ...agreed,
    ...at(when),
    id,
    type: 'opt-in',
    purpose,
    text,
    method: 'form',
    basis: 'consent',
    confirmation: double ? 'double' : 'single',
  })
  const asks = (id: string, decidedAt: number, words: { text?: string; purpose?: string } = {}) =>
    optIn(id, { decidedAt }, { double: true, ...words })
  const recorded = (
    id: string,
    decidedAt: number,
    basis: MessageBasis = 'soft-opt-in',
    evidence: EvidenceLevel = 'full',
  ): SubjectEntry => ({
    ...base,
    ...agreed,
    ...at({ decidedAt }),
    id,
    type: 'consent-recorded',
    purpose: 'letters',
    basis,
    evidence,
    method: 'import',
    actor: 'command:import',
  })
  const confirms = (request: string, decidedAt: number): SubjectEntry => ({
    ...base,
    ...at({ decidedAt }),
    id: `confirms ${request}`,
    type: 'confirmation',
    confirms: request,
    method: 'link',
  })
  const stops = (decidedAt: number, program?: 'a'): SubjectEntry => {
    const { program: _, ...all } = base
    return {
      ...all,
      ...(program && { program }),
      ...at({ decidedAt }),
      id: 'no',
      type: 'opt-out',
      method: 'form',
    }
  }
  const erases = (receivedAt: number): SubjectEntry => ({
    v: 1,
    site: 'harbor',
    id: 'erasure',
    sent: '',
    type: 'erasure',
    subject: 's',
    reason: 'request',
    parts: 1,
    list: '',
    suppressions: 0,
    receivedAt,
  })
  const all = (...acts: SubjectEntry[]): Standing =>
    acts.reduce<Standing>((now, act, index) => applyEntry(now, act, index), {})
  const standsIn = (standing: Standing) => programStanding(standing, 'sms', 'a')
  const stands = (...acts: SubjectEntry[]) => standsIn(all(...acts))
  const waiting = (...acts: SubjectEntry[]) => pendingOn(all(...acts), 'sms').map(({ request }) => request)

  test.each<[MessageBasis, EvidenceLevel]>([
    ['soft-opt-in', 'full'],
    ['implied-purchase', 'full'],
    ['consent', 'full'],
    ['consent', 'partial'],
    ['consent', 'asserted'],
  ])('on %s with %s evidence it waits, and replaces that once it is confirmed', (basis, evidence) => {
    const yes = recorded('yes', NOW, basis, evidence)
    const { pending, ...before } = stands(yes, asks('asked', NOW + 1))!
    expect(before).toEqual(stands(yes))
    expect(pending).toMatchObject({ since: NOW + 1, index: 1, act: { id: 'asked' } })
    expect(waiting(yes, asks('asked', NOW + 1))).toEqual(['asked'])
    const after = stands(yes, asks('asked', NOW + 1), confirms('asked', NOW + 2))!
    expect(after).toMatchObject({ state: 'given', since: NOW + 2, act: { to: { confirmed: true } } })
    expect(after.act!.to!.recorded).toBeUndefined()
    expect(after.pending).toBeUndefined()
  })

  test('is told to whoever may see it by its time and entry, and nothing else', () => {
    const standing = all(recorded('yes', NOW), asks('asked', NOW + 1))
    expect(answersIn(standing)).toEqual({
      'sms:a': { state: 'given', since: NOW, index: 0, pending: { since: NOW + 1, index: 1 } },
    })
  })

  test('to the same words of one that was given here or confirmed there is nothing to confirm', () => {
    const own = optIn('yes', { decidedAt: NOW })
    expect(waiting(own, asks('again', NOW + 1))).toEqual([])
    const double = [asks('first', NOW), confirms('first', NOW + 1)]
    expect(waiting(...double, asks('again', NOW + 2))).toEqual([])
    expect(stands(...double, asks('again', NOW + 2))).toEqual(stands(...double))
  })

  test.each([
    ['other words', { text: 'other words' }],
    ['another purpose', { purpose: 'parcels' }],
  ])('to %s it waits, and renews once it is confirmed', (_, words) => {
    const own = [optIn('yes', { decidedAt: NOW }), asks('again', NOW + 1, words)]
    expect(stands(...own)).toMatchObject({ state: 'given', act: { id: 'yes' } })
    expect(stands(...own, confirms('again', NOW + 2))).toMatchObject({ state: 'renewed', act: { to: words } })
  })

  test('of several the newest is confirmed, and no earlier one', () => {
    const acts = [recorded('yes', NOW), asks('first', NOW + 1), asks('second', NOW + 2)]
    expect(stands(...acts, confirms('first', NOW + 3))).toEqual(stands(...acts))
    expect(isGranted(stands(...acts, confirms('second', NOW + 3)))).toBe(true)
  })

  test.each<[string, SubjectEntry]>([
    ['the program', stops(NOW + 5, 'a')],
    ['the channel', stops(NOW + 5)],
    ['everything', erases(NOW + 5)],
    ['what is older than it, told late', { ...stops(NOW - DAY), receivedAt: NOW + 5 }],
  ])('a no to %s takes it back, and no confirmation revives it', (_, no) => {
    const acts = [recorded('yes', NOW), asks('asked', NOW + 1), no]
    expect(waiting(...acts)).toEqual([])
    expect(stands(...acts)).toMatchObject({ state: 'withdrawn' })
    expect(stands(...acts, confirms('asked', NOW + 9))).toEqual(stands(...acts))
  })

  test('decided before a no it is none, nor at a time that cannot be true', () => {
    const again = [stops(NOW, 'a'), optIn('yes', { decidedAt: NOW + 1 })]
    const late = optIn('late', { decidedAt: NOW - 1, receivedAt: NOW + 2 }, { double: true, text: 'other' })
    const ahead = optIn(
      'ahead',
      { decidedAt: NOW + DAY, receivedAt: NOW + 2 },
      { double: true, text: 'other' },
    )
    for (const asked of [late, ahead]) expect(stands(...again, asked)).toEqual(stands(...again))
  })

  test('what is recorded of somebody leaves them what they were asked', () => {
    const acts = [asks('asked', NOW), recorded('list', NOW - DAY)]
    expect(stands(...acts)).toMatchObject({ state: 'given', act: { id: 'list' } })
    expect(waiting(...acts)).toEqual(['asked'])
    expect(stands(...acts, confirms('asked', NOW + 1))!.act!.to).toMatchObject({ confirmed: true })
  })

  test('a yes that needs no confirming replaces both', () => {
    const acts = [recorded('yes', NOW), asks('asked', NOW + 1), optIn('own', { decidedAt: NOW + 2 })]
    expect(stands(...acts)).toMatchObject({ state: 'renewed', act: { id: 'own' } })
    expect(waiting(...acts)).toEqual([])
  })

  test('whatever comes in whatever order: asking moves no yes, and only its own confirmation makes it one', () => {
    let seed = 5
    const random = (n: number): number => (seed = (seed * 48_271) % 2_147_483_647) % n
    const seen = { pending: 0, confirmed: 0, taken: 0 }
    const faults: string[] = []
    const must = (holds: boolean, what: string, where: string): void => {
      if (!holds) faults.push(`${where}: ${what}`)
    }
    for (let world = 0; world < 400; world++) {
      let standing: Standing = {}
      let last = ''
      for (let index = 0; index < 25; index++) {
        const now = NOW + index * MINUTE
        const decidedAt = now - random(4) * 2 * MINUTE + (random(12) === 0 ? DAY : 0)
        const when = { decidedAt, receivedAt: now }
        const id = `${world}.${index}`
        const words = { text: `words ${random(3)}` }
        const act = [
          () => optIn(id, when, words),
          () => optIn((last = id), when, { ...words, double: true }),
          () => optIn((last = id), when, { ...words, double: true }),
          () => recorded(id, Math.min(decidedAt, now), 'consent', random(2) === 0 ? 'full' : 'partial'),
          () => confirms(random(3) === 0 ? `${world}.${random(index + 1)}` : last, now),
          () => confirms(last, now),
          () => ({ ...stops(now), ...when, receivedAt: now }) as SubjectEntry,
          () => stops(decidedAt, 'a'),
          () => erases(now),
        ][random(index % 5 === 4 ? 9 : 6)]!()
        const before = standsIn(standing)
        standing = applyEntry(standing, act, index)
        const { pending, ...after } = standsIn(standing) ?? { state: 'refused' }
        if (act.type === 'opt-in' && act.confirmation === 'double' && isGranted(before)) {
          const { pending: _, ...yes } = before!
          must(isDeepStrictEqual(after, yes), 'asking moved a yes', id)
        }
        if (pending) {
          seen.pending++
          must(isGranted(standsIn(standing)), 'what waits is beside no yes', id)
          must(pending.since > (standsIn(standing)!.lastNo ?? 0), 'what waits is older than a no', id)
        }
        if (act.type === 'opt-out' || act.type === 'erasure') {
          seen.taken += before?.pending ? 1 : 0
          must(!pending && !isGranted(standsIn(standing)), 'a no left a yes', id)
        }
        if (act.type === 'confirmation' && before && standsIn(standing) !== before) {
          seen.confirmed += before.pending ? 1 : 0
          must(waitingOf(before)?.act.id === act.confirms, 'another one was confirmed', id)
        }
      }
    }
    expect(faults).toEqual([])
    // The dice have thrown what this is about.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(50)
  })
})
