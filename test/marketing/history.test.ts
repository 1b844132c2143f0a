import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { levelOf } from '../../server/marketing/history/evidence.ts'
import { FORMAT_IDS, FORMATS, type FormatId } from '../../server/marketing/history/formats.ts'
import { readMoment } from '../../server/marketing/history/moment.ts'
import { networkOfIp } from '../../server/marketing/history/network.ts'
import { readHistory } from '../../server/marketing/history/read.ts'
import type { HistoryKind } from '../../server/marketing/history/row.ts'
import type { Channel } from '../../shared/domain/site.ts'

const NOW = Date.parse('2026-11-26T12:00:00Z')
const LISTS = join(import.meta.dirname, '../fixtures/lists')

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

interface How {
  readonly channel?: Channel
  readonly as?: HistoryKind
  readonly format?: FormatId | 'auto'
  readonly columns?: readonly { column: string; field: 'time' | 'address' | 'status' }[]
  readonly order?: 'mdy' | 'dmy'
  readonly zone?: string
}
const asked = ({
  channel = 'email',
  as = 'consents',
  format = 'auto',
  columns = [],
  order,
  zone = 'UTC',
}: How) => ({
  channel,
  as,
  format,
  columns,
  ...(order && { order }),
  zone,
  now: NOW,
})
const file = (name: string, how: How = {}) =>
  readHistory(createReadStream(join(LISTS, `${name}.csv`)), asked(how))
const text = (csv: string, how: How = {}) => readHistory(bytesOf(csv), asked(how))

/** Each row in a few words. */
async function said(list: ReturnType<typeof file>): Promise<string[]> {
  return (await list).rows.map(({ says }) => {
    if (says.says === 'nothing') return `${says.address} ${says.reason}`
    const at = says.time && ` ${new Date(says.time.first).toISOString()}`
    if (says.says === 'no') return `${says.address} no${says.cause ? ` ${says.cause}` : ''}${at ?? ''}`
    return `${says.address} yes${at ?? ''}${says.shown.confirmedAt === undefined ? '' : ' confirmed'}`
  })
}

