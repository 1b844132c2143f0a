import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openData, type OpenData } from '../../server/cli/data.ts'
import { runCommand } from '../../server/cli/run.ts'
import { readConfig } from '../../server/config.ts'
import { checkpoint } from '../../server/ledger/checkpoint.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import { appendPublication } from '../../server/ledger/publish.ts'
import { writeDurably } from '../../server/ledger/private-files.ts'
import { appendOptIns } from '../../server/marketing/opt-in.ts'
import { appendOptOuts } from '../../server/marketing/opt-out.ts'
import { statusOf } from '../../server/marketing/status.ts'
import type { StatusQuestion } from '../../server/marketing/status/question.ts'
import { openMessages } from '../../server/storage/open.ts'
import { open, type PrivateFields } from '../../server/subjects/seal.ts'
import type { Entry, RecordedConsentEntry } from '../../shared/domain/entry.ts'
import { SITE } from '../support/app.ts'
import { assent, assentProcess } from '../support/cli.ts'
import { aDecisionId } from '../support/decisions.ts'
import { someFiles } from '../support/ledger.ts'
import { anOptIn, anOptOut, MAIL, marketingConfiguration, PROGRAMS } from '../support/marketing.ts'
import { aDataFolder, CLI, serve, withoutAssent, type DataFolder } from '../support/serve.ts'

const LISTS = join(import.meta.dirname, '../fixtures/lists')
const programs = { programs: PROGRAMS }
let data: DataFolder
beforeEach(async () => (data = await aDataFolder({ programs: true })))
afterEach(() => data.remove())

const inData = async <T>(act: (opened: OpenData) => T | Promise<T>): Promise<T> => {
  const opened = await openData(readConfig({ data: data.folder }, {}), Date.now)
  try {
    const result = await act(opened)
    checkpoint(opened.ledger, SITE)
    return result
  } finally {
    await opened.close()
  }
}
const written = (text: string | Buffer, name = 'list.csv'): string => {
  const file = join(data.folder, name)
  writeFileSync(file, text)
  return file
}
const command = (file: string, ...more: string[]) => [
  'list',
  'import',
  file,
  '--site',
  SITE,
  '--data',
  data.folder,
  ...(more.includes('--channel') ? [] : ['--channel', 'email']),
  ...(more.includes('--as') ? [] : ['--as', 'consents', '--program', 'offers']),
  ...more,
]
const bring = (file: string, ...more: string[]) => assent(command(file, ...more))
const store = (file: string, ...more: string[]) => bring(file, '--store', '--yes', ...more)

interface Brought {
  readonly file: string
  readonly rows: number
  readonly stored: number
  readonly known: number
  readonly passedOver: Record<string, number>
  readonly refused: Record<string, number>
  readonly evidence: Record<string, number>
  readonly checks: Record<
    string,
    Record<string, { decisions: Record<string, number>; reasons: Record<string, number> }>
  >
  readonly done: false | { stored: number; known: number; refused: Record<string, number> }
  readonly late: number
  readonly weaker: number
  readonly refusedNoes: number
  readonly duplicates: number
  readonly undatedConsents: number
}
async function answer(run: ReturnType<typeof assent>): Promise<Brought> {
  const { code, out, err } = await run
  if (code !== 0) throw new Error(err)
  return JSON.parse(out) as Brought
}
const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0)
const addsUp = ({ rows, stored, known, passedOver, refused }: Brought) =>
  expect(stored + known + sum(passedOver) + sum(refused)).toBe(rows)

const asks = (address: string, changes: Partial<StatusQuestion> = {}) =>
  inData(({ ledger }) => {
    const question = { channel: 'email', address, program: 'offers', ...changes } as const
    const { decision, reason } = statusOf(ledger, { key: SITE, configuration: programs }, question)
    return `${decision} ${reason}`
  })
const optIn = () => anOptIn({ channel: 'email', address: MAIL, decidedAt: Date.now() })
const logSize = () => data.read(s => s.size(SITE))
const entries = () =>
  data.read(s => Array.from({ length: s.size(SITE) }, (_, index) => s.entry(SITE, index)!.entry))
