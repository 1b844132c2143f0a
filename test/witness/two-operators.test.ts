import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cosignatureIn, parseWitnessKey, splitNote } from '../../server/ledger/cosignature.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import { firstKeyFile } from '../../server/ledger/signing-keys.ts'
import { aSiteDecision, testConfiguration } from '../support/app.ts'
import { assent } from '../support/cli.ts'
import { foldersIn } from '../support/ledger.ts'
import { aDataFolder, postTo, serve, type DataFolder, type Served } from '../support/serve.ts'
import { runWitness, type RunningWitness } from '../support/witness.ts'

/** A busy machine is slow, and no failure. */
const PATIENCE = { timeout: 20_000 }
const LONG = { timeout: 120_000 }
const SITES = ['harbor', 'quay']

/** Two operators, each with a site and a witness; both witnesses watch both logs. Real processes, real HTTP. */
let data: DataFolder[]
let servers: Served[]
let witnesses: RunningWitness[]
let folder: string

const settings = () => ({
  ASSENT_CHECKPOINT_MS: '50',
  ASSENT_WITNESS_MS: '100',
  ASSENT_WITNESSES: join(folder, 'witnesses'),
})
const serveWitnessed = (of: DataFolder) => serve(of.folder, { environment: settings() })
const within = (...names: string[]) => join(data[0]!.folder, ...names)

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assent-operators-'))
  data = await Promise.all(SITES.map(site => aDataFolder({ site })))
  const vkeys = SITES.map((site, n) => firstKeyFile(foldersIn(data[n]!.folder), site).vkey)
  witnesses = await Promise.all(
    ['one', 'other'].map(name => runWitness(join(folder, name), vkeys, { name: `witness.test/${name}` })),
  )
  const lines = witnesses.map(({ url, vkey }) => `${url} ${vkey}\n`)
  writeFileSync(join(folder, 'witnesses'), `# who watches us\n${lines.join('')}`)
  servers = await Promise.all(data.map(serveWitnessed))
})
afterEach(async () => {
  await Promise.all([...servers, ...witnesses].map(each => each.end()))
  data.forEach(each => each.remove())
  rmSync(folder, { recursive: true })
})

async function decide(server: Served, count: number, site = 'harbor'): Promise<void> {
  const configuration = contentHash(testConfiguration(site))
  const decisions = Array.from({ length: count }, () =>
    aSiteDecision({ decidedAt: Date.now(), configuration }),
  )
  expect((await postTo(server.url, JSON.stringify({ decisions }), { site })).status).toBe(200)
}

const sizeOf = (of: DataFolder, site = 'harbor') => of.read(store => store.log(site).size)

/** Waits until a log of so many entries was seen by both witnesses. */
async function witnessed(server: Served, size: number, site = 'harbor'): Promise<string> {
  let note = ''
  const isSeen = async () => {
    note = await (await fetch(`${server.url}/log/${site}/witnessed`)).text()
    const read = splitNote(note)
    return read !== undefined && read.lines.length === 3 && read.text.split('\n')[1] === String(size)
  }
  await expect.poll(isSeen, PATIENCE).toBe(true)
  return note
}

const ready = async (server: Served) => {
  const response = await fetch(`${server.url}/readyz`)
  return { status: response.status, body: await response.text() }
}
const linesOf = (process: { lines(): Record<string, unknown>[] }, event: string) =>
  process.lines().filter(line => line['event'] === event)
const verify = (...args: string[]) =>
  assent(['verify', '--data', data[0]!.folder, ...args], { ASSENT_WITNESSES: settings().ASSENT_WITNESSES })

test("each operator's log is cosigned by both, and whoever has their keys can check it", LONG, async () => {
  for (const [n, site] of SITES.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await decide(servers[n]!, 3 + n, site)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const size = await sizeOf(data[n]!, site)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { text, lines } = splitNote(await witnessed(servers[n]!, size, site))!
    for (const { vkey } of witnesses) expect(cosignatureIn(text, lines, parseWitnessKey(vkey)!)).toBeDefined()
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    expect(await ready(servers[n]!)).toMatchObject({ status: 200 })
  }
  const size = await sizeOf(data[0]!)
  const { code, out } = await verify()
  expect(out).toContain(`2 witnesses have seen it, the first ${size} of ${size} entries`)
  expect(out).toMatch(new RegExp(`witness\\.test/one saw ${size} entries at \\d{4}-`))
  expect(code).toBe(0)
})

