import { createServer, request as ask, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createListener } from '../../server/app.ts'
import { refuseGarbage } from '../../server/cli/listen.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import { openApiKeys } from '../../server/operators/api-keys.ts'
import { openOperators } from '../../server/storage/open.ts'
import type { CheckSummary } from '../../shared/domain/check.ts'
import { APP_SETTINGS, createTestApp, ORIGIN, SITE, type TestApp } from '../support/app.ts'
import {
  anOptIn,
  anOptOut,
  marketingConfiguration,
  PHONE,
  PROGRAMS,
  publishPrograms,
} from '../support/marketing.ts'

/** At home in Germany, where national numbers begin with a zero. */
const CONFIGURATION = marketingConfiguration(PROGRAMS.map(p => ({ ...p, countries: ['DE', 'US'] })))
const configuration = contentHash(CONFIGURATION)

let app: TestApp
let key: string
beforeEach(async () => {
  app = await createTestApp()
  await publishPrograms(app.ledger, CONFIGURATION)
  key = app.key('status')
})
afterEach(() => app.remove())

const post = (path: string, body: unknown) =>
  app.request(`/v1/sites/${SITE}/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain;charset=UTF-8', Origin: ORIGIN },
    body: JSON.stringify(body),
  })
const optIn = (...addresses: string[]) =>
  post('opt-ins', { optIns: addresses.map(address => anOptIn({ address, configuration })) })
const optOut = (address: string) => post('opt-outs', { optOuts: [anOptOut({ address })] })

const QUERY = { channel: 'sms', program: 'offers' }
const check = (body: string | Uint8Array, query: Record<string, string> = {}, type = 'text/csv') =>
  app.request(`/v1/sites/${SITE}/checks?${new URLSearchParams({ ...QUERY, ...query }).toString()}`, {
    method: 'POST',
    headers: { 'Content-Type': type, Authorization: `Bearer ${key}` },
    body: body as BodyInit,
  })
const json = (addresses: readonly string[], query: Record<string, string> = {}) =>
  check(JSON.stringify({ addresses }), query, 'application/json')

describe('a list in JSON', () => {
  test('is answered in its order, with what each rests on, and adds up', async () => {
    await optIn(PHONE, '+12025550199')
    await optOut('+12025550199')
    const given = [PHONE, '(202) 555-0199', '+12025550199', '4.47911E+11', '+12025550188', 'no number']
    const answer = await json(given)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const { rows, summary } = (await answer.json()) as { rows: { reason: string }[]; summary: CheckSummary }
    expect(rows).toMatchObject([
      { decision: 'send', reason: 'ok_express', address: PHONE, consentedAt: '2026-11-22T07:59:59.000Z' },
      // At home in Germany it is a landline: never guessed to be an American number.
      { decision: 'block', reason: 'not_mobile' },
      { decision: 'block', reason: 'withdrawn', address: '+12025550199' },
      { decision: 'block', reason: 'damaged_number' },
      { decision: 'block', reason: 'never_asked' },
      { decision: 'block', reason: 'invalid_number' },
    ])
    expect(summary).toMatchObject({
      rows: 6,
      decisions: { send: 1, hold: 0, block: 5 },
      reasons: {
        ok_express: 1,
        invalid_number: 1,
        not_mobile: 1,
        withdrawn: 1,
        damaged_number: 1,
        never_asked: 1,
      },
      duplicates: 0,
      // The check itself is the entry behind them.
      logSize: app.ledger.store.size(SITE) - 1,
    })
  })

  test('comes back filtered or only counted', async () => {
    await optIn(PHONE)
    const filtered = (await (await json([PHONE, '+12025550188'], { mode: 'filter' })).json()) as object
    expect(filtered).toMatchObject({ rows: [{ address: PHONE }], summary: { rows: 2 } })
    const counted = (await (await json([PHONE], { mode: 'count' })).json()) as object
    expect(counted).toMatchObject({ summary: { decisions: { send: 1 } } })
    expect(counted).not.toHaveProperty('rows')
  })

  test.each<[string, () => Promise<Response>, number, RegExp]>([
    ['no address', () => json([]), 400, /1 to 10000 addresses/],
    ['too many', () => json(Array.from({ length: 10_001 }, () => PHONE)), 400, /longer list as text\/csv/],
    ['too long', () => check('"'.padEnd(2 ** 20 + 1), {}, 'application/json'), 413, /1048576 bytes/],
    [
      'a program there is none of',
      () => json([PHONE], { program: 'nothing' }),
      400,
      /has no program .*nothing.*: it has offers, /,
    ],
    [
      'a channel the program has not',
      () => json([PHONE], { program: 'mail-only' }),
      400,
      /writes nobody by sms/,
    ],
    ['a misspelt parameter', () => json([PHONE], { programme: 'offers' }), 400, /nothing else/],
    ['another mode', () => json([PHONE], { mode: 'guess' }), 400, /mode=annotate or/],
    ['another type', () => check('x', {}, 'application/xml'), 415, /Content-Type/],
  ])('%s is refused', async (_, asked, status, detail) => {
    const answer = await asked()
    expect(answer.status).toBe(status)
    expect(await answer.text()).toMatch(detail)
  })
})

/** Rows of an answer, without the header. */
const rowsOf = (text: string, delimiter = ','): string[][] =>
  text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .slice(1, -1)
    .map(line => line.split(delimiter).map(cell => cell.replace(/^"|"$/g, '')))

describe('a list in CSV', () => {
  test('comes back row by row in its order, with the answers in front', async () => {
    await optIn(PHONE)
    const answer = await check(`name,phone\nRobin,${PHONE}\n"Kim, jun.",+12025550188\n`)
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(await answer.text()).toBe(
      [
        'assent_decision,assent_reason,assent_address,assent_not_before,assent_duplicate_of,name,phone',
        `send,ok_express,"${PHONE}",,,Robin,"${PHONE}"`,
        'block,never_asked,"+12025550188",,,"Kim, jun.","+12025550188"',
        '',
      ].join('\n'),
    )
  })

  test('filtered has the rows that may be written to, as they were, and nobody twice', async () => {
    await optIn(PHONE)
    const rows = [`${PHONE};Kiel`, '+12025550188;Ulm', '+1 (202) 555-0123;Bonn'].join('\r\n')
    const answer = await check(`phone;city\r\n${rows}\r\n`, { mode: 'filter' })
    expect(await answer.text()).toBe(`phone;city\r\n"${PHONE}";Kiel\r\n`)
    const counted = await check(`phone;city\r\n${PHONE};Kiel\r\n`, { mode: 'count' })
    expect(await counted.json()).toMatchObject({ summary: { rows: 1, decisions: { send: 1 } } })
  })

  test.each<[string, string, Record<string, string>]>([
    ['without a header', `7,${PHONE}\n8,+12025550188\n`, {}],
    ['without a line end at the end', `id,phone\n7,${PHONE}`, {}],
    ['with a postal code that looks alike', `plz,Mobilnummer\n24103,${PHONE}\n`, {}],
    ['with the column named', `other,mine\n+12025550188,${PHONE}\n`, { column: 'Mine' }],
    ['with the column counted', `other,mine\n+12025550188,${PHONE}\n`, { column: '2' }],
    ['with old line ends', `id,phone\r7,${PHONE}\r`, {}],
  ])('is understood %s', async (_, text, query) => {
    await optIn(PHONE)
    expect(await (await check(text, query)).text()).toContain(`send,ok_express,"${PHONE}",`)
  })

  test.each<[string, string, Record<string, string>, RegExp]>([
    ['no column of addresses', 'a,b\nx,y\n', {}, /no column of the list looks like telephone numbers/],
    ['nothing at all', '', {}, /looks like telephone numbers/],
    ['no such column', `a\n${PHONE}\n`, { column: 'b' }, /has no column \\"b\\"/],
    ['two that could be it', `Phone,Mobile phone\n${PHONE},+12025550199\n`, {}, /columns 1, 2 all look like/],
    ['answers of before', `phone,assent_decision\n${PHONE},send\n`, {}, /was answered before/],
    ['a quote that never ends', `phone\n${PHONE}\n"${PHONE}\n`, {}, /a quote is not closed/],
  ])('with %s is refused before its first row', async (_, text, query, detail) => {
    const answer = await check(text, query)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toMatch(detail)
  })

  test.each<[string, string]>([
    ['in a spelling of its own', '(+49) 151 12345699;Kiel\n+12025550123;Ulm\n'],
    ['between marks nobody sees', '\u202A+49 151 12345699\u202C;Kiel\n+12025550123;Ulm\n'],
    ['and line ends of two kinds', 'phone;x\r\n+12025550123;A\n+4915112345699;B\n+12025550188;C\n'],
    ['behind a name with "tel" in it', 'Hotel Adler;+4915112345699\nPension;+12025550123\n'],
    ['and a row that is longer than the others', 'phone;x\n+4915112345699;A;send;send\n+12025550123;B\n'],
  ])('with a withdrawn number %s lets nobody through but who may be', async (_, text) => {
    await optIn(PHONE, '+4915112345699')
    await optOut('+4915112345699')
    const filtered = await (await check(text, { mode: 'filter' })).text()
    expect(filtered).toContain(PHONE)
    expect(filtered).not.toContain('12345699')
    const [answers] = rowsOf(
      await (await check(`a;b\n${text}`, { column: text.startsWith('Hotel') ? '2' : '1' })).text(),
      ';',
    )
    expect(answers![0]).not.toBe('send')
  })

  test('in Windows-1252 keeps its letters, however late the first of them comes', async () => {
    await optIn(PHONE)
    const plain = `${PHONE},Kiel\n`.repeat(2_000)
    const late = Buffer.from(`phone,city\n${plain}${PHONE},Mülheim\n`, 'latin1')
    expect(await (await check(late)).text()).toContain('Mülheim')
  })

  test('runs nothing in the spreadsheet that opens the answer', async () => {
    const evil = ["=cmd|' /C calc'!A0", '=1', '@SUM(1)', '-2+3+cmd', '+1-2-EVIL', '\t=1', 'fine']
    const text = `note,phone\n${evil.map(cell => `"${cell}",${PHONE}`).join('\n')}\n`
    const cells = rowsOf(await (await check(text)).text()).map(row => row[5])
    expect(cells).toEqual(evil.map(cell => (cell === 'fine' ? cell : `'${cell}`)))
  })

  test('of 5,000 rows that a spreadsheet has been at: every row is answered, and no withdrawn number is sent to', async () => {
    await optIn(PHONE, '+4915112345678')
    await optIn('+4915112345699')
    await optOut('+4915112345699')
    const cells = [
      PHONE,
      '0151 12345678',
      // The one that was withdrawn, in three spellings and one more.
      '+49 151 12345699',
      '0151/12345699',
      '(0151) 123 456 99',
      '٠١٥١١٢٣٤٥٦٩٩',
      // Damaged: digits lost, plus lost, zero lost, decimals.
      '4,47911E+11',
      '4915112345699',
      '15112345699',
      '4915112345699,00',
      // A landline, a formula, nothing.
      '030 123456',
      "=cmd|' /C calc'!A0",
      '',
    ]
    const rows = Array.from({ length: 5_000 }, (_, n) => `${n};${cells[n % cells.length]!};Straße ${n}`)
    const text = ['Nr;Handynummer;Straße', ...rows, ''].join('\r\n')
    const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le')
    const answered = Buffer.from(await (await check(bytes)).arrayBuffer())
    const answer = answered.toString()
    expect(
      answer.startsWith(
        '\uFEFFassent_decision;assent_reason;assent_address;assent_not_before;assent_duplicate_of;Nr;Handynummer;',
      ),
    ).toBe(true)
    const found = rowsOf(answer, ';')
    expect(found.map(row => Number(row[5]))).toEqual(rows.map((_, n) => n))
    const reasonOf = (cell: number) =>
      new Set(found.filter((_, n) => n % cells.length === cell).map(row => row[1]))
    expect(cells.map((_, n) => [...reasonOf(n)])).toEqual([
      ['ok_express'],
      ['ok_express'],
      ...Array.from({ length: 4 }, () => ['withdrawn']),
      ...Array.from({ length: 4 }, () => ['damaged_number']),
      ['not_mobile'],
      ['invalid_number'],
      ['invalid_number'],
    ])
    const { summary } = (await (await check(bytes, { mode: 'count' })).json()) as { summary: CheckSummary }
    expect(summary.rows).toBe(5_000)
    const sum = (counts: object) => (Object.values(counts) as number[]).reduce((a, b) => a + b, 0)
    expect([sum(summary.decisions), sum(summary.reasons)]).toEqual([5_000, 5_000])
    expect(summary.decisions.send).toBe(found.filter(row => row[0] === 'send').length)
    // Each spelling after the first of a number is told as one of it.
    expect(found[3]![4]).toBe('3')
    expect(found[2]![4]).toBe('')
  })
})