const recorded = (all: readonly Entry[]) =>
  all.filter((entry): entry is RecordedConsentEntry => entry.type === 'consent-recorded')
const verified = () => assent(['verify', '--data', data.folder])

/** What was sealed beside an entry. */
const sealedOf = ({ subject, id }: RecordedConsentEntry): Promise<PrivateFields> =>
  inData(({ ledger }) => {
    const { index } = ledger.store.entryById(SITE, id)!
    const { sealed } = ledger.store.privatePart(SITE, index)!
    return open(ledger.keys.openSubjectKey(SITE, subject)!, sealed, { site: SITE, subject, id })
  })
const check = async (file: string, program: string, channel: string, ...more: string[]) => {
  const asked = ['check', file, '--site', SITE, '--channel', channel, '--program', program, '--mode', 'count']
  const { code, err } = await assent([...asked, '--json', '--data', data.folder, ...more])
  expect(code).toBe(0)
  return JSON.parse(err) as { decisions: Record<string, number>; reasons: Record<string, number> }
}

describe('import, policy, check', () => {
  test.each([
    ['mailchimp-subscribed', 'email', 'Email Address'],
    ['mailchimp-unsubscribed', 'email', 'Email Address'],
    ['klaviyo', 'email', 'Email'],
    ['klaviyo', 'sms', 'Phone Number'],
    ['listmonk', 'email', 'email'],
    ['twilio-consents', 'sms', 'contact_id'],
  ])('counts by reason add up: %s by %s is checked as the dry run said', async (name, channel, column) => {
    const file = join(LISTS, `${name}.csv`)
    const before = await logSize()
    const dry = await answer(bring(file, '--json', '--channel', channel))
    addsUp(dry)
    expect(await logSize()).toBe(before)
    const { configured, ...policies } = dry.checks['offers']!
    expect(Object.keys(policies)).toEqual(['strict', 'default', 'open'])
    for (const { decisions, reasons } of [configured!, ...Object.values(policies)]) {
      expect(sum(decisions)).toBe(dry.rows)
      expect(sum(reasons)).toBe(dry.rows)
    }
    const done = await answer(store(file, '--json', '--channel', channel))
    expect(done).toEqual({ ...dry, done: { stored: dry.stored, known: 0, refused: {} } })
    expect(await logSize()).toBe(before + dry.stored)
    const { decisions, reasons } = await check(file, 'offers', channel, '--column', column)
    expect({ decisions, reasons }).toEqual({ decisions: configured!.decisions, reasons: configured!.reasons })
    expect((await verified()).code).toBe(0)
  })

  test('what may be sent to follows from the evidence each row has, and from the words given for all', async () => {
    const list = written(
      'email,time,words,page,ip\n' +
        'a@mail.example,2024-01-01T10:00:00Z,"Yes, write to me.",https://shop.example/join,192.0.2.1\n' +
        'b@mail.example,2024-01-01T10:00:00Z,,https://shop.example/join,\n' +
        'c@mail.example,,"Yes, write to me.",https://shop.example/join,192.0.2.1\n',
    )
    const { checks, evidence } = await answer(bring(list, '--json'))
    expect(evidence).toEqual({ full: 1, partial: 1, asserted: 1 })
    expect(Object.values(checks['offers']!).map(({ decisions }) => decisions)).toEqual([
      { send: 1, hold: 0, block: 2 },
      { send: 1, hold: 1, block: 1 },
      { send: 2, hold: 1, block: 0 },
      { send: 1, hold: 1, block: 1 },
    ])
    const words = written('Yes, write to me.\n', 'words.txt')
    expect((await answer(bring(list, '--json', '--words', words))).evidence).toEqual({
      full: 2,
      partial: 0,
      asserted: 1,
    })
    expect((await answer(bring(list, '--json', '--evidence', 'partial'))).evidence).toEqual({
      full: 0,
      partial: 2,
      asserted: 1,
    })
    await store(list)
    expect(await Promise.all(['a', 'b', 'c'].map(who => asks(`${who}@mail.example`)))).toEqual([
      'send ok_express',
      'hold reconsent_needed',
      'block evidence_incomplete',
    ])
    // Better evidence brought later counts; the first stays on record.
    await store(list, '--words', words)
    expect(await asks('b@mail.example')).toBe('send ok_express')
    expect((await verified()).code).toBe(0)
  })

  test('each record names its file and row, and seals what shows it, of the address on the internet only the network', async () => {
    const text =
      'email,time,words,page,ip\nKim@Mail.example,2024-01-01T10:00:00Z,Yes.,https://shop.example/join,192.0.2.7\n'
    const { file } = await answer(store(written(text), '--json'))
    const [entry] = recorded(await entries())
    expect(entry).toMatchObject({
      method: 'import',
      actor: 'command:list-import',
      evidence: 'full',
      decidedAt: Date.parse('2024-01-01T10:00:00Z'),
      source: { file, row: 2 },
    })
    // A file of one address could be guessed by its hash.
    expect(JSON.stringify(await entries())).not.toContain(contentHash(text))
    expect(JSON.stringify(await entries())).not.toContain('shop.example')
    expect(await sealedOf(entry!)).toEqual({
      address: 'Kim@mail.example',
      given: 'Kim@Mail.example',
      words: 'Yes.',
      page: 'https://shop.example/join',
      ip: '192.0.2.0/24',
      file: contentHash(text),
    })
  })
})