/** What nobody but a witness can see: the log's own guards are put out of the way, and assent verify finds nothing. */
describe('as seen by a witness', () => {
  let seen: number

  beforeEach(async () => {
    await decide(servers[0]!, 2)
    await witnessed(servers[0]!, await sizeOf(data[0]!))
    await servers[0]!.end()
    cpSync(within('ledger.db'), within('backup.db'))
    cpSync(within('checkpoints', 'harbor'), within('backup.checkpoint'))
    servers[0] = await serveWitnessed(data[0]!)
    await decide(servers[0], 3)
    seen = await sizeOf(data[0]!)
    await witnessed(servers[0], seen)
    await servers[0].end()
    cpSync(within('ledger.db'), within('newer.db'))
    cpSync(within('checkpoints', 'harbor'), within('newer.checkpoint'))
  }, 60_000)

  function restore(which: string): void {
    for (const end of ['-wal', '-shm']) rmSync(within(`ledger.db${end}`), { force: true })
    cpSync(within(`${which}.db`), within('ledger.db'))
    cpSync(within(`${which}.checkpoint`), within('checkpoints', 'harbor'))
  }

  /** The operator's own log and /readyz name it; the process serves on, for a witness may be wrong as well. */
  async function isNamed(why: RegExp): Promise<void> {
    servers[0] = await serveWitnessed(data[0]!)
    const named = () => linesOf(servers[0]!, 'a witness contradicts this log')
    await expect.poll(() => named().length, PATIENCE).toBe(2)
    for (const line of named())
      expect(line).toMatchObject({ level: 'error', site: 'harbor', why: expect.stringMatching(why) })
    expect(await ready(servers[0])).toMatchObject({
      status: 200,
      body: expect.stringMatching(
        /"witnesses":"a witness has seen another history.*harbor \(witness\.test\/one\)/,
      ),
    })
    await decide(servers[0], 1)
    const { code, out } = await verify()
    expect(out).toContain('everything holds')
    expect(code).toBe(0)
  }

  /** Every witness has named it, kept both checkpoints, and the one it cosigned convicts this log. */
  async function isEvidence(event: string, kind: string): Promise<void> {
    for (const witness of witnesses) {
      const line = linesOf(witness, event)[0]!
      expect(line).toMatchObject({ level: 'error', origin: 'log.test/harbor', cosigned: seen })
      const [kept] = readdirSync(join(witness.folder, 'evidence')).filter(name => name.startsWith(kind))
      const evidence = join(witness.folder, 'evidence', kept!)
      expect(JSON.parse(readFileSync(join(evidence, 'about.json'), 'utf8'))).toMatchObject({ kind })
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { code, out } = await verify('--checkpoint', join(evidence, 'cosigned.checkpoint'))
      expect(out).toContain(`the first ${seen} entries are not the ones of this checkpoint`)
      expect(code).toBe(1)
    }
  }

  test(
    'rollback: a smaller log is refused with the size that was seen; the newer database ends it',
    LONG,
    async () => {
      restore('backup')
      await isNamed(
        new RegExp(
          `it has cosigned ${seen} entries, the newest checkpoint here has ${seen - 3}: the log was rolled back`,
        ),
      )
      for (const witness of witnesses)
        expect(linesOf(witness, 'older checkpoint shown')).toMatchObject([
          { shown: seen - 3, cosigned: seen },
        ])
      // As the line in the server's log says.
      const { why } = linesOf(servers[0]!, 'a witness contradicts this log')[0]! as { why: string }
      const [, url] = /curl -o seen\.checkpoint (\S+), then/.exec(why)!
      writeFileSync(within('seen.checkpoint'), await (await fetch(url!)).text())
      expect((await verify('--checkpoint', within('seen.checkpoint'))).out).toContain(
        `the checkpoint has ${seen} entries, the log ${seen - 2}: it was cut or is an older copy`,
      )
      await servers[0]!.end()
      restore('newer')
      servers[0] = await serveWitnessed(data[0]!)
      await decide(servers[0], 1)
      await witnessed(servers[0], seen + 1)
      expect(await ready(servers[0])).toMatchObject({ status: 200 })
    },
  )

  test('resumed: a log that goes on by decision is told to take another witness', LONG, async () => {
    restore('backup')
    cpSync(within('newer.checkpoint'), within('checkpoints', 'harbor'))
    const resumed = await assent([
      'log',
      'resume',
      'harbor',
      '--give-up',
      String(seen),
      '--data',
      data[0]!.folder,
    ])
    expect(resumed).toMatchObject({
      code: 0,
      out: expect.stringContaining('cosigns this log no more'),
    })
    await isNamed(/This log went on without them \(index \d+\), so it cosigns it no more/)
  })

  test(
    'fork: a log that goes on from an older copy is refused, and both checkpoints are kept',
    LONG,
    async () => {
      restore('backup')
      const alone = await serve(data[0]!.folder, { environment: { ASSENT_CHECKPOINT_MS: '50' } })
      await decide(alone, 7)
      await alone.end()
      expect(await sizeOf(data[0]!)).toBe(seen + 4)
      await isNamed(
        new RegExp(`our \\d+ entries do not continue the ${seen} it has cosigned: the log was forked`),
      )
      await isEvidence('no proof: this log may have two histories', 'unproven')
    },
  )

  test(
    're-sign: another history of the same size under the same key is refused, and proves itself',
    LONG,
    async () => {
      const rewritten = await aDataFolder({ site: 'harbor', key: within('keys', 'harbor.key') })
      const alone = await serve(rewritten.folder, { environment: { ASSENT_CHECKPOINT_MS: '50' } })
      await decide(alone, seen - (await sizeOf(rewritten)))
      await alone.end()
      const original = data[0]!
      data[0] = rewritten
      try {
        expect(await sizeOf(rewritten)).toBe(seen)
        await isNamed(new RegExp(`our ${seen} entries do not continue the ${seen} it has cosigned`))
        await isEvidence('fork: this log has two histories', 'fork')
      } finally {
        original.remove()
      }
    },
  )

  test('none of it is said of the other operator, whose log goes on being cosigned', LONG, async () => {
    restore('backup')
    await isNamed(/rolled back/)
    await decide(servers[1]!, 2, 'quay')
    await witnessed(servers[1]!, await sizeOf(data[1]!, 'quay'), 'quay')
    expect(await ready(servers[1]!)).toMatchObject({ status: 200 })
    expect(witnesses.every(({ folder: of }) => !existsSync(join(of, 'evidence')))).toBe(true)
  })
})
