import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { assent } from '../support/cli.ts'
import { killedAt } from '../support/killed-at.ts'
import { anOptIn } from '../support/marketing.ts'
import { aDataFolder, optInAt, serve, type DataFolder } from '../support/serve.ts'
import { needStrace } from '../support/strace.ts'

const NEXT = 'f3a1c05e9b7d2468ace013579bdf02468ace13579bdf1122334455667788990a'
const SUBJECTS = 40
const nth = (n: number): string => n.toString(16).padStart(44, '0')

let template: DataFolder
let data: string
const keyFile = () => join(data, 'keys', 'master.key')
const rotate = (environment = {}, ...flags: string[]) =>
  assent(['master-key', 'rotate', '--data', data, ...flags], environment)

beforeAll(async () => {
  await needStrace()
  template = await aDataFolder({ programs: true })
  const { ledger, close } = await openData(readConfig({ data: template.folder }, {}), Date.now)
  await Promise.all(
    Array.from({ length: SUBJECTS }, (_, n) => ledger.keys.createSubjectKey('harbor', nth(n))),
  )
  await close()
}, 120_000)
afterAll(() => template.remove())
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'assent-data-'))
  cpSync(template.folder, data, { recursive: true })
})
afterEach(() => rmSync(data, { recursive: true, force: true }))

interface Found {
  readonly keys: readonly Buffer[]
  readonly blind: Buffer
  /** What stands in the links of messages that were sent long ago. */
  readonly link: string
}

/** What matters, as whoever opens the folder next finds it. */
async function look(environment = {}): Promise<Found> {
  const { ledger, links, close } = await openData(readConfig({ data }, environment), Date.now)
  try {
    return {
      keys: Array.from({ length: SUBJECTS }, (_, n) =>
        ledger.keys.openSubjectKey('harbor', nth(n))!.export(),
      ),
      blind: ledger.blindIndex.blindOf('harbor', 'email', 'robin@mail.example'),
      link: links.make('harbor', 'unsubscribe', { subject: nth(1), channel: 'email', program: 'offers' }),
    }
  } finally {
    await close()
  }
}
const generations = async (environment = {}): Promise<unknown> =>
  (
    JSON.parse((await assent(['master-key', 'show', '--json', '--data', data], environment)).out) as {
      generations: unknown
    }
  ).generations

test('a key in a file: another takes its place, the old one is kept, nothing else changes', async () => {
  const before = await look()
  const old = readFileSync(keyFile(), 'utf8')
  const { code, out } = await rotate()
  expect({ code, out }).toMatchObject({
    code: 0,
    out: expect.stringContaining(`${SUBJECTS} subject keys were wrapped anew`),
  })
  expect(readFileSync(keyFile(), 'utf8')).not.toBe(old)
  const kept = readdirSync(join(data, 'keys')).filter(name => name.startsWith('master.key.old-'))
  expect(kept).toHaveLength(1)
  expect(readFileSync(join(data, 'keys', kept[0]!), 'utf8')).toBe(old)
  for (const name of ['master.key', ...kept])
    expect(statSync(join(data, 'keys', name)).mode & 0o777).toBe(0o600)
  expect(existsSync(`${keyFile()}.new`)).toBe(false)
  expect(await look()).toEqual(before)
  expect(await generations()).toMatchObject([{ generation: 2, subjectKeys: SUBJECTS }])
  expect((await assent(['verify', '--data', data])).code).toBe(0)

  writeFileSync(keyFile(), old)
  const refused = await assent(['verify', '--data', data])
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('the master key is not the one') })
})

test('show names the key and counts what it wraps, and shows no secret', async () => {
  const { code, out } = await assent(['master-key', 'show', '--data', data])
  expect(code).toBe(0)
  expect(out).toMatch(
    /^Master key local:[0-9a-f]{16}\n {2}generation 1, made \S+Z: 40 subject keys; new ones come here$/,
  )
  expect(out).not.toContain(readFileSync(keyFile(), 'utf8').slice(0, 16))
})