describe('never over a later withdrawal', () => {
  const yes = 'email,time,words,page\nrobin@mail.example,2024-01-01T10:00:00Z,Yes.,https://shop.example\n'
  const optOut = (decidedAt: number) =>
    inData(({ ledger }) =>
      appendOptOuts(ledger, SITE, [anOptOut({ channel: 'email', address: MAIL, decidedAt })], programs),
    )

  test('that was recorded before the import: the yes is kept and permits nothing', async () => {
    await optOut(Date.now() - 1_000)
    expect(await answer(bring(written(yes), '--json'))).toMatchObject({ stored: 1, late: 1 })
    await store(written(yes))
    expect(await answer(store(written(yes), '--json'))).toMatchObject({ known: 1, done: { stored: 0 } })
    expect(recorded(await entries())).toHaveLength(1)
    expect(await asks(MAIL)).toBe('block declined')
  })

  test('that comes after the import, whatever the time it was said at', async () => {
    await store(written(yes))
    expect(await asks(MAIL)).toBe('send ok_express')
    await optOut(Date.now() - 86_400_000)
    expect(await asks(MAIL)).toBe('block withdrawn')
    // Brought again, and as a list with other rows in it.
    await store(written(yes))
    await store(written(`${yes}kim@mail.example,2024-01-01,Yes.,https://shop.example\n`))
    expect(await asks(MAIL)).toBe('block withdrawn')
  })

  test('also by a yes without a time, which is older than any no, and by one after an erasure', async () => {
    await optOut(Date.now() - 1_000)
    const undated = 'email,words\nrobin@mail.example,Yes.\nkim@mail.example,Yes.\n'
    expect(await answer(store(written(undated), '--json'))).toMatchObject({ late: 1, undatedConsents: 2 })
    expect(await asks(MAIL)).toBe('block declined')
    expect(await asks('kim@mail.example')).toBe('block evidence_incomplete')
    // Older than any no, and yet said at no date: none is told to anybody.
    const { out } = await assent(['history', SITE, '--email', 'kim@mail.example', '--data', data.folder])
    expect(out).toContain('given at a time nobody kept')
    expect(out).not.toContain('1970')
    const erased = await assent([
      'erase',
      SITE,
      '--email',
      'kim@mail.example',
      '--yes',
      '--data',
      data.folder,
    ])
    expect(erased.code).toBe(0)
    const again = written('email,time,words,page\nkim@mail.example,2024-01-01,Yes.,here\n')
    expect(await answer(bring(again, '--json'))).toMatchObject({ late: 1 })
    await store(again)
    expect(await asks('kim@mail.example')).toBe('block erased')
  })

  test('but a yes that is newer than the no counts, in one file whatever the order of its rows', async () => {
    const rows = [
      'robin@mail.example,subscribed,2024-06-01,Yes.,here',
      'robin@mail.example,unsubscribed,2024-05-01,,',
      'kim@mail.example,subscribed,2024-04-01,Yes.,here',
      'kim@mail.example,unsubscribed,2024-05-01,,',
    ]
    const list = written(`email,status,time,words,page\n${rows.join('\n')}\n`)
    expect(await answer(store(list, '--json'))).toMatchObject({ stored: 4, late: 1, duplicates: 2 })
    expect(await asks(MAIL)).toBe('send ok_express')
    expect(await asks('kim@mail.example')).toBe('block declined')
  })

  test('nor over what was agreed to here, which has more to show', async () => {
    await inData(({ ledger }) => appendOptIns(ledger, SITE, [optIn()], programs, {}))
    expect(await answer(store(written(yes), '--evidence', 'asserted', '--json'))).toMatchObject({ weaker: 1 })
    expect(await asks(MAIL)).toBe('send ok_express')
  })
})

