import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { cosignatureIn, parseWitnessKey, splitNote } from '../../server/ledger/cosignature.ts'
import { assentProcess } from '../support/cli.ts'
import { aLogKey, aPaperLog, runWitness, type PaperLog, type RunningWitness } from '../support/witness.ts'

/** A busy machine is slow, and no failure. */
const PATIENCE = { timeout: 15_000 }
const NAME = 'witness.harbor.example/w1'

const log = aPaperLog(60)
const fork = aPaperLog(60, { leafOf: n => (n < 10 ? `entry ${n}` : `other ${n}`) })

let folder: string
let witness: RunningWitness
const newFolder = () => join(mkdtempSync(join(tmpdir(), 'assent-witness-')), 'witness')
const post = (body: BodyInit, path = '/add-checkpoint') =>
  fetch(`${witness.url}${path}`, { method: 'POST', body })
const events = (level?: string) =>
  witness
    .lines()
    .filter(line => level === undefined || line['level'] === level)
    .map(line => line['event'])

describe('assent witness', () => {
  beforeAll(async () => {
    folder = newFolder()
    witness = await runWitness(folder, [log.key.vkey], { name: NAME })
  })
  afterAll(async () => {
    await witness.end()
    rmSync(join(folder, '..'), { recursive: true })
  })

  test('made its key at the first start, for its owner only, and says it wherever it is asked', async () => {
    expect(statSync(join(folder, 'witness.key')).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'witness.db')).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(parseWitnessKey(witness.vkey)?.name).toBe(NAME)
    expect(await (await fetch(`${witness.url}/vkey`)).text()).toBe(`${witness.vkey}\n`)
    expect((await fetch(`${witness.url}/healthz`)).status).toBe(200)
  })

  test('cosigns, and the line behind the checkpoint is a cosigned checkpoint', async () => {
    const response = await post(log.request(0, 12))
    expect(response.status).toBe(200)
    const { text, lines } = splitNote(log.note(12) + (await response.text()))!
    expect(lines).toHaveLength(2)
    expect(cosignatureIn(text, lines, parseWitnessKey(witness.vkey)!)).toBeDefined()
  })

  test('hands out the newest checkpoint it has cosigned, and only of logs it knows', async () => {
    const newest = (origin: string) => fetch(`${witness.url}/checkpoint/${encodeURIComponent(origin)}`)
    const response = await newest(log.key.name)
    expect(response.status).toBe(200)
    const { text, lines } = splitNote(await response.text())!
    expect(text).toBe(splitNote(log.note(12))!.text)
    expect(cosignatureIn(text, lines, parseWitnessKey(witness.vkey)!)).toBeDefined()
    expect((await newest('log.test/other')).status).toBe(404)
    expect((await fetch(`${witness.url}/checkpoint/%ff`)).status).toBe(404)
  })

  test('answers a wrong old size with the right one, in the type the protocol names', async () => {
    const response = await post(log.request(0, 20))
    expect(response.status).toBe(409)
    expect(response.headers.get('content-type')).toBe('text/x.tlog.size')
    expect(await response.text()).toBe('12\n')
  })

  test('refuses everything else with its status and a sentence', async () => {
    const stranger = aPaperLog(3, { key: aLogKey('log.test/quay') })
    const forged = aPaperLog(20, { key: aLogKey(log.key.name, 7) })
    for (const [body, status] of [
      ['nonsense', 400],
      [Buffer.from([0x6f, 0x6c, 0x64, 0xff]), 400],
      [forged.request(12, 20), 403],
      [stranger.request(0, 3), 404],
      [log.request(12, 30, { proof: [] }), 422],
      ['x'.repeat(70_000), 413],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const response = await post(body)
      expect(response.status).toBe(status)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await response.text()).toMatch(/^(Refused: .+|Send at most 65536 bytes)\.\n$/)
    }
    expect((await post(log.request(12, 20), '/')).status).toBe(404)
    expect((await fetch(`${witness.url}/add-checkpoint`)).status).toBe(404)
  })

  test('a body without an end is cut off as soon as it is too large', async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const sending = httpRequest(`${witness.url}/add-checkpoint`, { method: 'POST' }, response => {
        resolve(response.statusCode!)
        sending.destroy()
      })
      sending.on('error', fault => reject(fault))
      for (let n = 0; n < 9; n++) sending.write(Buffer.alloc(8_192, 'x'))
    })
    expect(status).toBe(413)
  })

  test('of many requests at once from one size, exactly one goes on from it', async () => {
    const sizes = [20, 21, 22, 23, 24, 25, 26, 27]
    const responses = await Promise.all(sizes.map(size => post(log.request(12, size))))
    expect(responses.filter(response => response.status === 200)).toHaveLength(1)
    expect(responses.filter(response => response.status === 409)).toHaveLength(7)
  })

  test('a fork is refused, named in the log, and both checkpoints are kept', async () => {
    const size = Number(await (await post(log.request(0, 60))).text())
    expect((await post(fork.request(size, size))).status).toBe(422)
    await expect.poll(() => events('error'), PATIENCE).toContain('fork: this log has two histories')
    const line = witness.lines().find(each => String(each['event']).startsWith('fork'))!
    expect(line).toMatchObject({ origin: log.key.name, cosigned: size, shown: size })
    const kept = line['evidence'] as string
    expect(splitNote(readFileSync(join(kept, 'shown.checkpoint'), 'utf8'))!.text).toBe(
      splitNote(fork.note(size))!.text,
    )
    expect(splitNote(readFileSync(join(kept, 'cosigned.checkpoint'), 'utf8'))!.text).toBe(
      splitNote(log.note(size))!.text,
    )
    expect(JSON.parse(readFileSync(join(kept, 'about.json'), 'utf8'))).toMatchObject({
      kind: 'fork',
      origin: log.key.name,
      says: expect.stringContaining('This proves itself'),
    })
  })

  test('a missing proof is kept until it comes; shown again, it is not said again', async () => {
    const size = Number(await (await post(log.request(0, 60))).text())
    const unproven = () => readdirSync(join(folder, 'evidence')).filter(name => name.startsWith('unproven'))
    // One is left from the refusals above, of a checkpoint whose proof never came.
    const before = unproven().length
    for (let n = 0; n < 3; n++)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect((await post(log.request(size, 50, { proof: [] }))).status).toBe(422)
    expect(unproven()).toHaveLength(before + 1)
    const said = () => events('error').filter(event => event === 'no proof: this log may have two histories')
    expect(said()).toHaveLength(before + 1)
    expect((await post(log.request(size, 50))).status).toBe(200)
    await expect.poll(() => events(), PATIENCE).toContain('proof came after all')
    expect(unproven()).toHaveLength(before)
  })

  test('an older checkpoint is named once an hour', async () => {
    for (let n = 0; n < 3; n++)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect((await post(log.request(0, 11))).status).toBe(409)
    await expect.poll(() => events('warn'), PATIENCE).toEqual(['older checkpoint shown'])
  })

  test(
    'a connection opened ahead, which never asks anything, does not hold up its end',
    { timeout: 9_000 },
    async () => {
      const silent = await runWitness(folder, [log.key.vkey])
      const { hostname, port } = new URL(silent.url)
      const socket = connect(Number(port), hostname)
      await once(socket, 'connect')
      // Asked after it, so accepted after it.
      await fetch(`${silent.url}/healthz`)
      expect(await silent.end()).toBe(0)
    },
  )

  test('a second process on the same folder knows what the first has seen', async () => {
    const second = await runWitness(folder, [log.key.vkey])
    expect(second.vkey).toBe(witness.vkey)
    const send = (body: string) => fetch(`${second.url}/add-checkpoint`, { method: 'POST', body })
    expect((await send(fork.request(50, 50))).status).toBe(422)
    expect((await send(log.request(50, 55))).status).toBe(200)
    expect((await post(log.request(50, 56))).status).toBe(409)
    expect(await second.end()).toBe(0)
  })
})

