import { hash, verify as verifySignature, createPublicKey } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { appendDecisions } from '../../server/ledger/append.ts'
import { checkpoint } from '../../server/ledger/checkpoint.ts'
import { appendOptIns } from '../../server/marketing/opt-in.ts'
import { appendOptOuts } from '../../server/marketing/opt-out.ts'
import { aSiteDecision, SITE } from '../support/app.ts'
import { assent, assentProcess } from '../support/cli.ts'
import { aSecret } from '../support/decisions.ts'
import { anOptIn, anOptOut, MAIL, PHONE, PROGRAMS, publishPrograms } from '../support/marketing.ts'
import { aDataFolder, postTo, serve, type DataFolder } from '../support/serve.ts'

let data: DataFolder
let file: string
let vkey: string

beforeAll(async () => {
  data = await aDataFolder()
  const { ledger, folders, close } = await openData(readConfig({ data: data.folder }, {}), Date.now)
  const sealed = [1, 2].map(n =>
    aSiteDecision({
      decidedAt: Date.now(),
      secret: aSecret(n),
      private: { address: 'robin@street.example' },
    }),
  )
  await appendDecisions(ledger, SITE, [...sealed, aSiteDecision({ decidedAt: Date.now() })])
  await publishPrograms({ ...ledger, folders })
  const now = { decidedAt: Date.now() }
  await appendOptIns(
    ledger,
    SITE,
    [anOptIn(now), anOptIn({ ...now, channel: 'email', address: MAIL })],
    {
      programs: PROGRAMS,
    },
    { network: '192.0.2.0/24', userAgent: 'An invented browser' },
  )
  await appendOptOuts(ledger, SITE, [anOptOut(now)], { programs: PROGRAMS })
  checkpoint(ledger, SITE)
  ;({ vkey } = ledger.signer(SITE))
  await close()
  file = join(data.folder, 'export.ndjson')
  const { code, err } = await assent(['export', SITE, '--texts', '--out', file, '--data', data.folder])
  if (code !== 0) throw new Error(err)
})
afterAll(() => data.remove())

const verify = (path: string, ...args: string[]) => assent(['verify', path, ...args])
const lines = () => readFileSync(file, 'utf8').trimEnd().split('\n')

/** The export with some of its lines changed, in a file of its own. */
function changed(change: (lines: string[]) => string[], end = '\n'): string {
  const path = join(data.folder, 'changed.ndjson')
  writeFileSync(path, change(lines()).join('\n') + end)
  return path
}

test('it holds, offline, and says what it holds', async () => {
  const { code, out } = await verify(file, '--key', vkey)
  expect(code).toBe(0)
  expect(out).toMatch(/^This export holds\.\n {2}Log: {6}"log\.test\/harbor", of the site "harbor"\n/)
  expect(out).toContain('3 decision')
  expect(out).toContain('The key is the one you trust.')
  const report = JSON.parse((await verify(file, '--json')).out) as Record<string, unknown>
  expect(report).toMatchObject({
    ok: true,
    site: SITE,
    vkey,
    pinned: false,
    types: { 'opt-in': 2, 'opt-out': 1 },
  })
})

test('a stranger with a hash function finds the root and the signature right', () => {
  const records = lines().map(
    line =>
      JSON.parse(line) as {
        index?: number
        entry?: string
        text?: string
        body?: string
        checkpoint?: string
      },
  )
  const entries = records.filter(record => record.entry !== undefined)
  expect(entries.map(record => record.index)).toEqual(entries.map((_, i) => i))
  const sha = (...parts: Uint8Array[]) => hash('sha256', Buffer.concat(parts), 'buffer')
  const treeOf = (leaves: Buffer[]): Buffer => {
    if (leaves.length === 1) return leaves[0]!
    let split = 1
    while (split * 2 < leaves.length) split *= 2
    return sha(Buffer.of(1), treeOf(leaves.slice(0, split)), treeOf(leaves.slice(split)))
  }
  const [origin, size, rootText, , signature] = records.at(-1)!.checkpoint!.split('\n')
  expect(treeOf(entries.map(e => sha(Buffer.of(0), Buffer.from(e.entry!)))).toString('base64')).toBe(rootText)
  expect(Number(size)).toBe(entries.length)
  const raw = Buffer.from(vkey.split('+').slice(2).join('+'), 'base64').subarray(1)
  const key = createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]),
    format: 'der',
    type: 'spki',
  })
  const note = Buffer.from(`${origin}\n${size}\n${rootText}\n`)
  expect(verifySignature(null, note, key, Buffer.from(signature!.split(' ')[2]!, 'base64').subarray(4))).toBe(
    true,
  )
  for (const { text, body } of records.filter(record => 'body' in record))
    expect(sha(Buffer.from(body!)).toString('hex')).toBe(text)
})