describe('suppressions', () => {
  const suppress = (file: string, ...more: string[]) => store(file, '--as', 'suppressions', ...more)

  test('end every program of the channel, for the reason the provider gives, of people nobody knew too', async () => {
    await suppress(join(LISTS, 'klaviyo-suppressed.csv'))
    await suppress(join(LISTS, 'mailchimp-unsubscribed.csv'))
    expect(await asks('gone@mail.example')).toBe('block hard_bounce')
    expect(await asks('pat@mail.example', { program: 'research' })).toBe('block complaint')
    expect(await asks('lou@mail.example')).toBe('block declined')
    expect((await verified()).code).toBe(0)
  })

  test('end one program only where that is said, but who bounces is not written to at all', async () => {
    const list = written('email,reason\na@mail.example,unsubscribed\nb@mail.example,hard bounce\n')
    await suppress(list, '--program', 'offers', '--scope', 'program')
    expect(await asks('a@mail.example')).toBe('block declined')
    expect(await asks('a@mail.example', { program: 'research' })).toBe('block never_asked')
    expect(await asks('b@mail.example', { program: 'research' })).toBe('block hard_bounce')
  })

  test('brought every week add only what is new, and end no yes that came after them', async () => {
    const week = (...rows: string[]) => written(`email,time\n${rows.join('\n')}\n`)
    await suppress(week('robin@mail.example,2024-05-01', 'kim@mail.example,2024-05-02'))
    await inData(({ ledger }) => appendOptIns(ledger, SITE, [optIn()], programs, {}))
    const size = await logSize()
    const next = week(
      'robin@mail.example,2024-05-01',
      'kim@mail.example,2024-05-02',
      'lou@mail.example,2024-05-03',
    )
    expect(await answer(suppress(next, '--json'))).toMatchObject({ stored: 1, known: 2 })
    expect(await logSize()).toBe(size + 1)
    expect(await asks(MAIL)).toBe('send ok_express')
  })

  test('without a time count from the day of the file, or from now', async () => {
    const list = written('email\nrobin@mail.example\nkim@mail.example\n')
    await suppress(list, '--as-of', '2024-05-01')
    const [first] = (await entries()).filter(entry => entry.type === 'opt-out')
    expect(first).toMatchObject({
      decidedAt: Date.parse('2024-05-02T00:00:00Z') - 1,
      method: 'import',
      source: { row: 2 },
    })
    await store(written('email,time,words,page\nrobin@mail.example,2024-06-01,Yes.,here\n', 'later.csv'))
    expect(await asks(MAIL)).toBe('send ok_express')
    await suppress(list)
    expect(await asks(MAIL)).toBe('block withdrawn')
    // The very same import again is no new no.
    await inData(({ ledger }) => appendOptIns(ledger, SITE, [optIn()], programs, {}))
    expect(await answer(suppress(list, '--json'))).toMatchObject({ known: 2, done: { stored: 0 } })
    expect(await asks(MAIL)).toBe('send ok_express')
  })

  test('that cannot be read are named first of all: these people are not protected', async () => {
    const list = written('phone\n4.47911E+11\n+12025550188\n')
    const { code, out } = await bring(list, '--as', 'suppressions', '--channel', 'sms')
    expect(code).toBe(0)
    expect(out).toContain('1 of these say no: put them right, or these people may be written to')
  })
})

