import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { appendOptIns } from '../../server/marketing/opt-in.ts'
import { SITE } from '../support/app.ts'
import { assent, assentProcess } from '../support/cli.ts'
import { anOptIn, PHONE, PROGRAMS } from '../support/marketing.ts'
import { aDataFolder, type DataFolder } from '../support/serve.ts'

let data: DataFolder
let list: string
beforeEach(async () => {
  data = await aDataFolder({ programs: true })
  const { ledger, close } = await openData(readConfig({ data: data.folder }, {}), Date.now)
  const now = Date.now()
  await appendOptIns(ledger, SITE, [anOptIn({ decidedAt: now })], { programs: PROGRAMS }, {})
  await close()
  list = join(data.folder, 'list.csv')
  writeFileSync(list, `name;phone\r\nRobin;${PHONE}\r\nKim;+12025550188\r\nAlex;4.47911E+11\r\n`)
})
afterEach(() => data.remove())

const asked = () => {
  const [site, channel, program] = [SITE, 'sms', 'offers']
  return ['check', list, '--site', site, '--channel', channel, '--program', program, '--data', data.folder]
}
const check = (...more: string[]) => assent([...asked(), ...more])

test('the rows that may be written to come out as they are, what the list came to beside them', async () => {
  const { code, out, err } = await check()
  expect({ code, out }).toEqual({ code: 0, out: `name;phone\r\n\nRobin;"${PHONE}"\r\n` })
  expect(err.split('\n').map(line => line.trim())).toEqual([
    '3 rows, their addresses in column 2',
    '1 send',
    '0 hold',
    '2 block',
    '1   ok_express',
    '1   never_asked',
    '1   damaged_number',
    expect.stringMatching(/^List [0-9a-f]{64}, checked against \d+ entries, recorded as entry \d+ \(/),
  ])
})

test('as a process of its own, it writes every row and nothing else to where it is sent', async () => {
  const { code, out } = await assentProcess([...asked(), '--mode', 'annotate'])
  expect({ code, lines: out.split('\r\n').length }).toEqual({ code: 0, lines: 5 })
  expect(out).toContain('block;damaged_number;;;;Alex;4.47911E+11\r\n')
})

test('a file is written whole, and never over another', async () => {
  const out = join(data.folder, 'answers.csv')
  expect(await check('--out', out, '--mode', 'annotate')).toMatchObject({ code: 0, out: '' })
  expect(readFileSync(out, 'utf8').split('\r\n')).toHaveLength(5)
  expect(await check('--out', out)).toMatchObject({
    code: 1,
    err: expect.stringContaining('is there already'),
  })
  expect(readdirSync(data.folder).filter(name => name.endsWith('.part'))).toEqual([])
})

test('counts as JSON, for programs', async () => {
  const { err, out } = await check('--mode', 'count', '--json')
  expect(out).toBe('')
  expect(JSON.parse(err)).toMatchObject({ rows: 3, decisions: { send: 1, hold: 0, block: 2 } })
})

test.each<[string, string[], number, RegExp]>([
  ['a file that is not there', ['nowhere.csv'], 1, /nowhere\.csv cannot be read/],
  ['a site there is none of', ['', '--site', 'nowhere'], 1, /no site "nowhere"/],
  ['a program there is none of', ['', '--program', 'nothing'], 1, /it has offers, research/],
  ['a channel the program has not', ['', '--program', 'mail-only'], 1, /writes nobody by sms/],
  ['a channel there is none of', ['', '--channel', 'fax'], 2, /email or sms/],
  ['a mode there is none of', ['', '--mode', 'guess'], 2, /annotate, filter, count/],
  ['no such column', ['', '--column', 'fax'], 1, /has no column "fax"/],
])('%s is refused with what to do', async (_, [file, ...more], code, message) => {
  const flags = ['--site', SITE, '--channel', 'sms', '--program', 'offers', '--data', data.folder]
  const run = await assent(['check', file === '' ? list : file!, ...flags, ...more])
  expect(run.code).toBe(code)
  expect(run.err).toMatch(message)
  expect(existsSync(join(data.folder, 'answers.csv'))).toBe(false)
})

describe('what a check leaves', () => {
  const vkey = async () => {
    const { ledger, close } = await openData(readConfig({ data: data.folder }, {}), Date.now, {
      readonly: true,
    })
    const key = ledger.signer(SITE).vkey
    await close()
    return key
  }

  test('an entry, which is found by the file that was sent, and by when', async () => {
    await check('--mode', 'count')
    await check()
    const history = (...more: string[]) => assent(['check', 'history', SITE, '--data', data.folder, ...more])
    const found = await history('--list', list)
    expect(found.code).toBe(0)
    expect(found.out).toMatch(
      /offers by sms, filter {2}3 rows: 1 send, 0 hold, 2 block\n[^]*by the command "check" on the server's command line;/,
    )
    const asJson = await history('--json', '--from', '2026-01-01T00:00:00Z')
    expect(JSON.parse(asJson.out)).toMatchObject([{ mode: 'filter', rows: 3 }, { mode: 'count' }])
    expect(asJson.out).not.toContain('2025550')
    writeFileSync(list, 'another')
    expect(await history('--list', list)).toMatchObject({ code: 1, err: 'No such check is recorded.' })
    expect(await history('--to', 'tomorrow')).toMatchObject({ code: 2 })
    expect((await assent(['verify', '--site', SITE, '--data', data.folder])).code).toBe(0)
  })

  test('a clearance that holds for the list and for the rows that came back, and for no others', async () => {
    const [out, note] = ['sendable.csv', 'clearance.txt'].map(name => join(data.folder, name)) as [
      string,
      string,
    ]
    await check('--out', out, '--clearance', note)
    const key = await vkey()
    const verify = (...more: string[]) => assent(['verify', 'clearance', note, ...more])
    for (const file of [list, out])
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await verify('--key', key, '--list', file)).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^This clearance holds\.\n[^]*3 rows: 1 send, 0 hold, 2 block/),
      })
    writeFileSync(out, `${readFileSync(out, 'utf8')}"+12025550188"\r\n`)
    expect(await verify('--key', key, '--list', out)).toMatchObject({
      code: 1,
      out: expect.stringContaining('(other-list)'),
    })
    const later = new Date(Date.now() + 3_700_000).toISOString()
    expect(await verify('--key', key, '--at', later)).toMatchObject({
      code: 1,
      out: expect.stringContaining('(expired)'),
    })
    expect(await verify()).toMatchObject({ code: 2, err: expect.stringContaining('--key') })
    expect(await check('--clearance', note)).toMatchObject({
      code: 1,
      err: expect.stringContaining('is there already'),
    })
    const summary = join(data.folder, 'summary.json')
    writeFileSync(summary, JSON.stringify({ summary: { clearance: readFileSync(note, 'utf8') } }))
    expect(await assent(['verify', 'clearance', summary, '--key', key])).toMatchObject({ code: 0 })
  })
})

test('JSON lines are told by the name of the file', async () => {
  const lines = join(data.folder, 'list.ndjson')
  writeFileSync(lines, `{"address":"${PHONE}","id":1}\n"+12025550188"\nnothing\n`)
  const [site, channel, program] = [SITE, 'sms', 'offers']
  const flags = ['--site', site, '--channel', channel, '--program', program, '--data', data.folder]
  const { code, out, err } = await assent(['check', lines, ...flags])
  expect({ code, out }).toEqual({ code: 0, out: `{"address":"${PHONE}","id":1}\n` })
  expect(err).toContain('1   malformed')
})

test.each<[string, string[], RegExp]>([
  ['another seller', ['--seller', 'Somebody else'], /never another seller/],
  ['a sender there is none of', ['--sender', 'main'], /leave the sender out/],
  ['no time', ['--send-at', 'tomorrow'], /sendAt=2026/],
])('%s is refused with what to do', async (_, more, message) => {
  const run = await check(...more)
  expect(run.code).toBeGreaterThan(0)
  expect(run.err).toMatch(message)
})