test('nothing sealed or personal is in it, and it is its owner’s alone', () => {
  const text = readFileSync(file, 'utf8')
  for (const secret of [
    PHONE,
    PHONE.slice(2),
    MAIL,
    'street.example',
    'invented browser',
    '192.0.2',
    'salt',
    'blind',
  ])
    expect(text).not.toContain(secret)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('without texts it is the same entries; to the standard output; beside a running server', async () => {
  const server = await serve(data.folder)
  const { code, out, err } = await assentProcess(['export', SITE, '--data', data.folder])
  await server.end()
  expect(code).toBe(0)
  expect(err).toMatch(/^harbor: \d+ entries written\.\n$/)
  const path = changed(() => out.trimEnd().split('\n'))
  expect(await verify(path)).toMatchObject({ code: 0, out: expect.stringContaining('none in it') })
  expect(out.split('\n').filter(line => line.includes('"index":'))).toEqual(
    lines().filter(line => line.includes('"index":')),
  )
})

test('what is not signed yet is left out, and said', async () => {
  const server = await serve(data.folder, { environment: { ASSENT_CHECKPOINT_MS: '3600000' } })
  await postTo(server.url, JSON.stringify({ decisions: [aSiteDecision({ decidedAt: Date.now() })] }))
  const { out, err } = await assentProcess(['export', SITE, '--data', data.folder])
  await server.end('SIGKILL')
  expect(err).toContain('; 1 newer ones are not signed yet')
  expect(await verify(changed(() => out.trimEnd().split('\n')))).toMatchObject({ code: 0 })
})

test('nothing is overwritten, and an unknown site is said so', async () => {
  const again = await assent(['export', SITE, '--out', file, '--data', data.folder])
  expect(again).toMatchObject({ code: 2, err: expect.stringContaining('is there already') })
  const unknown = await assent(['export', 'nowhere', '--data', data.folder])
  expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('There is no log of "nowhere"') })
})

describe('what was done to a file is found, with its line and index', () => {
  /** The first decision's line. */
  const entry = () => lines().findIndex(line => line.includes(String.raw`\"type\":\"decision\"`))

  test.each<[string, (all: string[]) => string[], RegExp]>([
    [
      'an entry edited',
      all => all.with(entry(), all[entry()]!.replace('true', 'false')),
      /the entries are not the \d+ that were signed/,
    ],
    [
      'an entry edited so that it is not canonical',
      all =>
        all.with(
          entry(),
          all[entry()]!.replace(String.raw`\"analytics\":true`, String.raw`\"analytics\": true`),
        ),
      /line \d+, index \d+: the entry is not canonical JSON/,
    ],
    [
      'an entry dropped',
      all => all.toSpliced(entry(), 1),
      /line \d+, index \d+: entry \d+ should stand here/,
    ],
    [
      'two entries swapped',
      all => all.with(entry(), all[entry() + 1]!).with(entry() + 1, all[entry()]!),
      /index \d+: entry \d+ should stand here, not/,
    ],
    ['an entry repeated', all => all.toSpliced(entry(), 0, all[entry()]!), /should stand here, not/],
    ['cut in the middle', all => all.slice(0, 20), /line 21: the file ends before its last line/],
    [
      'a text changed',
      all => all.map(line => line.replace('ui one', 'ui two')),
      /the text is not the one with hash/,
    ],
    ['a text dropped', all => all.filter(line => !line.includes('ui one')), /should stand here/],
    ['something after the end', all => [...all, '{}'], /something stands after the last line/],
    [
      'another size',
      all => all.with(0, all[0]!.replace(/"size":\d+/, '"size":3')),
      /index 3: the header says 3 entries/,
    ],
    [
      'another site',
      all => all.with(0, all[0]!.replace('"site":"harbor"', '"site":"other"')),
      /line 2, index 0: the entry is not a version 1 entry of site "other"/,
    ],
    [
      'a name given twice',
      all => all.with(1, all[1]!.replace('{', '{"index":7,')),
      /line 2, index 0: the line is no JSON/,
    ],
    [
      'an unknown member',
      all => all.with(0, all[0]!.replace('{', '{"a":1,')),
      /line 1: the header is not as the format has it/,
    ],
    [
      'the checkpoint of fewer',
      all => all.with(all.length - 1, all.at(-1)!.replace(/(harbor\\n)\d+/, '$13')),
      /the checkpoint is not one of this log/,
    ],
    ['a line of something else', all => all.with(3, 'hello'), /line 4, index \d+: the line is no JSON/],
  ])('%s', async (_what, change, found) => {
    const { code, out } = await verify(changed(change))
    expect(out).toMatch(found)
    expect(code).toBe(1)
  })

  test('bytes that are no text', async () => {
    const bytes = readFileSync(file)
    bytes[bytes.indexOf('ui one')] = 0xff
    const path = join(data.folder, 'changed.ndjson')
    writeFileSync(path, bytes)
    expect((await verify(path)).out).toMatch(/line \d+, index \d+: the line is no JSON/)
  })

  test('cut anywhere', async () => {
    const whole = readFileSync(file)
    const path = join(data.folder, 'changed.ndjson')
    for (let n = 0; n < 40; n++) {
      // From the second line on: a first line that is cut is no export at all.
      const from = lines()[0]!.length + 1
      writeFileSync(path, whole.subarray(0, from + Math.floor(((whole.length - from) * n) / 40)))
      // oxlint-disable-next-line no-await-in-loop -- one file, cut again and again
      expect(await verify(path)).toMatchObject({
        code: 1,
        out: expect.stringContaining('does not hold, line '),
      })
    }
    writeFileSync(path, whole.subarray(0, -1))
    expect((await verify(path)).out).toContain('the line has no end: the file was cut here')
  })

  test('signed again with another key: only the key that one trusts tells', async () => {
    const other = await aDataFolder()
    try {
      const theirs = join(other.folder, 'theirs.ndjson')
      await assent(['export', SITE, '--out', theirs, '--data', other.folder])
      expect(await verify(theirs)).toMatchObject({ code: 0 })
      expect(await verify(theirs, '--key', vkey)).toMatchObject({
        code: 1,
        out: expect.stringContaining(`expected was ${vkey}`),
      })
    } finally {
      other.remove()
    }
  })
})