describe('over a socket', () => {
  /** The server, and a list that is sent piece by piece. */
  async function withServer(
    body: (port: number, warnings: readonly string[]) => Promise<void>,
  ): Promise<void> {
    const warnings: string[] = []
    const operators = openOperators(app.ledger.folder)
    const log = { info: () => {}, warn: (event: string) => void warnings.push(event), error: () => {} }
    const apiKeys = openApiKeys(operators.apiKeys, app.ledger.now, log)
    const server = createServer(
      { requestTimeout: 200, headersTimeout: 200, connectionsCheckingInterval: 50 },
      createListener({ ...APP_SETTINGS, ledger: app.ledger, log, apiKeys }),
    ).on('clientError', refuseGarbage)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      await body((server.address() as AddressInfo).port, warnings)
    } finally {
      server.closeAllConnections()
      server.close()
      operators.close()
    }
  }
  const open = (port: number, type = 'text/csv') =>
    ask({
      port,
      method: 'POST',
      path: `/v1/sites/${SITE}/checks?channel=sms&program=offers`,
      headers: { 'Content-Type': type, Authorization: `Bearer ${key}` },
    })

  test('rows come back while the list still comes, and the sum behind them', async () => {
    await optIn(PHONE)
    await withServer(async port => {
      const sending = open(port)
      sending.write(`phone\n${`${PHONE}\n`.repeat(2_000)}`)
      const [answer] = (await once(sending, 'response')) as [IncomingMessage]
      const [first] = (await once(answer, 'data')) as [Buffer]
      expect(first.toString()).toContain('assent_duplicate_of,phone')
      sending.end(`${PHONE}\n`)
      for await (const _ of answer);
      expect(JSON.parse(answer.trailers['assent-summary'] as string)).toMatchObject({
        rows: 2_001,
        decisions: { send: 2_001, hold: 0, block: 0 },
        duplicates: 2_000,
      })
    })
  })

  test('a list may take longer than any other request', async () => {
    await optIn(PHONE)
    await withServer(async port => {
      const [sending, other] = [open(port), open(port, 'application/json')]
      sending.write('phone\n')
      other.write('{')
      const refused = once(other, 'response') as Promise<[IncomingMessage]>
      for (let n = 0; n < 8; n++) {
        // oxlint-disable-next-line no-await-in-loop -- dripped, for four times as long as a request has
        await wait(100)
        sending.write(`${PHONE}\n`)
      }
      sending.end()
      const [answer] = (await once(sending, 'response')) as [IncomingMessage]
      for await (const _ of answer);
      expect(JSON.parse(answer.trailers['assent-summary'] as string)).toMatchObject({ rows: 8 })
      expect((await refused)[0].statusCode).toBe(408)
      other.destroy()
    })
  })

  test('over HTTP/1.0, where what breaks off ends like a whole answer, a list is refused with what to do', async () => {
    await withServer(async port => {
      const body = `phone\n${PHONE}\n`
      const socket = connect(port, '127.0.0.1')
      socket.end(
        `POST /v1/sites/${SITE}/checks?channel=sms&program=offers HTTP/1.0\r\nHost: localhost\r\nContent-Type: text/csv\r\nAuthorization: Bearer ${key}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      )
      let answer = ''
      for await (const piece of socket) answer += String(piece)
      expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*proxy_http_version 1\.1/)
    })
  })

  test('a list that breaks off is never answered as a whole one', async () => {
    await withServer(async (port, warnings) => {
      const sending = open(port)
      sending.write(`phone\n${`${PHONE}\n`.repeat(2_000)}`)
      const [answer] = (await once(sending, 'response')) as [IncomingMessage]
      answer.once('data', () => sending.destroy())
      sending.on('error', () => {})
      await expect(
        (async () => {
          for await (const _ of answer);
        })(),
      ).rejects.toThrow('aborted')
      expect(answer.trailers['assent-summary']).toBeUndefined()
      await vi.waitFor(() => expect(warnings).toEqual(['check broken off']))
    })
  })
})
