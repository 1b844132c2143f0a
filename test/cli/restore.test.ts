import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aBackupPlace, type BackupPlace } from '../support/backups.ts'
import { assent } from '../support/cli.ts'
import { aSiteDecision, SITE } from '../support/app.ts'
import { aDataFolder, postTo, serve, type DataFolder } from '../support/serve.ts'

let data: DataFolder
let place: BackupPlace
/** The checkpoint at the time of the backup, and one of more entries. */
let kept: string
let newer: string

async function decide(): Promise<void> {
  const server = await serve(data.folder)
  const decision = aSiteDecision({ decidedAt: Date.now() - 10 })
  expect((await postTo(server.url, JSON.stringify({ decisions: [decision] }))).status).toBe(200)
  await server.end()
}

beforeAll(async () => {
  data = await aDataFolder()
  place = await aBackupPlace()
  await decide()
  kept = readFileSync(join(data.folder, 'checkpoints', SITE), 'utf8')
  await place.backup(data.folder)
  await decide()
  newer = readFileSync(join(data.folder, 'checkpoints', SITE), 'utf8')
}, 30_000)
afterAll(() => {
  data.remove()
  place.remove()
})

function aFile(name: string, content: string | Uint8Array): string {
  writeFileSync(place.path(name), content, { mode: 0o600 })
  return place.path(name)
}

/** Nothing that was begun stays, neither under the name asked for nor beside it. */
function expectNothingLeft(folder: string): void {
  expect(existsSync(folder)).toBe(false)
  expect(readdirSync(place.folder).filter(name => name.includes('restoring'))).toEqual([])
}

describe('a restored folder', () => {
  test('is its owner’s alone, verifies, and is served as before when it continues the kept checkpoint', async () => {
    const restored = await place.restore(data.folder, ['--checkpoint', aFile('kept', kept)])
    expect(restored.out).toMatch(/everything holds\n {2}continues the checkpoint of \d+ entries/)
    expect(restored.err).toContain('note: without --erasures, whoever was erased after this backup')
    expect(restored.code).toBe(0)
    for (const name of readdirSync(restored.data, { recursive: true }) as string[]) {
      const { mode } = statSync(join(restored.data, name))
      expect([name, mode & 0o077]).toEqual([name, 0])
    }
    expect((await assent(['verify', '--data', restored.data])).code).toBe(0)
    const server = await serve(restored.data)
    const body = JSON.stringify({ decisions: [aSiteDecision({ decidedAt: Date.now() - 10 })] })
    expect((await postTo(server.url, body)).status).toBe(200)
    await server.end()
  })

  test.each([
    ['that is behind the kept checkpoint', () => newer, 'behind: '],
    ['of which no checkpoint is given', () => undefined, 'not compared'],
    [
      'of another history than the kept checkpoint',
      () => forged(),
      'is not signed by the key in this backup',
    ],
  ])('%s takes nothing until somebody decides, and says so', async (_, note, words) => {
    const given = note()
    const args = given === undefined ? [] : ['--checkpoint', aFile('other', given)]
    const restored = await place.restore(data.folder, args)
    expect(restored.out).toContain(words)
    expect(restored.out).toMatch(/next: .*(assent log resume harbor|do not serve it)/)
    const server = await serve(restored.data)
    const body = JSON.stringify({ decisions: [aSiteDecision({ decidedAt: Date.now() - 10 })] })
    const answer = await postTo(server.url, body)
    expect(answer.status).toBe(503)
    expect(await answer.text()).toContain('log-suspended')
    await server.end()
  })

  test('goes on once somebody has decided for the checkpoint of the backup', async () => {
    const restored = await place.restore(data.folder)
    const checkpoints = join(restored.data, 'checkpoints')
    cpSync(join(checkpoints, `${SITE}.backup`), join(checkpoints, SITE))
    const server = await serve(restored.data)
    const body = JSON.stringify({ decisions: [aSiteDecision({ decidedAt: Date.now() - 10 })] })
    expect((await postTo(server.url, body)).status).toBe(200)
    await server.end()
  })

  /** The same origin and size, another root, a signature that is not one. */
  const forged = (): string => kept.replace(/\n[A-Za-z0-9+/]{43}=\n/, `\n${'A'.repeat(43)}=\n`)

  test('may be one that is there and empty', async () => {
    const empty = place.path('empty')
    mkdirSync(empty)
    expect((await place.restore(data.folder, [], empty)).code).toBe(0)
    expect(existsSync(join(empty, 'ledger.db'))).toBe(true)
  })
})

