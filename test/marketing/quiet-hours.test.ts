import { describe, expect, test } from 'vitest'
import { AREA_CODES } from '../../server/marketing/quiet-hours/area-codes.ts'
import type { Whereabouts } from '../../server/marketing/quiet-hours/places.ts'
import { sendingTime, type SendingTime } from '../../server/marketing/quiet-hours/sending-time.ts'
import { zoneStarts } from '../../server/marketing/quiet-hours/zone-starts.ts'

const NEW_YORK = '+12125550123'
const PHOENIX = '+16025550123'
const HONOLULU = '+18085550123'
const NORTH_DAKOTA = '+17015550123'
const TEXAS = '+12145550123'
const MIAMI = '+13055550123'
const PANHANDLE = '+18505550123'
const RHODE_ISLAND = '+14015550123'
const LOS_ANGELES = '+13105550123'
const TORONTO = '+14165550123'
const LONDON = '+447911123456'
const TOLL_FREE = '+18005550123'
const NO_AREA_CODE = '+19995550123'

/** Moments are written with their offset, so that what is tested does not also read the clock. */
const moment = (text: string): number => Date.parse(text)
const when = (address: string, at: string, known: Whereabouts = {}): SendingTime =>
  sendingTime({ address, at: moment(at), ...known })

const OPEN = { kind: 'open' }
const quietUntil = (until: string, rules: unknown) => ({ kind: 'quiet', notBefore: moment(until), rules })

describe('a day has quiet hours where the person is', () => {
  test.each([
    ['in New York on an ordinary day', NEW_YORK, '2026-06-10', '-04:00'],
    ['in New York on the day summer time begins', NEW_YORK, '2026-03-08', '-04:00'],
    ['in New York on the day summer time ends', NEW_YORK, '2026-11-01', '-05:00'],
    ['in Phoenix, which has no summer time, in summer', PHOENIX, '2026-06-10', '-07:00'],
    ['in Phoenix on the day New York changes its clocks', PHOENIX, '2026-03-08', '-07:00'],
    ['in Honolulu, which has none either', HONOLULU, '2026-11-01', '-10:00'],
  ])('%s: from 8:00 until 21:00', (_where, address, day, offset) => {
    expect(when(address, `${day}T07:59:59.999${offset}`)).toMatchObject(
      quietUntil(`${day}T08:00${offset}`, ['us-tcpa']),
    )
    expect(when(address, `${day}T08:00${offset}`)).toMatchObject(OPEN)
    expect(when(address, `${day}T08:59${offset}`)).toMatchObject(OPEN)
    expect(when(address, `${day}T09:00${offset}`)).toMatchObject(OPEN)
    expect(when(address, `${day}T20:59:59.999${offset}`)).toMatchObject(OPEN)
    expect(when(address, `${day}T21:00${offset}`)).toMatchObject({ kind: 'quiet', rules: ['us-tcpa'] })
  })

  test('the next morning is meant by the clock that hangs there then', () => {
    expect(when(NEW_YORK, '2026-03-07T21:00-05:00')).toMatchObject(
      quietUntil('2026-03-08T08:00-04:00', ['us-tcpa']),
    )
    expect(when(NEW_YORK, '2026-03-08T21:00-04:00')).toMatchObject(
      quietUntil('2026-03-09T08:00-04:00', ['us-tcpa']),
    )
    expect(when(NEW_YORK, '2026-10-31T21:00-04:00')).toMatchObject(
      quietUntil('2026-11-01T08:00-05:00', ['us-tcpa']),
    )
    expect(when(NEW_YORK, '2026-11-01T01:30-04:00')).toMatchObject(
      quietUntil('2026-11-01T08:00-05:00', ['us-tcpa']),
    )
    expect(when(NEW_YORK, '2026-11-01T01:30-05:00')).toMatchObject(
      quietUntil('2026-11-01T08:00-05:00', ['us-tcpa']),
    )
    expect(when(PHOENIX, '2026-03-07T21:00-07:00')).toMatchObject(
      quietUntil('2026-03-08T08:00-07:00', ['us-tcpa']),
    )
  })

  test('a number of two zones waits until both are awake: North Dakota, from 9:00 until 21:00 Central', () => {
    expect(when(NORTH_DAKOTA, '2026-06-10T08:59-05:00')).toMatchObject(
      quietUntil('2026-06-10T09:00-05:00', ['us-tcpa']),
    )
    expect(when(NORTH_DAKOTA, '2026-06-10T09:00-05:00')).toMatchObject(OPEN)
    expect(when(NORTH_DAKOTA, '2026-06-10T20:59-05:00')).toMatchObject(OPEN)
    expect(when(NORTH_DAKOTA, '2026-06-10T21:00-05:00')).toMatchObject(
      quietUntil('2026-06-11T09:00-05:00', ['us-tcpa']),
    )
    expect(when(NORTH_DAKOTA, '2026-06-10T12:00-05:00')).toMatchObject({
      zones: expect.arrayContaining(['America/Chicago', 'America/Denver']),
    })
  })
})

