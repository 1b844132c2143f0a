import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openData, type OpenData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { appendDecisions } from '../../server/ledger/append.ts'
import { checkpoint } from '../../server/ledger/checkpoint.ts'
import { formatCheckpoint } from '../../server/ledger/checkpoint-text.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import { historyOf } from '../../server/ledger/history.ts'
import { hashLeaf, integrate, root } from '../../server/ledger/merkle.ts'
import { appendOptIns } from '../../server/marketing/opt-in.ts'
import { appendOptOuts } from '../../server/marketing/opt-out.ts'
import { statusOf } from '../../server/marketing/status.ts'
import { subjectOf } from '../../server/subjects/subject.ts'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import type { ImportedEntry } from '../../shared/domain/entry.ts'
import { aSiteDecision, SITE } from '../support/app.ts'
import { assent } from '../support/cli.ts'
import { aRefusal, aSecret } from '../support/decisions.ts'
import {
  anOptIn,
  anOptOut,
  MAIL,
  marketingConfiguration,
  PHONE,
  PROGRAMS,
  publishPrograms,
} from '../support/marketing.ts'
import { aDataFolder, serve, type DataFolder } from '../support/serve.ts'

const HOUR = 3_600_000
const programs = { programs: PROGRAMS }

/** Where acts were recorded, and where they are brought; two installations of one site. */
let there: DataFolder
let here: DataFolder
let file: string
let theirKey: string

beforeEach(async () => {
  there = await aDataFolder()
  here = await aDataFolder()
  file = join(there.folder, 'export.ndjson')
})
afterEach(() => {
  there.remove()
  here.remove()
})

async function inData<T>(folder: string, act: (data: OpenData) => Promise<T>, now = Date.now): Promise<T> {
  const data = await openData(readConfig({ data: folder }, {}), now)
  try {
    const result = await act(data)
    checkpoint(data.ledger, SITE)
    return result
  } finally {
    await data.close()
  }
}

const ago = (time: number) => () => Date.now() - time
const decide = (folder: string, time: number, changes: Parameters<typeof aSiteDecision>[0] = {}) =>
  inData(
    folder,
    async ({ ledger }) => {
      const decision = aSiteDecision({ decidedAt: ledger.now(), ...changes })
      const [answer] = await appendDecisions(ledger, SITE, [decision])
      if (!answer || 'refused' in answer) throw new Error(JSON.stringify(answer))
      return decision
    },
    ago(time),
  )
const no = { choices: { analytics: false, marketing: false } }

async function exported(...flags: string[]): Promise<string> {
  theirKey = await inData(there.folder, ({ ledger }) => Promise.resolve(ledger.signer(SITE).vkey))
  const { code, err } = await assent(['export', SITE, '--out', file, '--data', there.folder, ...flags])
  if (code !== 0) throw new Error(err)
  return file
}
const bring = (path: string, ...flags: string[]) =>
  assent(['import', path, '--site', SITE, '--data', here.folder, ...flags])
const store = (path: string, ...flags: string[]) => bring(path, '--key', theirKey, '--yes', ...flags)
const counts = async (run: ReturnType<typeof bring>) =>
  JSON.parse((await run).out) as {
    stored: boolean
    imported: number
    known: number
    texts: number
    skipped: Record<string, number>
    refused: { line: number; index: number; detail: string }[]
  }
const verified = async () => {
  const { code, out } = await assent(['verify', '--data', here.folder])
  return { code, out }
}
const stands = (secret = aSecret()) =>
  inData(here.folder, ({ ledger }) => Promise.resolve(historyOf(ledger, SITE, subjectOf(SITE, secret))))