test(
  'kill -9 at the first answer: whichever history it cosigned, it never cosigns the other',
  { timeout: 120_000 },
  async () => {
    const ROUNDS = 5
    folder = newFolder()
    const keys = Array.from({ length: ROUNDS }, (_, n) => aLogKey(`log.test/${n}`, n + 1))
    const start = () =>
      runWitness(
        folder,
        keys.map(key => key.vkey),
        { name: NAME },
      )
    const sizes = [1, 2, 3, 4, 5, 6, 7, 8]
    const answered: string[] = []
    witness = await start()
    for (const key of keys) {
      const histories = ['one', 'other'].map(name => aPaperLog(30, { key, leafOf: n => `${name} ${n}` }))
      const cosigned = new Set<PaperLog>()
      let largest = 0
      const submit = async (history: PaperLog, old: number, size: number) => {
        const response = await post(history.request(old, size))
        if (response.status === 200 && (await response.text()).startsWith('— ')) {
          cosigned.add(history)
          largest = Math.max(largest, size)
          return true
        }
        return false
      }
      // oxlint-disable-next-line no-await-in-loop -- one round after the other
      await Promise.any(
        sizes.flatMap(size =>
          histories.map(async history => {
            if (!(await submit(history, 0, size))) throw new Error('refused')
          }),
        ),
      )
      // oxlint-disable-next-line no-await-in-loop -- one round after the other
      await witness.end('SIGKILL')
      // oxlint-disable-next-line no-await-in-loop -- one round after the other
      witness = await start()
      // oxlint-disable-next-line no-await-in-loop -- one round after the other
      const old = Number(await (await post(histories[0]!.request(9, 20))).text())
      expect(old).toBeGreaterThanOrEqual(largest)
      for (const history of histories)
        for (const size of [old, 20, 30])
          // oxlint-disable-next-line no-await-in-loop -- one after the other
          await submit(history, Math.min(old, size), size)
      answered.push(`${key.name}: ${cosigned.size} history, ${largest} entries`)
      expect(cosigned.size).toBe(1)
    }
    expect(answered).toHaveLength(ROUNDS)
    await witness.end()
    rmSync(join(folder, '..'), { recursive: true })
  },
)