describe('an export says', () => {
  test('of Mailchimp: who signed up and confirmed, and of who was only imported no time', async () => {
    const list = file('mailchimp-subscribed')
    expect((await list).columns.format.id).toBe('mailchimp')
    expect(await said(list)).toEqual([
      'kim@mail.example yes 2021-03-02T09:15:00.000Z confirmed',
      'alex@mail.example yes 2022-06-01T12:00:00.000Z',
      'sam@mail.example yes',
      'not an address yes 2022-06-01T12:00:00.000Z',
    ])
  })

  test.each(['consents', 'suppressions'] as const)(
    'of Mailchimp: who left and who bounced, as %s too, from when they did',
    async as => {
      expect(await said(file('mailchimp-unsubscribed', { as }))).toEqual([
        'lou@mail.example no 2023-05-06T07:08:09.000Z',
        'pat@mail.example no complaint 2023-05-07T07:08:09.000Z',
      ])
      expect(await said(file('mailchimp-cleaned', { as }))).toEqual([
        'gone@mail.example no hard-bounce 2023-01-01T00:00:00.000Z',
      ])
    },
  )

  test('of Klaviyo: each channel for itself, and a suppression before any status beside it', async () => {
    const list = file('klaviyo')
    expect((await list).columns.format.id).toBe('klaviyo')
    expect(await said(list)).toEqual([
      'kim@mail.example yes 2023-02-01T10:11:12.000Z',
      // Its time is when it subscribed: Klaviyo does not clear it.
      'alex@mail.example no',
      'sam@mail.example no hard-bounce',
      'lou@mail.example no-answer',
      'pat@mail.example no complaint',
      'jo@mail.example no suppressed',
      'max@mail.example yes',
    ])
    expect(await said(file('klaviyo', { channel: 'sms' }))).toEqual([
      '+12025550101 yes 2023-02-01T10:12:00.000Z',
      '+12025550102 yes 2023-03-01T10:11:12.000Z',
      ' no-address',
      '+12025550104 no',
      ' no-address',
      ' no-address',
      ' no-address',
    ])
  })

  test('of Klaviyo as suppressions: only who is suppressed, and why', async () => {
    expect(await said(file('klaviyo', { as: 'suppressions' }))).toEqual([
      'kim@mail.example says-yes',
      'alex@mail.example no',
      'sam@mail.example no hard-bounce',
      'lou@mail.example no-answer',
      'pat@mail.example no complaint',
      'jo@mail.example no suppressed',
      'max@mail.example says-yes',
    ])
    expect(await said(file('klaviyo-suppressed', { as: 'suppressions' }))).toEqual([
      'gone@mail.example no hard-bounce',
      'typo@mail.example no hard-bounce',
      'lou@mail.example no',
    ])
  })

  test('of Klaviyo, exported without its consent: nothing, for a profile is no yes', async () => {
    const profiles = 'Email,Klaviyo ID\nkim@mail.example,01AA\n'
    expect(await said(text(profiles))).toEqual(['kim@mail.example no-answer'])
    expect(await said(text(profiles, { as: 'suppressions' }))).toEqual(['kim@mail.example no'])
  })

  test('of listmonk: who is blocked, and nothing about when anybody agreed', async () => {
    const list = file('listmonk')
    expect((await list).columns.format.id).toBe('listmonk')
    expect(await said(list)).toEqual([
      'kim@mail.example yes',
      'alex@mail.example no suppressed',
      'sam@mail.example no suppressed',
    ])
  })

  test('of Twilio: both words, and of its message log whom it could not write to', async () => {
    const sms = { channel: 'sms' } as const
    expect(await said(file('twilio-consents', sms))).toEqual([
      '+12025550101 yes 2024-02-03T04:05:06.000Z',
      '+12025550102 no 2024-03-03T04:05:06.000Z',
      '+12025550103 yes',
    ])
    const log = file('twilio-log', { ...sms, format: 'twilio', as: 'suppressions' })
    expect(await said(log)).toEqual(['+12025550101 no-answer', '+12025550102 no 2024-05-01T10:00:01.000Z'])
  })

  test('of a plain list: what whoever brings it says it is, and never more than its status', async () => {
    expect(await said(text('robin@mail.example\nkim@mail.example\n', { as: 'suppressions' }))).toEqual([
      'robin@mail.example no',
      'kim@mail.example no',
    ])
    expect(
      await said(
        text(
          'email;status;time\r\na@mail.example;Opted-In;2024-01-02\r\nb@mail.example;;\r\nc@mail.example;maybe;\r\nd@mail.example;false;\r\ne@mail.example;opt_out;31.12.2023\r\n',
          {
            order: 'dmy',
          },
        ),
      ),
    ).toEqual([
      'a@mail.example yes 2024-01-02T00:00:00.000Z',
      'b@mail.example no-answer',
      'c@mail.example unknown-status',
      'd@mail.example no-answer',
      'e@mail.example no 2023-12-31T00:00:00.000Z',
    ])
  })

  test('with columns of any name, where they are named', async () => {
    const columns = [
      { column: 'Joined', field: 'time' },
      { column: 'Contact', field: 'address' },
    ] as const
    expect(
      await said(text('Contact,Joined\nkim@mail.example,2024-05-06T07:08:09+02:00\n', { columns })),
    ).toEqual(['kim@mail.example yes 2024-05-06T05:08:09.000Z'])
    await expect(text('Contact\nkim@mail.example\n', { columns })).rejects.toThrow(
      'it has no column "Joined"',
    )
    await expect(text('Name,Mail\nKim,kim@mail.example\n', { format: 'listmonk' })).rejects.toThrow(
      'it has no column of listmonk with addresses (email)',
    )
    // Mailchimp names the address as the account's language does.
    expect(await said(text('Courriel,LEID,EUID,OPTIN_TIME\nkim@mail.example,1,2,2024-05-06\n'))).toEqual([
      'kim@mail.example yes 2024-05-06T00:00:00.000Z',
    ])
    await expect(file('listmonk', { channel: 'sms' })).rejects.toThrow('has nothing for sms')
  })

  test('a no is never lost over its date; a yes with one that cannot be is refused', async () => {
    const csv = (status: string) =>
      `email,status,time\na@mail.example,${status},soon\nb@mail.example,${status},2031-01-01\n`
    const { rows } = await text(csv('unsubscribed'))
    expect(rows.map(({ says }) => says)).toEqual([
      { says: 'no', address: 'a@mail.example', hasBadTime: true },
      { says: 'no', address: 'b@mail.example', hasBadTime: true },
    ])
    expect(await said(text(csv('subscribed')))).toEqual([
      'a@mail.example unreadable-date',
      'b@mail.example future-date',
    ])
  })

  test('nothing by a date that may be two: whoever brings it has to say which', async () => {
    const csv = 'email,time\nkim@mail.example,03/04/2024\n'
    await expect(text(csv)).rejects.toThrow('row 2 has the date 03/04/2024, which may be two days')
    expect(await said(text(csv, { order: 'mdy' }))).toEqual(['kim@mail.example yes 2024-03-04T00:00:00.000Z'])
    expect(await said(text(csv, { order: 'dmy' }))).toEqual(['kim@mail.example yes 2024-04-03T00:00:00.000Z'])
  })
})

