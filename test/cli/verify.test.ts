import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { sitesIn } from '../../server/inventory/current.ts'
import { checkpoint } from '../../server/ledger/checkpoint.ts'
import { formatCheckpoint, openCheckpoint } from '../../server/ledger/checkpoint-text.ts'
import { cosign, splitNote } from '../../server/ledger/cosignature.ts'
import { signNote, type NoteSigner } from '../../server/ledger/note.ts'
import { firstKeyFile } from '../../server/ledger/signing-keys.ts'
import { appendOptIns } from '../../server/marketing/opt-in.ts'
import { appendOptOuts } from '../../server/marketing/opt-out.ts'
import { aSiteDecision, SITE } from '../support/app.ts'
import { assent } from '../support/cli.ts'
import { aSecret } from '../support/decisions.ts'
import { foldersIn } from '../support/ledger.ts'
import { anOptIn, anOptOut, PHONE, publishPrograms } from '../support/marketing.ts'
import { aDataFolder, postTo, serve, type DataFolder } from '../support/serve.ts'
import { aWitnessKey } from '../support/witness.ts'

let data: DataFolder
let decision: ReturnType<typeof aSiteDecision>
let receipt: string
let vkey: string

beforeEach(async () => {
  data = await aDataFolder()
  const server = await serve(data.folder)
  decision = aSiteDecision({ decidedAt: Date.now(), choices: { analytics: true, marketing: false } })
  await postTo(server.url, JSON.stringify({ decisions: [decision] }))
  const headers = { Authorization: `Assent ${aSecret()}` }
  const response = await fetch(`${server.url}/v1/sites/${SITE}/receipts/${decision.id}`, { headers })
  receipt = join(data.folder, 'receipt.json')
  writeFileSync(receipt, await response.text())
  vkey = (await (await fetch(`${server.url}/log/${SITE}/vkey`)).text()).trim()
  await server.end()
})
afterEach(() => data.remove())

const verify = (...args: string[]) => assent(['verify', '--data', data.folder, ...args])

/** Changes the stored bytes behind the triggers' back, as somebody with the file would. */
function tamper(sql: string): void {
  const database = new SqliteDatabase(join(data.folder, 'ledger.db'))
  const triggers = database.prepare(`SELECT name FROM sqlite_master WHERE type = 'trigger'`).all() as {
    name: string
  }[]
  for (const { name } of triggers) database.exec(`DROP TRIGGER "${name}"`)
  database.exec(sql)
  database.close()
}

test('an untouched ledger holds, with its size, root, checkpoint and the latest decisions in plain words', async () => {
  const { code, out } = await verify()
  expect(out).toMatch(
    /^harbor: \d+ entries, everything holds\n {2}root {8}\S{44}\n {2}checkpoint {2}\d+ entries, signed by log\.test\/harbor\+/,
  )
  expect(out).toMatch(
    /\d{4}-\d\d-\d\dT[\d:.]+Z {2}decision {10}analytics yes, marketing no {2}\(banner\) {2}receipt /,
  )
  expect(out).toContain(decision.id)
  expect(code).toBe(0)
})

test('as JSON the same for machines', async () => {
  const { code, out } = await verify('--site', SITE, '--json')
  expect(code).toBe(0)
  const report = JSON.parse(out) as {
    sites: { checkpoint: { size: number; root: string }; root: string; entries: number }[]
  }
  expect(report).toMatchObject({ ok: true, sites: [{ site: SITE, findings: [] }] })
  const [site] = report.sites
  expect(site!.checkpoint).toMatchObject({ size: site!.entries, root: site!.root })
})

test('a receipt number shows that decision, and an unknown one says so', async () => {
  expect(await verify('--id', decision.id)).toMatchObject({
    code: 0,
    out: expect.stringContaining(decision.id),
  })
  const unknown = await verify('--id', '01980000-0000-7000-8000-000000000000')
  expect(unknown).toMatchObject({
    code: 1,
    err: expect.stringContaining('No decision, opt-in or opt-out has the number'),
  })
})