describe('it does not start', () => {
  beforeEach(() => {
    folder = newFolder()
  })
  afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

  const start = (...args: string[]) => assentProcess(['witness', '--data', folder, '--port', '0', ...args])
  const LOG = ['--log', log.key.vkey]
  const WITNESS = 'witness.test/w'

  test.each<[string, string[], string]>([
    ['without a log', ['--name', WITNESS], 'Name a log to watch with --log'],
    ['without a name', LOG, 'Give the witness a name with --name'],
    ['with a name that cannot be one', ['--name', 'two words', ...LOG], 'no blanks and no "+"'],
    ['with a port that is none', ['--name', WITNESS, ...LOG, '--port', '99999'], '--port takes a port'],
    [
      'with a log that is none',
      ['--name', WITNESS, '--log', 'harbor'],
      'line 1 holds no verifier key of a log',
    ],
    ['with a log twice', ['--name', WITNESS, ...LOG, ...LOG], 'twice'],
    ['with a file that is not there', ['--name', WITNESS, '--logs', '/nowhere'], 'Could not read /nowhere'],
  ])('%s', async (_, args, words) => {
    const { code, err } = await start(...args)
    expect(err).toContain(words)
    expect(code).toBe(2)
    expect(existsSync(folder)).toBe(false)
  })

  test('with a key others may read, another name, or a key that is gone', async () => {
    await (await runWitness(folder, [log.key.vkey], { name: WITNESS })).end()
    const key = join(folder, 'witness.key')
    expect((await start(...LOG, '--name', 'other')).err).toContain(`signs as "${WITNESS}", not as "other"`)
    chmodSync(key, 0o644)
    expect((await start(...LOG)).err).toContain(`chmod 600 ${key}`)
    renameSync(key, `${key}.gone`)
    expect((await start(...LOG, '--name', WITNESS)).err).toContain('restore the key from its backup')
  })
})