describe('is refused in one sentence', () => {
  test('over live data, beside its server too, which is not touched', async () => {
    const server = await serve(data.folder)
    const before = readFileSync(join(data.folder, 'ledger.db'))
    const run = await place.restore(data.folder, [], data.folder)
    expect([run.code, run.err]).toEqual([1, expect.stringContaining('nothing is restored over one')])
    expect(readFileSync(join(data.folder, 'ledger.db'))).toEqual(before)
    await server.end()
  })

  test('into a folder with anything in it', async () => {
    const run = await place.restore(data.folder, [], place.folder)
    expect([run.code, run.err]).toEqual([1, expect.stringContaining('is not empty')])
  })

  const restore = (changes: Record<string, string | undefined>) => {
    const { ledger, subjectKeys } = place.newest()
    const { backup, ...flags } = {
      backup: ledger,
      'subject-keys': subjectKeys,
      identity: place.identityFile,
      'master-key': join(data.folder, 'keys/master.key'),
      data: place.path('refused'),
      ...changes,
    }
    const args = Object.entries(flags).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}`, value],
    )
    return assent(['restore', backup, ...args])
  }

  test.each<[what: string, changes: () => Record<string, string | undefined>, words: string]>([
    ['without the subject keys', () => ({ 'subject-keys': undefined }), 'Say where the subject keys are'],
    ['without what opens it', () => ({ identity: undefined }), 'Say what opens the backup'],
    [
      'with two files of the wrong kind',
      () => ({ backup: place.newest().subjectKeys }),
      'is a backup of subject keys',
    ],
    [
      'with the ledger for keys',
      () => ({ 'subject-keys': place.newest().ledger }),
      'is the backup of a ledger',
    ],
    [
      'with another identity',
      () => ({ identity: aFile('wrong.key', strangersKey) }),
      'None of these identities opens',
    ],
    [
      'with an identity that is none',
      () => ({ identity: aFile('none.key', 'age1nothing') }),
      'holds no age identity',
    ],
    ['without a master key', () => ({ 'master-key': undefined }), 'Give the master key of this installation'],
    [
      'with another master key',
      () => ({ 'master-key': aFile('other.master', strangersMaster) }),
      'the master key is not the one',
    ],
    ['with a file that is no backup', () => ({ backup: aFile('some.age', 'nothing') }), 'is no whole backup'],
    [
      'with a backup that is not there',
      () => ({ backup: '/nowhere.age' }),
      'There is no backup /nowhere.age',
    ],
    [
      'with a folder for erasures that holds no record of any',
      () => ({ erasures: data.folder }),
      'holds no record of an erasure',
    ],
    [
      'with a checkpoint of another log',
      () => ({ checkpoint: aFile('strange', 'log.test/other\n1\n') }),
      'is of no log in this backup',
    ],
  ])('%s', async (_, changes, words) => {
    const run = await restore(changes())
    expect(run.err).toContain(words)
    expect(run.code).toBeGreaterThan(0)
    expectNothingLeft(place.path('refused'))
  })

  const strangersKey = 'AGE-SECRET-KEY-1EKYFFCK627939WTZMTT4ZRS2PM3U2K7PZ3MVGEL2M76W3PYJMSHQMTT6SS\n'
  const strangersMaster = `${randomBytes(32).toString('hex')}\n`

  test.each([
    ['the ledger', 'backup', () => place.newest().ledger],
    ['the subject keys', 'subject-keys', () => place.newest().subjectKeys],
  ] as const)('the backup of %s cut off at any byte', { timeout: 120_000 }, async (_, flag, path) => {
    const whole = readFileSync(path())
    const cuts = cutPoints(whole)
    for (const cut of cuts) {
      // oxlint-disable-next-line no-await-in-loop -- each leaves the place as the next one needs it
      const run = await restore({ [flag]: aFile('cut.age', whole.subarray(0, cut)) })
      expect([cut, run.code, run.err]).toEqual([
        cut,
        1,
        expect.stringMatching(/^assent: .*cut\.age.*(is no whole backup|its beginning was changed)[^\n]*$/),
      ])
      expectNothingLeft(place.path('refused'))
    }
    console.log(`restore: ${cuts.length} cuts of a backup of ${whole.length} bytes refused`)
  })

  test('with one bit changed anywhere', { timeout: 120_000 }, async () => {
    const whole = readFileSync(place.newest().ledger)
    for (const at of cutPoints(whole)) {
      const changed = Buffer.from(whole)
      changed[at]! ^= 1
      // oxlint-disable-next-line no-await-in-loop
      const run = await restore({ backup: aFile('changed.age', changed) })
      expect([at, run.code, run.err]).toEqual([
        at,
        1,
        expect.stringMatching(/is no whole backup|its beginning was changed/),
      ])
      expectNothingLeft(place.path('refused'))
    }
  })

  /** Every line of the header, both sides of every chunk's border (64 KiB and its tag), the last bytes, and a few between. */
  function cutPoints(whole: Buffer): number[] {
    const header = whole.indexOf('\n--- ') + 1
    const payload = whole.indexOf('\n', header) + 1 + 16
    const lines = [...whole.subarray(0, payload).toString('latin1').matchAll(/\n/g)].map(({ index }) => index)
    const borders: number[] = []
    for (let at = payload; at < whole.length; at += 64 * 1024 + 16) borders.push(at)
    const between = Array.from({ length: 12 }, (_, i) => Math.floor(((i + 0.37) * whole.length) / 12))
    const near = [0, ...lines, ...borders, payload - 16, whole.length - 16, whole.length - 1].flatMap(at => [
      at - 1,
      at,
      at + 1,
    ])
    return [...new Set([...near, ...between])]
      .filter(at => at >= 0 && at < whole.length)
      .toSorted((a, b) => a - b)
  }
})