test('a dry run stores nothing and counts; --yes stores it with where it came from; again, it adds nothing', async () => {
  const decision = await decide(there.folder, HOUR)
  await decide(there.folder, HOUR, { secret: aSecret(2), ...no })
  await inData(there.folder, ({ ledger }) =>
    appendDecisions(ledger, SITE, [{ ...aRefusal(), configuration: decision.configuration }]),
  )
  await exported('--texts')
  const size = await here.read(store => store.log(SITE).size)
  const dry = await counts(bring(file, '--json'))
  expect(dry).toMatchObject({ stored: false, imported: 3, known: 0, refused: [] })
  expect(dry.skipped).toEqual({ 'text-published': 15, 'configuration-published': 1 })
  expect(await here.read(s => s.log(SITE).size)).toBe(size)

  expect(await counts(store(file, '--json'))).toEqual({ ...dry, stored: true })
  const entry = await here.read(s => s.entryById(SITE, decision.id)!.entry as ImportedEntry)
  const original = await there.read(s => s.entryById(SITE, decision.id)!)
  expect(entry).toMatchObject({
    type: 'imported',
    subject: subjectOf(SITE, aSecret()),
    from: {
      origin: 'log.test/harbor',
      index: original.index,
      leaf: Buffer.from(hashLeaf(original.text)).toString('hex'),
    },
    entry: original.entry,
  })
  expect(await verified()).toMatchObject({ code: 0 })
  const grown = await here.read(s => s.log(SITE))
  expect(await counts(store(file, '--json'))).toMatchObject({ imported: 0, known: 3, texts: 0 })
  expect(await here.read(s => s.log(SITE))).toEqual(grown)
})

test('the browser goes on with its history, its receipts show what was shown, and what it sends again is known', async () => {
  const decision = await decide(there.folder, HOUR)
  await exported('--texts')
  await store(file)
  const server = await serve(here.folder)
  const headers = { Authorization: `Assent ${aSecret()}` }
  const history = await fetch(`${server.url}/v1/sites/${SITE}/decisions`, { headers })
  expect(await history.json()).toMatchObject({
    standing: { analytics: { state: 'given', since: decision.decidedAt } },
    entries: [{ id: decision.id, type: 'decision', imported: { origin: 'log.test/harbor' } }],
  })
  const path = join(here.folder, 'receipt.json')
  const receipt = await fetch(`${server.url}/v1/sites/${SITE}/receipts/${decision.id}`, { headers })
  writeFileSync(path, await receipt.text())
  const again = await fetch(`${server.url}/v1/sites/${SITE}/decisions`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain', Origin: 'https://www.harbor.example' },
    body: JSON.stringify({ decisions: [decision] }),
  })
  expect(await again.json()).toMatchObject({ entries: [{ id: decision.id, duplicate: true }] })
  await server.end()
  const { code, out } = await assent(['verify', path])
  expect(code).toBe(0)
  expect(out).toContain('its bytes are in the receipt')
  expect(out).toContain(
    `Imported: from entry ${await there.read(s => s.entryById(SITE, decision.id)!.index)} of the log "log.test/harbor"`,
  )
  const acts = await assent(['history', SITE, '--subject', subjectOf(SITE, aSecret()), '--data', here.folder])
  expect(acts.out).toContain('imported from entry')
})

describe('the one rule decides', () => {
  test('a yes from before a withdrawal here revives nothing', async () => {
    await decide(there.folder, 3 * HOUR)
    await decide(here.folder, HOUR, no)
    await exported('--texts')
    await store(file)
    expect((await stands()).standing['analytics']).toMatchObject({ state: 'refused' })
  })

  test('a yes from after a no here counts, from when it was decided', async () => {
    await decide(here.folder, 3 * HOUR, no)
    const yes = await decide(there.folder, HOUR)
    await exported('--texts')
    await store(file)
    expect((await stands()).standing['analytics']).toMatchObject({ state: 'given', since: yes.decidedAt })
  })

  test('a withdrawal takes back', async () => {
    await decide(here.folder, 3 * HOUR)
    await decide(there.folder, HOUR, {
      type: 'withdrawal',
      method: 'settings',
      text: contentHash('settings en one'),
      ...no,
    })
    await exported('--texts')
    await store(file)
    expect((await stands()).standing['analytics']).toMatchObject({ state: 'withdrawn' })
  })

  test('a yes renews none that stands here', async () => {
    await decide(there.folder, 3 * HOUR)
    const mine = await decide(here.folder, HOUR)
    await exported('--texts')
    await store(file)
    expect((await stands()).standing['analytics']).toMatchObject({ state: 'given', since: mine.decidedAt })
  })

  test('what was known before it was brought does not change: only what is known since', async () => {
    await decide(there.folder, 3 * HOUR)
    await exported('--texts')
    await store(file)
    const subject = subjectOf(SITE, aSecret())
    const asked = (moments: object) =>
      inData(here.folder, ({ ledger }) =>
        Promise.resolve(historyOf(ledger, SITE, subject, moments).entries.length),
      )
    expect(await asked({ asOf: Date.now() - 2 * HOUR })).toBe(1)
    expect(await asked({ asOf: Date.now() - 2 * HOUR, knownAsOf: Date.now() - HOUR })).toBe(0)
    expect(await asked({ asOf: Date.now() - 4 * HOUR })).toBe(0)
  })
})