describe('a state may be narrower', () => {
  test('Florida is quiet from 20:00', () => {
    expect(when(MIAMI, '2026-06-10T08:00-04:00')).toMatchObject(OPEN)
    expect(when(MIAMI, '2026-06-10T19:59-04:00')).toMatchObject(OPEN)
    expect(when(MIAMI, '2026-06-10T20:00-04:00')).toMatchObject(
      quietUntil('2026-06-11T08:00-04:00', ['us-fl']),
    )
    expect(when(MIAMI, '2026-06-10T21:00-04:00')).toMatchObject(
      quietUntil('2026-06-11T08:00-04:00', ['us-tcpa', 'us-fl']),
    )
  })

  test('the west of Florida is an hour behind, and its number does not say who lives there', () => {
    expect(when(PANHANDLE, '2026-06-10T08:59-04:00')).toMatchObject(
      quietUntil('2026-06-10T09:00-04:00', ['us-tcpa', 'us-fl']),
    )
    expect(when(PANHANDLE, '2026-06-10T19:59-04:00')).toMatchObject(OPEN)
    expect(when(PANHANDLE, '2026-06-10T20:00-04:00')).toMatchObject(
      quietUntil('2026-06-11T09:00-04:00', ['us-fl']),
    )
  })

  test('Texas opens at 9:00, on a Sunday at noon', () => {
    expect(when(TEXAS, '2026-06-13T08:59-05:00')).toMatchObject(
      quietUntil('2026-06-13T09:00-05:00', ['us-tx']),
    )
    expect(when(TEXAS, '2026-06-13T09:00-05:00')).toMatchObject(OPEN)
    expect(when(TEXAS, '2026-06-13T20:59-05:00')).toMatchObject(OPEN)
    expect(when(TEXAS, '2026-06-13T21:00-05:00')).toMatchObject(
      quietUntil('2026-06-14T12:00-05:00', ['us-tcpa', 'us-tx']),
    )
    expect(when(TEXAS, '2026-06-14T11:59-05:00')).toMatchObject(
      quietUntil('2026-06-14T12:00-05:00', ['us-tx']),
    )
    expect(when(TEXAS, '2026-06-14T12:00-05:00')).toMatchObject(OPEN)
    expect(when(TEXAS, '2026-06-14T20:59-05:00')).toMatchObject(OPEN)
    expect(when(TEXAS, '2026-06-14T21:00-05:00')).toMatchObject(
      quietUntil('2026-06-15T09:00-05:00', ['us-tcpa', 'us-tx']),
    )
  })

  test('a closed day is passed over: Rhode Island from Saturday afternoon to Monday', () => {
    expect(when(RHODE_ISLAND, '2026-06-13T16:59-04:00')).toMatchObject(OPEN)
    expect(when(RHODE_ISLAND, '2026-06-13T17:00-04:00')).toMatchObject(
      quietUntil('2026-06-15T09:00-04:00', ['us-ri']),
    )
  })
})

describe('a rule holds from its first day', () => {
  test.each([
    ['Texas', TEXAS, '2025-08-31T11:00-05:00', '2025-09-01T08:30-05:00', 'us-tx'],
    ['Florida', MIAMI, '2021-06-30T20:30-04:00', '2021-07-01T20:30-04:00', 'us-fl'],
    ['Connecticut', '+12035550123', '2023-09-30T08:30-04:00', '2023-10-01T08:30-04:00', 'us-ct'],
  ])('%s', (_where, address, before, since, rule) => {
    expect(when(address, before)).toMatchObject(OPEN)
    expect(when(address, since)).toMatchObject({ kind: 'quiet', rules: [rule] })
  })

  test('and the wait across that day is by the rule of the morning after', () => {
    expect(when(TEXAS, '2025-08-31T22:00-05:00')).toMatchObject(
      quietUntil('2025-09-01T09:00-05:00', ['us-tcpa']),
    )
  })
})

