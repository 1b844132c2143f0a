import { describe, expect, test } from 'vitest'
import { MESSAGE_BASES } from '../../shared/domain/marketing.ts'
import type { Dated } from '../../shared/rules/dated.ts'
import { BASES } from '../../shared/rules/implied-consent.ts'
import { OPT_OUT_SIGNALS } from '../../shared/rules/opt-out-signals.ts'
import { KEYWORDS } from '../../shared/rules/keywords.ts'
import { QUIET_HOURS, WEEKDAYS } from '../../shared/rules/quiet-hours.ts'
import { REVOCATION_RULES } from '../../shared/rules/revocation.ts'

const TABLES: Readonly<Record<string, readonly [key: string, row: Dated][]>> = {
  'quiet hours': QUIET_HOURS.map(row => [row.id, row]),
  bases: BASES.map(row => [`${row.basis} ${row.countries?.join() ?? ''}`, row]),
  keywords: KEYWORDS.map(row => [`${row.means} ${row.language} ${row.word} ${row.source}`, row]),
  'opt-out signals': OPT_OUT_SIGNALS.map(row => [row.region, row]),
  revocation: REVOCATION_RULES.map(row => [row.country, row]),
}

const isDay = (text: string): boolean => new Date(Date.parse(text)).toISOString() === `${text}T00:00:00.000Z`
const first = ({ from = '' }: Dated): string => from
const last = ({ until = '9' }: Dated): string => until

describe.each(Object.entries(TABLES))('every row of %s', (_table, rows) => {
  test('names its source and real days', () => {
    const faults = rows.filter(
      ([, row]) =>
        row.source.length < 10 ||
        first(row) > last(row) ||
        ![row.from, row.until].every(day => day === undefined || isDay(day)),
    )
    expect(rows.length).toBeGreaterThan(0)
    expect(faults).toEqual([])
  })

  test('holds alone: two versions of one thing share no day', () => {
    const sharing = rows.flatMap(([key, row], n) =>
      rows.slice(n + 1).filter(([other, next]) => {
        const isApart = last(row) < first(next) || last(next) < first(row)
        return key === other && !isApart
      }),
    )
    expect(sharing).toEqual([])
  })
})

test('hours are times of a day, and a day has one span of them', () => {
  const time = /^([01]\d|2[0-3]):[0-5]\d$/
  const faults = QUIET_HOURS.filter(({ open }) => {
    const days = open.flatMap(each => each.days)
    const isOnce = new Set(days).size === days.length && days.every(day => WEEKDAYS.includes(day))
    return !isOnce || !open.every(o => time.test(o.opens) && time.test(o.closes) && o.opens < o.closes)
  })
  expect(faults).toEqual([])
})

test('every basis has a row', () => {
  expect(new Set(BASES.map(({ basis }) => basis))).toEqual(new Set(MESSAGE_BASES))
})