test('an opt-in comes without its address, and permits nothing', async () => {
  const configuration = contentHash(marketingConfiguration())
  const publish = (folder: string) =>
    inData(folder, async ({ ledger, folders }) => publishPrograms({ ...ledger, folders }))
  await publish(there.folder)
  await publish(here.folder)
  const optIn = (folder: string, address: string) =>
    inData(folder, ({ ledger }) =>
      appendOptIns(
        ledger,
        SITE,
        [
          anOptIn({
            address,
            configuration,
            decidedAt: ledger.now(),
            channel: address === MAIL ? 'email' : 'sms',
          }),
        ],
        programs,
        {},
      ),
    )
  await optIn(there.folder, MAIL)
  await exported('--texts')
  await store(file)
  const status = (channel: 'email' | 'sms', address: string) =>
    inData(here.folder, ({ ledger }) =>
      Promise.resolve(
        statusOf(ledger, { key: SITE, configuration: programs }, { channel, address, program: 'offers' }),
      ),
    )
  expect(await status('email', MAIL)).toMatchObject({ decision: 'block', reason: 'never_asked' })
  expect(await verified()).toMatchObject({ code: 0 })
})

test('a log that was put back from a backup gets back what it had lost, the withdrawals among it', async () => {
  const configuration = contentHash(marketingConfiguration())
  await inData(there.folder, async ({ ledger, folders }) => publishPrograms({ ...ledger, folders }))
  const now = Date.now()
  await inData(there.folder, ({ ledger }) =>
    appendOptIns(ledger, SITE, [anOptIn({ configuration, decidedAt: now })], programs, {}),
  )
  const files = ['ledger.db', 'subject-keys.db', 'checkpoints/harbor']
  const backup = files.map(name => readFileSync(join(there.folder, name)))
  await inData(there.folder, ({ ledger }) =>
    appendOptOuts(ledger, SITE, [anOptOut({ decidedAt: Date.now() })], programs),
  )
  await exported()
  files.forEach((name, i) => writeFileSync(join(there.folder, name), backup[i]!))
  const status = () =>
    assent([
      'status',
      SITE,
      '--channel',
      'sms',
      '--address',
      PHONE,
      '--program',
      'offers',
      '--data',
      there.folder,
    ])
  expect((await status()).out).toMatch(/^…23 by sms, offers: send \(ok_express\)/)
  // Signed by this very key: no other has to be named.
  const { code, out } = await assent(['import', file, '--site', SITE, '--yes', '--data', there.folder])
  expect(code).toBe(0)
  expect(out).toContain('1 acts were imported, with 0 texts; 1 were here already')
  expect((await status()).out).toMatch(/^…23 by sms, offers: block \(withdrawn\)/)
  expect((await assent(['verify', '--data', there.folder])).code).toBe(0)
})

