import type { Dated } from './dated.ts'

export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** Local time of the person written to, `HH:MM`; at the minute it closes no message leaves any more. */
export interface OpenHours {
  readonly days: readonly Weekday[]
  readonly opens: string
  readonly closes: string
}

export interface QuietHoursRule extends Dated {
  /** Named in answers; never changes its meaning. */
  readonly id: string
  /** ISO 3166-1 country, or ISO 3166-2 part of one. The rules of a country hold in its parts as well. */
  readonly region: string
  /** A day not named is closed. */
  readonly open: readonly OpenHours[]
}

const ALL = WEEKDAYS
const MON_FRI = ['mon', 'tue', 'wed', 'thu', 'fri'] as const
const MON_SAT = [...MON_FRI, 'sat'] as const
const daily = (opens: string, closes: string): readonly OpenHours[] => [{ days: ALL, opens, closes }]

/**
 * When marketing text messages may reach a person. A region without a row has no quiet hours here. More than one rule may
 * hold: then a moment has to suit all of them. Some of these laws speak of calls; they are held to mean messages too,
 * which is the reading that keeps the sender safe. States whose laws are known to speak of calls alone are left out.
 */
export const QUIET_HOURS: readonly QuietHoursRule[] = [
  {
    id: 'us-tcpa',
    region: 'US',
    open: daily('08:00', '21:00'),
    source: '47 CFR 64.1200(c)(1)',
    checked: true,
    note: 'Its definition of solicitation leaves out messages with prior express permission; courts differ on what follows, so it is applied to all.',
  },
  {
    id: 'us-fl',
    region: 'US-FL',
    open: daily('08:00', '20:00'),
    from: '2021-07-01',
    source: 'Florida Statutes 501.616(6)(a), as amended by ch. 2021-185',
    checked: true,
  },
  {
    id: 'us-ok',
    region: 'US-OK',
    open: daily('08:00', '20:00'),
    from: '2022-11-01',
    source: 'Oklahoma Telephone Solicitation Act of 2022, 15 O.S. 775C.4 (HB 3168)',
    checked: false,
  },
  {
    id: 'us-md',
    region: 'US-MD',
    open: daily('08:00', '20:00'),
    from: '2024-01-01',
    source: 'Maryland Stop the Spam Calls Act of 2023, Commercial Law 14-4502',
    checked: false,
  },
  {
    id: 'us-ms',
    region: 'US-MS',
    open: [{ days: MON_SAT, opens: '08:00', closes: '20:00' }],
    source: 'Mississippi Telephone Solicitation Act, Miss. Code Ann. 77-3-723',
    checked: false,
    note: 'No solicitation on a Sunday. Summaries give 20:00; section 77-3-603 closes calls to homes at 21:00. The narrower one is held.',
  },
  {
    id: 'us-nj',
    region: 'US-NJ',
    open: daily('08:00', '21:00'),
    source: 'New Jersey Statutes 56:8-128(d)',
    checked: true,
    note: 'Some tables give 20:00; the statute says between 9:00 p.m. and 8:00 a.m.',
  },
  {
    id: 'us-ct',
    region: 'US-CT',
    open: daily('09:00', '20:00'),
    from: '2023-10-01',
    source: 'Connecticut General Statutes 42-288a, as amended by Public Act 23-98',
    checked: false,
  },
  {
    id: 'us-tx',
    region: 'US-TX',
    open: [
      { days: MON_SAT, opens: '09:00', closes: '21:00' },
      { days: ['sun'], opens: '12:00', closes: '21:00' },
    ],
    from: '2025-09-01',
    source: 'Texas Business and Commerce Code 301.051 and 302, as amended by SB 140 (2025)',
    checked: false,
    note: 'The hours are older than 2025; SB 140 made text messages solicitation. Whether it means messages a person consented to is disputed.',
  },
  {
    id: 'us-ri',
    region: 'US-RI',
    open: [
      { days: MON_FRI, opens: '09:00', closes: '18:00' },
      { days: ['sat'], opens: '10:00', closes: '17:00' },
    ],
    source: 'Rhode Island General Laws 5-61-2 (hours of operation) and 5-61-3.6',
    checked: true,
    note: 'State and federal holidays are closed as well; they are not in this table.',
  },
  {
    id: 'us-wa',
    region: 'US-WA',
    open: daily('08:00', '20:00'),
    from: '2022-06-09',
    source: 'Revised Code of Washington 19.158.040(2)',
    checked: true,
    note: 'The hours were read in the statute, the first day was not.',
  },
]