test('columns of a plain list that are not read are named, with how to have one read', async () => {
  const list = written(
    'Phone,Opt-in time,page\n+12025550123,2024-01-01T10:00:00Z,https://shop.example/join\n',
  )
  const { out } = await assent([
    'list',
    'import',
    list,
    '--site',
    SITE,
    '--channel',
    'sms',
    '--as',
    'consents',
    '--program',
    'offers',
    '--data',
    data.folder,
  ])
  expect(out).toContain('Not read: "Opt-in time"; have one read with --column "Opt-in time=time"')
})

test('a list a spreadsheet has been in: every row is accounted for, what cannot be recorded is written out with why', async () => {
  const rows = [
    'Name;Telefon;Datum',
    'Kim;+12025550101;01.02.2024',
    'Lou;4,47911E+11;01.02.2024',
    'Pat;+447400123456;01.02.2024',
    'Max;+49 (151) 234-56789;02.02.2024',
    'Jo;+12025550101;01.02.2024',
    'Bo;=cmd|;01.02.2024',
    'Al;;01.02.2024',
    'Ed;+12025550105;31.02.2024',
    'Sam;٢٠٢٥٥٥٠١٠٦;01.02.2024',
  ]
  const list = written(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(rows.join('\r\n'), 'utf16le')]))
  const rejects = join(data.folder, 'rejects.csv')
  const flags = ['--channel', 'sms', '--column', 'Datum=time', '--dates', 'dmy', '--rejects', rejects]
  const brought = await answer(store(list, '--json', ...flags))
  addsUp(brought)
  expect(brought).toMatchObject({
    rows: 9,
    stored: 3,
    known: 1,
    duplicates: 1,
    refused: {
      'damaged-number': 1,
      'country-not-served': 1,
      'invalid-address': 1,
      'no-address': 1,
      'unreadable-date': 1,
    },
  })
  const left = readFileSync(rejects, 'utf8')
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split('\r\n')
  expect(left[0]).toBe('assent_row;assent_refused;assent_detail;Name;Telefon;Datum')
  expect(left.slice(1).map(line => line.split(';').slice(0, 2).join(' '))).toEqual([
    '3 damaged-number',
    '4 country-not-served',
    '7 invalid-address',
    '8 no-address',
    '9 unreadable-date',
  ])
  expect(left[3]).toMatch(/;Bo;'=cmd\|;01\.02\.2024$/)
  expect(await bring(list, ...flags)).toMatchObject({
    code: 1,
    err: expect.stringContaining('is there already'),
  })
  expect((await verified()).code).toBe(0)
})

/** Invented numbers of the United States. */
const many = (rows: number): string =>
  `phone,status,time,words,page\n${Array.from({ length: rows }, (_, n) => {
    const left = n % 10 === 0
    return `+1202${String(2_000_000 + n)},${left ? 'unsubscribed' : 'subscribed'},2024-05-01T10:00:00Z,${left ? '' : 'Yes.'},here\n`
  }).join('')}`