test('an opt-in and an opt-out are listed and found by their receipt numbers, without the address', async () => {
  const taken = anOptIn()
  const stopped = anOptOut()
  const opened = await openData(readConfig({ data: data.folder }, {}), Date.now)
  await publishPrograms({ ...opened.ledger, folders: opened.folders })
  const { configuration } = sitesIn(opened.ledger.store)(SITE)!
  await appendOptIns(opened.ledger, SITE, [taken], configuration, {})
  await appendOptOuts(opened.ledger, SITE, [stopped], configuration)
  checkpoint(opened.ledger, SITE)
  await opened.close()
  const { out } = await verify()
  expect(out).toMatch(
    new RegExp(`\\d+ {2}\\S+Z {2}opt-in {12}sms offers {2}\\(form, single opt-in\\) {2}receipt ${taken.id}`),
  )
  expect(out).toMatch(
    new RegExp(`\\d+ {2}\\S+Z {2}opt-out {11}sms every program {2}\\(form\\) {2}receipt ${stopped.id}`),
  )
  const one = await verify('--id', taken.id)
  expect(one).toMatchObject({ code: 0, out: expect.stringContaining(`receipt ${taken.id}`) })
  expect(one.out).not.toContain(decision.id)
  const json = await verify('--id', stopped.id, '--json')
  expect(JSON.parse(json.out)).toMatchObject({
    sites: [{ acts: [{ index: expect.any(Number), entry: { type: 'opt-out', channel: 'sms' } }] }],
  })
  for (const shown of [out, json.out]) expect(shown).not.toContain(PHONE)
})

test('a changed entry is found, and its index named', async () => {
  const index = await data.read(store => store.entryById(SITE, decision.id)!.index)
  tamper(
    `UPDATE entries SET entry = replace(entry, '"analytics":true', '"analytics":false') WHERE idx = ${index}`,
  )
  const { code, out } = await verify()
  expect(code).toBe(1)
  expect(out).toContain(`first bad index ${index}`)
  expect(JSON.parse((await verify('--json')).out)).toMatchObject({ ok: false })
})

test('a log taken out whole is missed, for its checkpoint was kept elsewhere', async () => {
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(data.folder, `ledger.db${suffix}`), { force: true })
  await expect(serve(data.folder)).rejects.toThrow('holds nothing of "harbor"')
  const { code, out } = await verify()
  expect(code).toBe(1)
  expect(out).toContain('the database holds nothing of it')
})

describe('who has seen it', () => {
  /** Has these witnesses cosign the log as it stands, which is what their answers leave behind. */
  async function cosignBy(...witnesses: NoteSigner[]): Promise<number> {
    const config = readConfig({ data: data.folder }, {})
    const opened = await openData(config, Date.now)
    const { store } = opened.ledger
    const { size, note } = store.checkpoint(SITE)!
    for (const each of witnesses)
      store.saveCosignature(SITE, size, {
        witness: each.vkey,
        line: cosign(splitNote(note)!.text, each, 1_795_334_400),
      })
    await opened.close()
    return size
  }

  const known = aWitnessKey('witness.test/known', 4)
  const absent = aWitnessKey('witness.test/absent', 5)
  const stranger = aWitnessKey('witness.test/stranger', 6)
  const witnessed = (...args: string[]) =>
    assent(['verify', '--data', data.folder, ...args], {
      ASSENT_WITNESSES: `https://a.example ${known.vkey}, https://b.example ${absent.vkey}`,
    })

  test('nobody is said of a log without witnesses; configured ones count, and no others', async () => {
    expect((await verify()).out).not.toContain('witness')
    expect((await witnessed()).out).toContain(
      'witnesses   none of ASSENT_WITNESSES has seen this log: only its own key vouches for it',
    )
    const size = await cosignBy(known, stranger)
    const { code, out } = await witnessed()
    expect(out).toContain(
      [
        `  witnesses   1 witness has seen it, the first ${size} of ${size} entries`,
        `              witness.test/known saw ${size} entries at 2026-11-22T08:00:00.000Z`,
        `              witness.test/stranger saw ${size} entries at 2026-11-22T08:00:00.000Z; not one of ASSENT_WITNESSES, key ${stranger.vkey}`,
        '              witness.test/absent has seen nothing yet',
      ].join('\n'),
    )
    expect(code).toBe(0)
    const { sites } = JSON.parse((await witnessed('--json')).out) as { sites: { witnesses: unknown[] }[] }
    expect(sites[0]!.witnesses).toContainEqual({
      witness: 'witness.test/known',
      vkey: known.vkey,
      known: true,
      seen: { size, at: '2026-11-22T08:00:00.000Z' },
    })
  })

  test('a changed cosignature is a finding, and nobody vouches for the log then', async () => {
    await cosignBy(known)
    tamper("UPDATE cosignatures SET line = replace(line, 'A', 'B')")
    const { code, out } = await witnessed()
    expect(out).toMatch(
      /cosignatures\.line: the checkpoint of \d+ entries is not the one witness\.test\/known cosigned/,
    )
    expect(out).not.toContain('has seen it')
    expect(code).toBe(1)
  })
})