test('a key in the environment: either opens everything until the next one is in use, then that one alone', async () => {
  const first = { ASSENT_MASTER_KEY: readFileSync(keyFile(), 'utf8').trim() }
  const second = { ASSENT_MASTER_KEY: NEXT }
  const before = await look(first)
  rmSync(keyFile())
  expect(await rotate(first)).toMatchObject({
    code: 1,
    err: expect.stringContaining('set ASSENT_MASTER_KEY_NEW'),
  })
  expect(await rotate({ ...first, ASSENT_MASTER_KEY_NEW: first.ASSENT_MASTER_KEY })).toMatchObject({
    code: 1,
    err: expect.stringContaining('is the one in use'),
  })
  const changed = await rotate({ ...first, ASSENT_MASTER_KEY_NEW: NEXT })
  expect(changed.code).toBe(0)
  expect(changed.out).toContain('Start the server with it as ASSENT_MASTER_KEY')
  expect(changed.out + changed.err).not.toContain(NEXT)
  expect(await look(first)).toEqual(before)
  expect(await look(second)).toEqual(before)
  await expect(look(first)).rejects.toThrow('the master key is not the one')
  expect(await generations(second)).toMatchObject([{ generation: 2, subjectKeys: SUBJECTS }])
})

test.each<[string, () => void, string]>([
  ['is missing', () => rmSync(keyFile()), 'is missing, and'],
  ['others may read', () => chmodSync(keyFile(), 0o644), 'chmod 600'],
  ['is weak', () => writeFileSync(keyFile(), 'deadbeef'.repeat(8)), 'does not hold 64 random hex digits'],
  ['is another', () => writeFileSync(keyFile(), NEXT), 'the master key is not the one'],
])('a master key that %s is refused with what to do, and nothing changes', async (_what, change, words) => {
  change()
  const before = readdirSync(join(data, 'keys'))
  for (const command of [['verify'], ['master-key', 'show'], ['master-key', 'rotate']])
    expect(await assent([...command, '--data', data])).toMatchObject({
      code: 1,
      err: expect.stringContaining(words),
    })
  expect(readdirSync(join(data, 'keys'))).toEqual(before)
})

test('beside a running server: it goes on, and wraps what is new under the new key', async () => {
  const server = await serve(data)
  try {
    expect((await rotate()).code).toBe(0)
    expect((await rotate()).code).toBe(0)
    const answer = await optInAt(server.url, anOptIn({ decidedAt: Date.now() }))
    expect(await answer.json()).toMatchObject({ entries: [{ duplicate: false }] })
    expect(await generations()).toMatchObject([{ generation: 3, subjectKeys: SUBJECTS + 1 }])
    expect(server.lines().filter(line => line['level'] === 'error')).toEqual([])
  } finally {
    await server.end()
  }
})

test(
  'killed at any of its changes of a file, everything opens, and running it again finishes it',
  { timeout: 300_000 },
  async () => {
    const before = await look()
    let kills = 0
    for (let n = 1; await killedAt(n, ['master-key', 'rotate', '--data', data]); n++) {
      kills++
      expect({ n, ...(await look()) }).toEqual({ n, ...before })
      expect({ n, code: (await rotate()).code }).toEqual({ n, code: 0 })
      expect({ n, ...(await look()) }).toEqual({ n, ...before })
      const [{ subjectKeys }, ...older] = (await generations()) as [{ subjectKeys: number }]
      expect({ n, subjectKeys, older }).toEqual({ n, subjectKeys: SUBJECTS, older: [] })
      expect(existsSync(`${keyFile()}.new`)).toBe(false)
      rmSync(data, { recursive: true })
      cpSync(template.folder, data, { recursive: true })
    }
    expect(await look()).toEqual(before)
    expect(kills).toBeGreaterThan(20)
    console.log(`master key: changed over ${kills} kills, one at each change of a file`)
  },
)