test(
  '10,000 rows, killed in the middle and run again: nothing is lost, nothing is there twice',
  { timeout: 120_000 },
  async () => {
    const list = written(many(10_000))
    const more = ['--channel', 'sms', '--store', '--yes', '--json']
    const child = spawn(process.execPath, [CLI, ...command(list, ...more)], {
      env: withoutAssent(process.env),
    })
    const ended = once(child, 'exit')
    const before = await logSize()
    // Noes first, then some of the yeses.
    while ((await logSize()) < before + 2_500 && child.exitCode === null) await wait(20)
    child.kill('SIGKILL')
    await ended
    expect(child.signalCode).toBe('SIGKILL')
    const half = (await logSize()) - before
    expect(half).toBeLessThan(10_000)
    const again = await answer(bring(list, ...more))
    expect(again).toMatchObject({ rows: 10_000, known: half, done: { stored: 10_000 - half } })
    expect(await answer(bring(list, ...more))).toMatchObject({
      stored: 0,
      known: 10_000,
      done: { stored: 0 },
    })
    const rows = (await entries()).flatMap(entry =>
      (entry.type === 'consent-recorded' || entry.type === 'opt-out') && entry.source
        ? [entry.source.row]
        : [],
    )
    expect(rows).toHaveLength(10_000)
    expect(new Set(rows).size).toBe(10_000)
    const { reasons } = await check(list, 'offers', 'sms')
    expect(reasons).toEqual(again.checks['offers']!['configured']!.reasons)
    const was = await entries()
    expect((await assent(['rebuild', '--data', data.folder])).code).toBe(0)
    expect(await entries()).toEqual(was)
    expect((await check(list, 'offers', 'sms')).reasons).toEqual(reasons)
    expect((await verified()).code).toBe(0)
  },
)

test('nobody is ever written to, by a program that confirms by mail, beside a running server with a mail server', async () => {
  let connections = 0
  const mail = createServer(socket => {
    connections++
    socket.end('421 not now\r\n')
  })
  mail.listen(0, '127.0.0.1')
  await once(mail, 'listening')
  const { port } = mail.address() as { port: number }
  const providers = { [SITE]: { email: { smtp: `smtp://127.0.0.1:${port}`, from: 'news@harbor.example' } } }
  writeDurably(join(data.folder, 'keys', 'providers.json'), JSON.stringify(providers), 'wx')
  const server = await serve(data.folder)
  try {
    const list = written(
      'email,time,words,page\nrobin@mail.example,2024-01-01,Yes.,here\nkim@mail.example,,,\n',
    )
    const flags = ['--as', 'consents', '--program', 'research', '--channel', 'email']
    expect((await assentProcess([...command(list, ...flags), '--store', '--yes'])).out).toContain(
      'Stored: 2 of 2 rows; 0 were known, 0 not recorded. Nobody was written to.',
    )
    expect(await asks(MAIL, { program: 'research' })).toBe('send ok_express')
    // What is due goes out within a second or two.
    await wait(3_000)
    expect(connections).toBe(0)
    const { messages, close } = openMessages(data.folder)
    const subjects = recorded(await entries()).map(({ subject }) => subject)
    expect(subjects.flatMap(subject => messages.ofSubject(SITE, subject))).toEqual([])
    expect(messages.due(SITE, Date.now() + 86_400_000, 10)).toEqual([])
    close()
  } finally {
    await server.end()
    mail.close()
  }
})