describe('held against what the reader kept', () => {
  let early: string
  let keys: string

  beforeAll(async () => {
    const { ledger, close } = await openData(readConfig({ data: data.folder }, {}), Date.now)
    early = join(data.folder, 'early.checkpoint')
    writeFileSync(early, ledger.store.checkpoint(SITE)!.note)
    await close()
    await assent(['log-key', 'rotate', SITE, '--data', data.folder])
    keys = join(data.folder, 'keys.json')
    writeFileSync(keys, (await assent(['log-key', 'list', SITE, '--json', '--data', data.folder])).out)
  })

  async function exported(from: string): Promise<string> {
    const path = join(from, `export-${Math.random()}.ndjson`)
    expect(await assent(['export', SITE, '--out', path, '--data', from])).toMatchObject({ code: 0 })
    return path
  }

  test('the document of all keys, and while both sign the old one too, are keys one may trust', async () => {
    const path = await exported(data.folder)
    for (const key of [keys, vkey])
      // oxlint-disable-next-line no-await-in-loop
      expect(await verify(path, '--key', key)).toMatchObject({
        code: 0,
        out: expect.stringContaining('The key is the one you trust.'),
      })
    await assent(['log-key', 'retire', SITE, '--data', data.folder])
    expect((await verify(await exported(data.folder), '--key', vkey)).out).toContain(`expected was ${vkey}`)
    writeFileSync(keys, (await assent(['log-key', 'list', SITE, '--json', '--data', data.folder])).out)
    expect(await verify(await exported(data.folder), '--key', keys)).toMatchObject({ code: 0 })
    expect(await verify(path, '--key', 'no-such-file')).toMatchObject({ code: 2 })
  })

  test('a checkpoint of an earlier day, signed with the key of that day, is extended', async () => {
    const { code, out } = await verify(await exported(data.folder), '--checkpoint', early)
    expect(out).toMatch(/^ {2}Extends: {2}the \d+ entries of \S+early\.checkpoint, unchanged$/m)
    expect(code).toBe(0)
  })

  test('one of another history, of another log, of more than there is, or none at all', async () => {
    const path = await exported(data.folder)
    const note = readFileSync(early, 'utf8')
    const kept = join(data.folder, 'kept.checkpoint')
    const against = async (text: string) => {
      writeFileSync(kept, text)
      return verify(path, '--checkpoint', kept)
    }
    expect((await against(note.replace('\n', 'x\n'))).out).toContain('is not signed by a key of this log')
    expect(await against('something else\n')).toMatchObject({
      code: 2,
      err: expect.stringContaining('is no checkpoint'),
    })
    writeFileSync(kept, note)
    expect((await verify(file, '--checkpoint', kept)).code).toBe(0)

    const { ledger, close } = await openData(readConfig({ data: data.folder }, {}), Date.now)
    await appendDecisions(ledger, SITE, [aSiteDecision({ decidedAt: Date.now() })])
    checkpoint(ledger, SITE)
    const later = ledger.store.checkpoint(SITE)!.note
    const [origin, size, rootThen] = later.split('\n')
    const signed = (entries: number) => ledger.signer(SITE).sign(`${origin}\n${entries}\n${rootThen}\n`)
    const [forked, tooEarly] = [signed(Number(size) - 1), signed(1)]
    await close()
    expect((await against(forked)).out).toMatch(/is of other entries than the first \d+ here: there are two/)
    expect((await against(tooEarly)).out).toMatch(/does not count: key \w{8} counts from \d+ entries on/)
    expect(await against(later)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/has \d+ entries, the export \d+: that is older, or its log was cut/),
    })
  })
})