describe('a checkpoint kept elsewhere', () => {
  const file = () => join(data.folder, 'kept elsewhere')
  const keep = (note: string) => writeFileSync(file(), note)
  const signed = () => readFileSync(join(data.folder, 'checkpoints', SITE), 'utf8')
  const key = () => firstKeyFile(foldersIn(data.folder), SITE).signer!
  const sign = (text: string) => signNote(text, key())

  async function finding(): Promise<unknown> {
    const words = await verify('--checkpoint', file())
    expect(words.code).toBe(1)
    expect(words.out).toContain(file())
    const { sites, findings } = JSON.parse((await verify('--checkpoint', file(), '--json')).out) as {
      sites: { extends?: string; findings: { detail: string }[] }[]
      findings: { detail: string }[]
    }
    expect(sites.map(s => s.extends)).toEqual([undefined])
    return [...sites.flatMap(s => s.findings), ...findings].map(f => f.detail).join()
  }

  test('holds while the log extends it, also once it has grown', async () => {
    keep(signed())
    expect((await verify('--checkpoint', file())).out).toContain(`extends     ${file()}`)
    const server = await serve(data.folder)
    await postTo(server.url, JSON.stringify({ decisions: [aSiteDecision({ decidedAt: Date.now() })] }))
    await server.end()
    expect(signed()).not.toBe(readFileSync(file(), 'utf8'))
    const { code, out } = await verify('--checkpoint', file(), '--site', SITE, '--json')
    expect(JSON.parse(out)).toMatchObject({ ok: true, sites: [{ extends: file() }] })
    expect(code).toBe(0)
  })

  test('is a finding when the whole log was written and signed again', async () => {
    const { size, root } = openCheckpoint(signed(), key())!
    const other = Buffer.from(root).fill(1, 0, 1)
    keep(sign(formatCheckpoint({ origin: key().name, size: size - 1, root: other })))
    expect(await finding()).toContain(`the first ${size - 1} entries are not the ones`)
  })

  test('is a finding when the log is shorter', async () => {
    const { size, root } = openCheckpoint(signed(), key())!
    keep(sign(formatCheckpoint({ origin: key().name, size: size + 4, root })))
    expect(await finding()).toContain(`has ${size + 4} entries, the log ${size}`)
  })

  test('is a finding when it is of an empty log that never was', async () => {
    const { root } = openCheckpoint(signed(), key())!
    keep(sign(formatCheckpoint({ origin: key().name, size: 0, root })))
    expect(await finding()).toContain('the first 0 entries')
  })

  test.each([
    ['another key signed it', (note: string) => note.replace(/.{8}\n$/, 'AAAAAA==\n'), 'not signed by'],
    ['it is of another log', (note: string) => note.replaceAll('harbor', 'quay'), 'signs under the name'],
    ['it is no checkpoint', () => 'hello\u001b[2J', 'signs under the name'],
    ['it is empty', () => '', 'signs under the name'],
  ])('is a finding when %s', async (_, change, detail) => {
    keep(change(signed()))
    expect(await finding()).toContain(detail)
    expect((await verify('--checkpoint', file())).out).not.toContain('\u001b')
  })

  test('is a finding where the entries below it are gone', async () => {
    keep(signed())
    tamper('DELETE FROM entries WHERE idx = 2')
    expect(await finding()).toContain('in a row to compare it with')
  })

  test('that cannot be read, or goes with a receipt, is said so', async () => {
    expect(await verify('--checkpoint', file())).toMatchObject({
      code: 2,
      err: expect.stringContaining('check the path'),
    })
    expect(await assent(['verify', receipt, '--checkpoint', file()])).toMatchObject({ code: 2 })
  })
})

test('an unknown site is said to be unknown', async () => {
  expect(await verify('--site', 'nowhere')).toMatchObject({
    code: 1,
    err: expect.stringContaining('There is no log of "nowhere"'),
  })
})