describe('what is not understood', () => {
  const list = () => written('email,time\nrobin@mail.example,03/04/2024\n')
  test.each([
    [['--channel', 'letter'], 'with email or sms as the channel'],
    [['--as', 'people'], '--as is one of: consents, suppressions'],
    [['--as', 'consents'], 'name the program with --program'],
    [['--format', 'excel'], '--format is one of: auto, csv'],
    [['--column', 'date'], '--column "date" is not understood'],
    [['--zone', 'Mars/Base'], '"Mars/Base" is none'],
    [['--as-of', 'soon'], '--as-of is a date'],
    [['--as-of', '2999-01-01'], 'the day the file was made'],
    [['--basis', 'implied-purchase'], 'Say with --reason why'],
    [['--store'], 'repeat it with --yes'],
  ])('%j is said to be', async (flags, words) => {
    expect(await bring(list(), ...flags)).toMatchObject({ code: 2, err: expect.stringContaining(words) })
  })

  test.each([
    [[], 'row 2 has the date 03/04/2024, which may be two days: say --dates mdy or --dates dmy'],
    [['--as', 'consents', '--program', 'none'], 'has no program "none": it has offers'],
    [['--collection-point', 'desk'], 'has no collection point "desk"'],
    [['--shares-with', 'Loom Ltd'], 'shares with nobody'],
    [['--words', '/nowhere'], '/nowhere cannot be read'],
    [['--channel', 'sms', '--as', 'consents', '--program', 'mail-only'], '"mail-only" writes nobody by sms'],
  ])('%j is said to be, and nothing is stored', async (flags, words) => {
    const before = await logSize()
    expect(await store(list(), ...flags)).toMatchObject({ code: 1, err: expect.stringContaining(words) })
    expect(await logSize()).toBe(before)
  })

  test('an empty file, and none at all', async () => {
    expect(await bring(written(''))).toMatchObject({ code: 1, err: expect.stringContaining('looks like') })
    expect(await bring('nowhere.csv')).toMatchObject({
      code: 1,
      err: expect.stringContaining('cannot be read'),
    })
    expect(existsSync('nowhere.csv')).toBe(false)
  })
})

test('another basis is recorded with its reason', async () => {
  const list = written('email,time\nrobin@mail.example,2026-11-01\n')
  await store(
    list,
    '--basis',
    'implied-purchase',
    '--reason',
    'bought a winch',
    '--words',
    written('bought', 'w.txt'),
    '--page',
    'shop',
  )
  const [entry] = recorded(await entries())
  expect(entry).toMatchObject({ basis: 'implied-purchase' })
  expect(await sealedOf(entry!)).toMatchObject({ reason: 'bought a winch' })
  expect(aDecisionId()).not.toBe(entry!.id)
})

test('a collection point of the site says which words and where, and its published words are named', async () => {
  const text = { en: 'Yes, write to me by email.', de: 'Ja, schreiben Sie mir.' }
  const point = { id: 'desk', name: 'Counter', kind: 'paper', programs: ['offers'], text }
  const words = Buffer.from(text.de)
  await inData(({ ledger }) =>
    appendPublication(ledger, SITE, marketingConfiguration(PROGRAMS, { collectionPoints: [point] }), [
      ...someFiles(),
      { name: 'collection.desk.de', kind: 'collection', language: 'de', bytes: words },
    ]),
  )
  const list = written('email,time\nrobin@mail.example,2024-01-01\n')
  await store(list, '--collection-point', 'desk', '--language', 'de')
  const [entry] = recorded(await entries())
  expect(entry).toMatchObject({
    evidence: 'full',
    collectionPoint: 'desk',
    language: 'de',
    text: contentHash(words),
  })
  expect(await sealedOf(entry!)).toMatchObject({ words: text.de })
  expect(await store(list, '--collection-point', 'desk', '--language', 'fr')).toMatchObject({
    code: 1,
    err: expect.stringContaining('has no words in "fr"'),
  })
  expect((await verified()).code).toBe(0)
})

test.each([
  ['store', 'Stored: 1 of 1 rows'],
  ['yes', 'Nothing was stored'],
])(
  'on a terminal it asks first, after it has shown what would come of it; "%s" is answered with "%s"',
  async (typed, end) => {
    const said: string[] = []
    const say = (text: string) => void said.push(text)
    const list = written('email,time\nrobin@mail.example,2024-01-01\n')
    const code = await runCommand([...command(list), '--store'], {
      out: say,
      write: async () => {},
      err: say,
      progress: () => {},
      paint: (_, text) => text,
      converse: talk =>
        talk(async question => {
          say(question)
          return typed
        }),
    })
    expect(code).toBe(typed === 'store' ? 0 : 1)
    expect(said.findIndex(line => line.includes('would then answer'))).toBeLessThan(said.length - 2)
    expect(said.at(-2)).toContain('Store 1 rows?')
    expect(said.at(-1)).toContain(end)
    expect(recorded(await entries())).toHaveLength(typed === 'store' ? 1 : 0)
  },
)