test('every format says where its columns are written down, and whether that was checked', () => {
  expect(FORMATS.map(({ id }) => id).toSorted()).toEqual([...FORMAT_IDS].toSorted())
  for (const { source, checked } of FORMATS) {
    expect(source).not.toBe('')
    expect(typeof checked).toBe('boolean')
  }
})

test.each([
  ['2024-03-31T14:05:00Z', '2024-03-31T14:05:00.000Z'],
  ['2024-03-31 14:05', '2024-03-31T14:05:00.000Z'],
  ['2024-03-31T14:05:00.123456+02:00', '2024-03-31T12:05:00.123Z'],
  ['2023-05-01 10:11:12.5 +0200 CEST', '2023-05-01T08:11:12.500Z'],
  ['2023-05-01 10:11:12 Europe/Berlin', '2023-05-01T08:11:12.000Z'],
  ['2023-01-01 10:11:12 America/New_York', '2023-01-01T15:11:12.000Z'],
  ['Tue, 15 Jun 2021 12:34:56 +0000', '2021-06-15T12:34:56.000Z'],
  ['Jan 2, 2024 3:04 PM', '2024-01-02T15:04:00.000Z'],
  ['2 January 2024', '2024-01-02T00:00:00.000Z'],
  ['2024-01-02 12:30 am', '2024-01-02T00:30:00.000Z'],
  ['1704153600', '2024-01-02T00:00:00.000Z'],
  ['1704153600000', '2024-01-02T00:00:00.000Z'],
  ['2024-02-30', 'unreadable'],
  ['2024-01-02 25:00', 'unreadable'],
  ['2024-01-02 13:00 pm', 'unreadable'],
  // Central Standard Time is several zones, and a number of days of a spreadsheet no date.
  ['2024-01-02 10:00 CST', 'unreadable'],
  ['45293.5', 'unreadable'],
  ['yesterday', 'unreadable'],
  ['13/01/2024', 'ambiguous'],
  ['13.01.2024 10:00', 'ambiguous'],
])('the time "%s" is read as %s', (given, expected) => {
  const read = readMoment(given, { zone: 'UTC' })
  expect(typeof read === 'string' ? read : new Date(read.first).toISOString()).toBe(expected)
})

test('a day is a day of its zone: a yes counts from its first moment, a no from its last', () => {
  const day = readMoment('2024-03-31', { zone: 'Europe/Berlin' })
  // The clocks changed that night: the day had 23 hours.
  expect(day).toEqual({
    first: Date.parse('2024-03-30T23:00:00Z'),
    last: Date.parse('2024-03-31T22:00:00Z') - 1,
  })
})

test.each([
  [['time', 'words', 'place'], 'full'],
  [['time', 'words', 'confirmation'], 'full'],
  [['time', 'words'], 'partial'],
  [['time', 'place', 'ip', 'confirmation'], 'partial'],
  [['time'], 'partial'],
  [['words', 'place', 'ip'], 'asserted'],
  [[], 'asserted'],
] as const)('%j is %s evidence, and whoever brings it can only lower that', (pieces, level) => {
  expect(levelOf(pieces)).toBe(level)
  expect(levelOf(pieces, 'asserted')).toBe('asserted')
  expect(levelOf(pieces, 'partial')).toBe(level === 'full' ? 'partial' : level)
})

test('of an address on the internet only its network is kept', () => {
  expect(networkOfIp('192.0.2.17')).toBe('192.0.2.0/24')
  expect(networkOfIp('::ffff:192.0.2.17')).toBe('192.0.2.0/24')
  expect(networkOfIp('2001:db8:1:2::17')).toBe('2001:db8:1::/48')
  expect(networkOfIp('2001:db8::1')).toBe('2001:db8:0::/48')
  expect(networkOfIp('unknown')).toBeUndefined()
})