describe('what the owner knows beats the number', () => {
  test('a zone: a California number that is in Chicago', () => {
    expect(when(LOS_ANGELES, '2026-06-10T20:30-07:00')).toMatchObject(OPEN)
    expect(when(LOS_ANGELES, '2026-06-10T20:30-07:00', { zone: 'America/Chicago' })).toMatchObject({
      kind: 'quiet',
      zones: ['America/Chicago'],
    })
  })

  test('a zone that the number has among others decides alone', () => {
    expect(when(NORTH_DAKOTA, '2026-06-10T08:00-05:00', { zone: 'America/Chicago' })).toMatchObject(OPEN)
    expect(when(NORTH_DAKOTA, '2026-06-10T21:00-05:00', { zone: 'America/Denver' })).toMatchObject(OPEN)
    expect(when(NORTH_DAKOTA, '2026-06-10T21:00-05:00', { zone: 'us/mountain' })).toMatchObject(OPEN)
  })

  test('a zone alone does not say which state somebody moved to: all of it are respected, and the one of the number', () => {
    const known = { zone: 'America/New_York' }
    const found = when(LOS_ANGELES, '2026-06-10T20:30-04:00', known)
    expect(found).toMatchObject({ kind: 'quiet', rules: expect.arrayContaining(['us-fl', 'us-md', 'us-ri']) })
    expect(when(TEXAS, '2026-06-14T11:30-04:00', known)).toMatchObject({
      rules: expect.arrayContaining(['us-tx']),
    })
    expect(when(LOS_ANGELES, '2026-06-10T20:30-04:00', { ...known, region: 'US-NY' })).toMatchObject(OPEN)
  })

  test('a region: its rules and its zones', () => {
    expect(when(NEW_YORK, '2026-06-14T11:00-05:00', { region: 'US-TX' })).toMatchObject(
      quietUntil('2026-06-14T13:00-05:00', ['us-tx']),
    )
    expect(
      when(NEW_YORK, '2026-06-14T11:00-05:00', {
        region: 'US-TX',
        zone: 'America/Chicago',
      }),
    ).toMatchObject(quietUntil('2026-06-14T12:00-05:00', ['us-tx']))
    expect(when(MIAMI, '2026-06-10T20:30-04:00', { region: 'US-NY' })).toMatchObject(OPEN)
  })

  test('a country, as the number’s own reading gives it, takes nothing away from what the area code says', () => {
    expect(when(MIAMI, '2026-06-10T20:30-04:00', { region: 'US' })).toMatchObject({ rules: ['us-fl'] })
    expect(when(TOLL_FREE, '2026-06-10T12:00-04:00', { region: 'US' })).toEqual({ kind: 'unknown-zone' })
    for (const address of [LOS_ANGELES, TOLL_FREE])
      expect(
        when(address, '2026-06-10T20:30-04:00', { region: 'US', zone: 'America/New_York' }),
      ).toMatchObject({
        rules: expect.arrayContaining(['us-fl']),
      })
  })

  test('a foreign number of somebody in Florida, and a number of Florida of somebody in France', () => {
    expect(when(LONDON, '2026-06-10T20:30-04:00', { region: 'US-FL' })).toMatchObject(
      quietUntil('2026-06-11T09:00-04:00', ['us-fl']),
    )
    expect(when(LONDON, '2026-06-10T23:30-04:00', { region: 'US' })).toEqual({ kind: 'unknown-zone' })
    expect(when(MIAMI, '2026-06-10T20:30-04:00', { region: 'FR' })).toMatchObject(OPEN)
    expect(
      when(LONDON, '2026-06-10T22:30-04:00', {
        zone: 'America/New_York',
      }),
    ).toMatchObject(quietUntil('2026-06-11T09:00-04:00', expect.arrayContaining(['us-fl'])))
  })
})

describe('what nobody can tell is never open', () => {
  const noon = '2026-06-10T12:00-05:00'
  test.each<[string, string, Whereabouts?]>([
    ['an area code that was given to nobody', NO_AREA_CODE],
    ['a number without an area', TOLL_FREE],
    ['nothing but the country code', '+1'],
    ['a zone that does not exist', NEW_YORK, { zone: 'America/Gotham' }],
    ['no zone but a word', NEW_YORK, { zone: '' }],
    ['a region that is no code', MIAMI, { region: 'Florida' }],
    ['a state that does not exist', MIAMI, { region: 'US-FLA' }],
    ['a state in small letters', MIAMI, { region: 'us-fl' }],
    ['such a state, though the zone is known', MIAMI, { region: 'US-XX', zone: 'America/New_York' }],
    ['a number without an area, in a zone of no area', TOLL_FREE, { zone: 'Europe/Paris' }],
  ])('%s', (_what, address, known) => {
    expect(when(address, noon, known)).toEqual({ kind: 'unknown-zone' })
  })

  test('a zone is enough for a number that has none', () => {
    expect(when(TOLL_FREE, noon, { zone: 'America/Los_Angeles' })).toMatchObject(OPEN)
    expect(when(TOLL_FREE, '2026-06-10T22:00-07:00', { zone: 'America/Los_Angeles' }).kind).toBe('quiet')
  })
})