test('a receipt holds offline, says in plain words what was agreed and when, and what it cannot say', async () => {
  const { code, out } = await assent(['verify', receipt])
  expect(code).toBe(0)
  expect(out).toContain('This receipt holds.')
  expect(out).toContain('Agreed:   analytics')
  expect(out).toContain('Refused:  marketing')
  expect(out).toContain(new Date(decision.decidedAt).toISOString())
  expect(out).toContain(decision.text)
  expect(out).toContain(decision.id)
  expect(out).toContain("Whether the key is the site's own, a receipt cannot say of itself")
})

test('with the right key pinned nothing is left open, with another it does not hold', async () => {
  const pinned = await assent(['verify', receipt, '--key', vkey])
  expect(pinned).toMatchObject({ code: 0, out: expect.stringContaining('The key is the one you trust.') })
  const wrong = await assent(['verify', receipt, '--key', `${vkey}x`])
  expect(wrong).toMatchObject({ code: 1, out: expect.stringContaining('does not hold (unexpected-key)') })
})

test('the keys of a log may be a file, as the log answers them; a witness that is asked for must have cosigned', async () => {
  const keys = join(data.folder, 'keys.json')
  writeFileSync(keys, JSON.stringify({ origin: 'log.test/harbor', keys: [{ vkey, firstSize: 0 }] }))
  expect(await assent(['verify', receipt, '--key', keys])).toMatchObject({
    code: 0,
    out: expect.stringContaining('The key is the one you trust.'),
  })
  writeFileSync(
    keys,
    JSON.stringify({ origin: 'log.test/harbor', keys: [{ vkey, firstSize: 0, lastSize: 3 }] }),
  )
  expect(await assent(['verify', receipt, '--key', keys])).toMatchObject({
    code: 1,
    out: expect.stringContaining('it counts up to 3 entries'),
  })
  expect(await assent(['verify', receipt, '--key', 'nothing of the kind'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('is none of these'),
  })
  const witness = 'witness.test/w1+78596eae+BP0XJDhaoMdbZPt4zWAvodmR/ev3axPFjtcC6sg16fYY'
  expect(await assent(['verify', receipt, '--witness', witness])).toMatchObject({
    code: 1,
    out: expect.stringContaining('does not hold (not-witnessed)'),
  })
  expect(await assent(['verify', '--witness', witness])).toMatchObject({ code: 2 })
})

test('receipts of version 1 and of opt-ins are told in words too', async () => {
  const kept = (name: string) =>
    assent(['verify', join(import.meta.dirname, '..', 'fixtures', 'receipts', name)])
  expect(await kept('first-decision.json')).toMatchObject({
    code: 0,
    out: expect.stringContaining('Agreed:   analytics, marketing'),
  })
  expect((await kept('second-opt-in.json')).out).toMatch(
    /Offered: {2}by Loomwork GmbH[^]*an opt-in to messages, made on a form[^]*Agreed: {3}email of Loomwork weekly \(weekly\)/,
  )
  expect((await kept('second-opt-out.json')).out).toContain('Stopped:  email of every program')
})

test.each([
  [
    'the choice',
    (json: string) => json.replace('\\"analytics\\":true', '\\"analytics\\":false'),
    'not-included',
  ],
  ['the text shown', (json: string) => json.replace('first en one', 'first en two'), 'wrong-text'],
  ['everything', () => '{}', 'malformed'],
])('a receipt with %s changed does not hold', async (_, change, reason) => {
  writeFileSync(receipt, change(readFileSync(receipt, 'utf8')))
  const { code, out } = await assent(['verify', receipt])
  expect(code).toBe(1)
  expect(out).toContain(`does not hold (${reason})`)
  expect(JSON.parse((await assent(['verify', receipt, '--json'])).out)).toMatchObject({ ok: false, reason })
})

test("a stranger's file cannot steer the terminal", async () => {
  writeFileSync(receipt, readFileSync(receipt, 'utf8').replace('"keys":["', '"keys":["\\u001b[2J'))
  const { code, out } = await assent(['verify', receipt, '--key', vkey])
  expect(code).toBe(1)
  expect(out).not.toContain('\u001b')
})

test('verify reads beside a running server', async () => {
  const server = await serve(data.folder)
  expect((await verify()).code).toBe(0)
  expect(
    (await postTo(server.url, JSON.stringify({ decisions: [aSiteDecision({ decidedAt: Date.now() })] })))
      .status,
  ).toBe(200)
  expect((await verify()).code).toBe(0)
  await server.end()
})