describe('what cannot be taken is refused, and nothing is stored', () => {
  test('without the key of the log it comes from, or with another', async () => {
    await decide(there.folder, HOUR)
    await exported('--texts')
    const size = await here.read(s => s.log(SITE).size)
    expect(await bring(file, '--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('name the key you trust with --key'),
    })
    const ours = await inData(here.folder, ({ ledger }) => Promise.resolve(ledger.signer(SITE).vkey))
    expect(await bring(file, '--yes', '--key', ours)).toMatchObject({
      code: 1,
      err: expect.stringContaining('expected was'),
    })
    expect(await here.read(s => s.log(SITE).size)).toBe(size)
  })

  test('a file that was cut or changed', async () => {
    await decide(there.folder, HOUR)
    await exported('--texts')
    const whole = readFileSync(file, 'utf8')
    writeFileSync(file, whole.slice(0, -500))
    expect(await store(file)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/line \d+.*cut.*Nothing was stored/),
    })
    writeFileSync(file, whole.replace(String.raw`\"analytics\":true`, String.raw`\"analytics\":false`))
    expect(await store(file)).toMatchObject({ code: 1, err: expect.stringContaining('not the') })
    writeFileSync(file, whole)
    appendFileSync(file, '{}\n')
    expect(await store(file)).toMatchObject({ code: 1 })
  })

  test('texts that are neither here nor in the file', async () => {
    await inData(there.folder, async ({ ledger, folders }) => publishPrograms({ ...ledger, folders }))
    const configuration = contentHash(marketingConfiguration())
    await decide(there.folder, HOUR, { configuration })
    await exported()
    expect(await store(file)).toMatchObject({
      code: 1,
      err: expect.stringContaining(`text ${configuration}, which this entry names, is not here`),
    })
    await assent(['export', SITE, '--texts', '--out', `${file}.texts`, '--data', there.folder])
    expect(await counts(store(`${file}.texts`, '--json'))).toMatchObject({ imported: 1, texts: 1 })
    expect(await verified()).toMatchObject({ code: 0 })
  })

  test('another site, and one that is not here', async () => {
    await exported()
    const other = await assent(['import', file, '--site', 'nowhere', '--data', here.folder])
    expect(other).toMatchObject({ code: 1, err: expect.stringContaining('There is no site "nowhere"') })
  })
})

describe('a log signed by somebody who writes anything', () => {
  /** Signs whatever entries it is given. */
  async function forged(...entries: object[]): Promise<string> {
    return inData(there.folder, ({ ledger }) => {
      const signer = ledger.signer(SITE)
      theirKey = signer.vkey
      const texts = entries.map(entry => canonicalJson(entry))
      const { frontier } = integrate(
        { size: 0, hashes: [] },
        texts.map(text => hashLeaf(text)),
      )
      const note = signer.sign(
        formatCheckpoint({ origin: signer.name, size: texts.length, root: root(frontier) }),
      )
      const header = {
        format: 'assent-export/1',
        site: SITE,
        origin: signer.name,
        vkeys: [signer.vkey],
        size: texts.length,
        exportedAt: '2026-11-22T08:00:00.000Z',
        texts: false,
      }
      const lines = [
        header,
        ...texts.map((entry, index) => ({ index, entry })),
        { checkpoint: note, entries: texts.length, texts: 0 },
      ]
      writeFileSync(file, lines.map(line => `${canonicalJson(line)}\n`).join(''))
      return Promise.resolve(file)
    })
  }

  const act = (changes: object = {}): object => {
    const { secret: _, ...decision } = aSiteDecision({ decidedAt: Date.now() - HOUR })
    return {
      v: 1,
      site: SITE,
      ...decision,
      receivedAt: Date.now() - HOUR,
      sent: 'a'.repeat(64),
      subject: subjectOf(SITE, aSecret()),
      ...changes,
    }
  }

  test.each<[string, () => object[], RegExp]>([
    ['an unknown member', () => [act(), act({ also: 1 })], /"also" is not a member/],
    [
      'a choice that is none',
      () => [act(), act({ choices: { analytics: 'yes' } })],
      /"choices" is missing or not/,
    ],
    [
      'a purpose called __proto__',
      () => [act(), act({ choices: JSON.parse('{"__proto__":true}') as object })],
      /"choices" is missing or not/,
    ],
    ['a subject of another make', () => [act(), act({ subject: 'me' })], /"subject" is missing or not/],
    ['a time no calendar has', () => [act(), act({ decidedAt: 9e15 })], /"decidedAt" is missing or not/],
    ['a time to come', () => [act(), act({ receivedAt: Date.now() + 90 * 24 * HOUR })], /still to come/],
    [
      'too large with where it came from',
      () => [
        act(),
        act({
          choices: Object.fromEntries(Array.from({ length: 4_630 }, (_, n) => [`p${10_000 + n}`, true])),
        }),
      ],
      /it would have more than 65535 bytes/,
    ],
    [
      'an id that names another entry here',
      () => {
        const one = act()
        return [one, { ...one, sent: 'b'.repeat(64) }]
      },
      /its id names another entry here/,
    ],
  ])('%s is refused with its line; the others are taken', async (_what, entries, why) => {
    await forged(...entries())
    const stored = await counts(store(file, '--json'))
    expect(stored).toMatchObject({ stored: true, imported: 1, refused: [{ line: 3, index: 1 }] })
    expect(stored.refused[0]!.detail).toMatch(why)
    expect((await store(file)).code).toBe(1)
    expect(await verified()).toMatchObject({ code: 0 })
  })

  test('types that make no sense here are passed over, and counted', async () => {
    await forged(act(), { v: 1, site: SITE, type: 'drill', id: 'x' }, { v: 1, site: SITE, type: 7, id: 'y' })
    expect(await counts(store(file, '--json'))).toMatchObject({
      imported: 1,
      refused: [],
      skipped: { drill: 1, 'of no type': 1 },
    })
  })
})