describe('a country without rules is open at any hour', () => {
  test.each([
    ['Great Britain', LONDON, ['Europe/London']],
    ['Canada, whose numbers begin like those of the United States', TORONTO, ['America/Toronto']],
    ['Jamaica', '+18765550123', ['America/Jamaica']],
    ['a country nobody has heard of', '+9991234567', []],
  ])('%s', (_where, address, zones) => {
    for (const hour of ['03:00', '12:00', '23:59'])
      expect(when(address, `2026-06-10T${hour}Z`)).toEqual({
        kind: 'open',
        zones: expect.arrayContaining(zones),
      })
  })

  test('the territories of the United States are not such', () => {
    expect(when('+17875550123', '2026-06-10T07:00-04:00')).toMatchObject(
      quietUntil('2026-06-10T08:00-04:00', ['us-tcpa']),
    )
    expect(
      when('+17875550123', '2026-06-10T07:00-04:00', {
        region: 'PR',
      }),
    ).toMatchObject(quietUntil('2026-06-10T08:00-04:00', ['us-tcpa']))
    expect(when('+16715550123', '2026-06-10T07:00+10:00')).toMatchObject(
      quietUntil('2026-06-10T08:00+10:00', ['us-tcpa']),
    )
  })
})

describe('the table of area codes', () => {
  const codes = [...new Set(AREA_CODES.match(/\b\d{3}\b/g))]

  test('every code has an answer at every hour of a week, and its wait ends when it says', () => {
    expect(codes.length).toBeGreaterThan(400)
    for (const code of codes)
      for (let hour = 0; hour < 7 * 24; hour++) {
        const at = moment('2026-10-29T00:30Z') + hour * 3_600_000
        const found = sendingTime({ address: `+1${code}5550123`, at })
        if (found.kind === 'open') continue
        if (found.kind !== 'quiet') throw new Error(`${code} is unknown`)
        const { notBefore } = found
        const address = `+1${code}5550123`
        expect(notBefore).toBeGreaterThan(at)
        expect(sendingTime({ address, at: notBefore - 1 }).kind).toBe('quiet')
        expect(sendingTime({ address, at: notBefore }).kind).toBe('open')
      }
  })

  test('nothing opens earlier than it says: looked for minute by minute around a change of clocks', () => {
    for (const code of ['212', '214', '401', '602', '605', '701', '850', '907', '208'])
      for (let hour = 0; hour < 60; hour += 5) {
        const at = moment('2026-10-31T12:17:30Z') + hour * 3_600_000
        const address = `+1${code}5550123`
        const found = sendingTime({ address, at })
        if (found.kind !== 'quiet') continue
        let minute = Math.floor(at / 60_000) + 1
        while (sendingTime({ address, at: minute * 60_000 }).kind !== 'open') minute++
        expect(found.notBefore, `${code} at ${new Date(at).toISOString()}`).toBe(minute * 60_000)
      }
  })

  test('a code laid over an older one has its zones', () => {
    const zones = (code: string) => {
      const found = when(`+1${code}5550123`, '2026-06-10T15:00-04:00')
      return found.kind === 'open' && found.zones
    }
    for (const [overlay, older] of [
      ['448', '850'],
      ['689', '407'],
      ['364', '270'],
      ['930', '812'],
      ['458', '541'],
      ['986', '208'],
    ] as const)
      expect(zones(overlay)).toEqual(zones(older))
  })
})

test('a dry run says for every zone when a campaign may start, and how many have to be asked', () => {
  const at = moment('2026-06-10T09:30-04:00')
  const starts = zoneStarts(at)
  for (const address of [NEW_YORK, MIAMI, TEXAS, LOS_ANGELES, LOS_ANGELES, LONDON, TOLL_FREE])
    starts.add(sendingTime({ address, at }))
  expect(starts.read()).toEqual([
    { zones: ['America/New_York'], earliest: at, numbers: 2 },
    { zones: expect.arrayContaining(['Europe/London']), earliest: at, numbers: 1 },
    { zones: ['America/Chicago'], earliest: moment('2026-06-10T09:00-05:00'), numbers: 1 },
    { zones: ['America/Los_Angeles'], earliest: moment('2026-06-10T08:00-07:00'), numbers: 2 },
    { zones: [], numbers: 1 },
  ])
})

test.each(['UTC', 'Etc/UTC', 'GMT'])('%s is where nobody lives: the number says where somebody is', zone => {
  const at = Date.parse('2026-11-24T08:30:00Z')
  const asked = { address: '+12125550123', at }
  expect(sendingTime(asked)).toMatchObject({ kind: 'quiet', zones: ['America/New_York'] })
  expect(sendingTime({ ...asked, zone })).toEqual(sendingTime(asked))
})