test('what was imported there already is imported with both places it came from', async () => {
  const decision = await decide(there.folder, HOUR)
  await exported('--texts')
  await store(file)
  const third = await aDataFolder()
  try {
    const next = join(here.folder, 'next.ndjson')
    await assent(['export', SITE, '--texts', '--out', next, '--data', here.folder])
    const key = await inData(here.folder, ({ ledger }) => Promise.resolve(ledger.signer(SITE).vkey))
    const { code } = await assent([
      'import',
      next,
      '--site',
      SITE,
      '--yes',
      '--key',
      key,
      '--data',
      third.folder,
    ])
    expect(code).toBe(0)
    const entry = await third.read(s => s.entryById(SITE, decision.id)!.entry as ImportedEntry)
    expect(entry.entry).toMatchObject({ type: 'imported', entry: { id: decision.id, type: 'decision' } })
    expect((await assent(['verify', '--data', third.folder])).code).toBe(0)
  } finally {
    third.remove()
  }
})

test('killed in the middle and run again, nothing is lost and nothing is there twice; rebuilt, it is the same', async () => {
  const many = Array.from({ length: 900 }, (_, n) =>
    aSiteDecision({ decidedAt: Date.now(), secret: aSecret(n % 50) }),
  )
  await inData(there.folder, ({ ledger }) => appendDecisions(ledger, SITE, many))
  await exported('--texts')
  const child = spawn(process.execPath, [
    join(import.meta.dirname, 'import-until-killed.ts'),
    here.folder,
    file,
  ])
  await once(child.stdout, 'data')
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
  const half = await counts(bring(file, '--json'))
  expect(half.known).toBeGreaterThan(0)
  expect(half.imported).toBeGreaterThan(0)
  expect(await counts(store(file, '--json'))).toMatchObject({
    imported: half.imported,
    known: half.known,
    refused: [],
  })
  expect(half.imported + half.known).toBe(900)
  const ids = await here.read(s =>
    Array.from({ length: s.log(SITE).size }, (_, index) => s.entry(SITE, index)!.entry)
      .filter(e => e.type === 'imported')
      .map(e => e.id),
  )
  expect(ids.toSorted()).toEqual(many.map(d => d.id).toSorted())
  const before = await here.read(s => many.map(d => s.subject(SITE, subjectOf(SITE, d.secret!))))
  expect((await assent(['rebuild', '--data', here.folder])).code).toBe(0)
  expect(await here.read(s => many.map(d => s.subject(SITE, subjectOf(SITE, d.secret!))))).toEqual(before)
  expect(await verified()).toMatchObject({ code: 0 })
})
