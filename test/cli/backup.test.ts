import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { holdFolder } from '../../server/cli/folder-lock.ts'
import { openData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { appendOptIns } from '../../server/marketing/opt-in.ts'
import { contentHash } from '../../server/ledger/entry.ts'
import { aSiteDecision, SITE } from '../support/app.ts'
import { aBackupPlace, aSmallDisk, filesIn, type BackupPlace } from '../support/backups.ts'
import { assent, assentProcess } from '../support/cli.ts'
import { aSecret } from '../support/decisions.ts'
import { anOptIn, marketingConfiguration, PROGRAMS, publishPrograms } from '../support/marketing.ts'
import { foldersIn } from '../support/ledger.ts'
import { aDataFolder, postTo, serve, type DataFolder } from '../support/serve.ts'

let data: DataFolder
let place: BackupPlace
const within = (...names: string[]) => join(data.folder, ...names)

beforeEach(async () => {
  data = await aDataFolder()
  place = await aBackupPlace()
})
afterEach(() => {
  data.remove()
  place.remove()
})

/** Opens the folder as a command that writes does. */
async function inLedger<T>(act: (ledger: Parameters<typeof publishPrograms>[0]) => Promise<T>): Promise<T> {
  const opened = await openData(readConfig({ data: data.folder }, {}), Date.now)
  try {
    return await act({ ...opened.ledger, folders: foldersIn(data.folder) })
  } finally {
    await opened.close()
  }
}

const optIn = (n: number) =>
  inLedger(ledger =>
    appendOptIns(
      ledger,
      SITE,
      [anOptIn({ channel: 'email', address: `person-${n}@mail.example`, decidedAt: Date.now() - 1_000 })],
      { programs: PROGRAMS },
      {},
    ),
  )

interface Entries {
  readonly entries: readonly { readonly id: string; readonly index: number }[]
}

/** Decisions at a steady rate until told to stop; answers what was acknowledged, and by when. */
function decideSteadily(url: string, perSecond: number) {
  const acknowledged: { id: string; index: number; at: number }[] = []
  const faults: unknown[] = []
  const underWay = new Set<Promise<void>>()
  const configuration = contentHash(marketingConfiguration())
  let n = 0
  const send = async () => {
    const decision = aSiteDecision({ decidedAt: Date.now() - 10, secret: aSecret(++n), configuration })
    const answer = await postTo(url, JSON.stringify({ decisions: [decision] }))
    if (answer.status !== 200) return void faults.push(await answer.text())
    const { entries } = (await answer.json()) as Entries
    acknowledged.push({ ...entries[0]!, at: performance.now() })
  }
  const timer = setInterval(() => {
    const sending = send()
      .catch((fault: unknown) => void faults.push(fault))
      .finally(() => underWay.delete(sending))
    underWay.add(sending)
  }, 1_000 / perSecond)
  return {
    acknowledged,
    faults,
    async stop() {
      clearInterval(timer)
      await Promise.all(underWay)
    },
  }
}

test(
  'made beside a server that takes 200 decisions a second, it restores to a log that verifies and continues the kept checkpoint',
  { timeout: 60_000 },
  async () => {
    await inLedger(ledger => publishPrograms(ledger))
    await optIn(1)
    const server = await serve(data.folder)
    const load = decideSteadily(server.url, 200)
    await expect.poll(() => load.acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(200)
    cpSync(within('checkpoints'), place.path('kept'), { recursive: true })
    const began = performance.now()
    const backup = ['backup', '--data', data.folder, '--to', place.backups]
    const made = await assentProcess([...backup, '--recipient', place.recipient])
    const ended = performance.now()
    await expect.poll(() => load.acknowledged.at(-1)!.at > ended + 200, { timeout: 20_000 }).toBe(true)
    await load.stop()
    await server.end()
    expect(made.err).toMatch(/^note: [^\n]*$/m)
    expect(made.code).toBe(0)
    expect(load.faults).toEqual([])

    const restored = await place.restore(data.folder, ['--checkpoint', place.path('kept')])
    expect(restored.out).toContain('everything holds')
    expect(restored.out).toContain('continues the checkpoint of')
    expect(restored.code).toBe(0)
    const verified = await assent(['verify', '--data', restored.data])
    expect(verified.out).toContain('everything holds')
    expect(verified.code).toBe(0)

    const entriesOf = async (folder: string) => {
      const opened = await openData(readConfig({ data: folder }, {}), Date.now, { readonly: true })
      const { store } = opened.ledger
      const all = Array.from({ length: store.log(SITE).size }, (_, i) => store.entry(SITE, i)!.text)
      await opened.close()
      return all
    }
    const [copied, live] = [await entriesOf(restored.data), await entriesOf(data.folder)]
    expect(live.slice(0, copied.length)).toEqual(copied)
    expect(live.length).toBeGreaterThan(copied.length)
    const before = load.acknowledged.filter(({ at }) => at < began)
    for (const { id, index } of before) expect(copied[index]).toContain(id)
    const during = load.acknowledged.filter(({ at }) => at >= began && at < ended).length
    console.log(
      `backup: ${before.length} decisions acknowledged before it, ${during} during its ${(ended - began).toFixed(0)} ms, ${copied.length} entries in it`,
    )
    expect(during).toBeGreaterThan(0)
  },
)

describe('what is in it', () => {
  test('everything of the data folder, also what a later version puts there, and never the master key or what sends', async () => {
    writeFileSync(within('keys', 'providers.json'), '{}', { mode: 0o600 })
    writeFileSync(within('keys', 'master.key.old'), readFileSync(within('keys', 'master.key')))
    cpSync(within('checkpoints'), within('erasures'), { recursive: true })
    await assent(['key', 'new', '--data', data.folder, '--site', SITE, '--scope', 'status'])
    const { out, code } = await place.backup(data.folder)
    expect(code).toBe(0)
    expect(out).toContain('not in it: keys/master.key.old, keys/providers.json')
    expect(out).toContain(`keep a copy of ${within('keys', 'master.key')} where neither of the two is`)

    const { ledger, subjectKeys } = place.newest()
    const files = await filesIn(ledger, place.identity)
    expect([...files.keys()].toSorted()).toEqual([
      `checkpoints/${SITE}`,
      `erasures/${SITE}`,
      `keys/${SITE}.key`,
      'ledger.db',
      'manifest.json',
      'operators.db',
    ])
    const keys = await filesIn(subjectKeys, place.identity)
    expect([...keys.keys()]).toEqual(['subject-keys.db', 'manifest.json'])
    const master = readFileSync(within('keys', 'master.key'), 'utf8').trim()
    for (const held of [...files.values(), ...keys.values()])
      for (const form of [Buffer.from(master), Buffer.from(master, 'hex')])
        expect(held.includes(form)).toBe(false)
    for (const path of [ledger, subjectKeys]) expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(data.folder).filter(name => name.startsWith('.'))).toEqual([])
  })

  test('nothing that was deleted, though the database still has it between its rows', async () => {
    await inLedger(ledger => publishPrograms(ledger))
    await optIn(1)
    const database = new SqliteDatabase(within('ledger.db'))
    const { blind } = database.prepare<[], { blind: Buffer }>('SELECT blind FROM addresses').get()!
    database.exec('DELETE FROM addresses; UPDATE subjects SET address = NULL')
    database.pragma('wal_checkpoint(TRUNCATE)')
    database.close()
    expect(readFileSync(within('ledger.db')).includes(blind)).toBe(true)
    await place.backup(data.folder)
    const files = await filesIn(place.newest().ledger, place.identity)
    expect(files.get('ledger.db')!.includes(blind)).toBe(false)
  })

  test('a checkpoint that goes with its database, and the live one where that is ahead', async () => {
    const kept = readFileSync(within('checkpoints', SITE), 'utf8')
    const ahead = kept.replace(/\n\d+\n/, '\n999\n')
    writeFileSync(within('checkpoints', SITE), ahead)
    await place.backup(data.folder)
    const files = await filesIn(place.newest().ledger, place.identity)
    expect(files.get(`checkpoints/${SITE}`)!.toString()).toBe(ahead)
  })
})

test('the key it makes is a file for its owner only, opens what its recipient was given, and is never overwritten', async () => {
  const file = place.path('own.key')
  const { out, code } = await assent(['backup', 'key', file])
  expect(code).toBe(0)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  writeFileSync(place.path('recipients'), `# the two of us\n${place.recipient}\n\n${out}\n`)
  const backup = ['backup', '--data', data.folder, '--to', place.backups, '--json']
  const made = await assent([...backup, '--recipients-file', place.path('recipients')])
  expect(JSON.parse(made.out)).toMatchObject({ ok: true, sites: [{ site: SITE }], deleted: [] })
  const [, , secret] = readFileSync(file, 'utf8').split(/\n|: /)
  for (const identity of [secret!, place.identity])
    expect((await filesIn(place.newest().ledger, identity)).size).toBeGreaterThan(3)
  const again = await assent(['backup', 'key', file])
  expect(again.code).toBe(1)
  expect(again.err).toContain('is there already')
})

test('older backups are deleted when asked, each kind by its own age, and never the newest', async () => {
  const day = 86_400_000
  const now = Date.now()
  const stamp = (days: number) =>
    new Date(now - days * day).toISOString().slice(0, 19).replaceAll(/[-:]/g, '') + 'Z'
  for (const days of [40, 20, 8, 2])
    for (const kind of ['assent-', 'assent-subject-keys-'])
      writeFileSync(join(place.backups, `${kind}${stamp(days)}.age`), '')
  writeFileSync(join(place.backups, `mine-${stamp(40)}.age`), '')
  const { out, code } = await place.backup(data.folder, '--keep', '30d', '--keep-keys', '7d')
  expect(code).toBe(0)
  expect(out.match(/^deleted .*$/gm)).toEqual([
    `deleted assent-${stamp(40)}.age`,
    ...[40, 20, 8].map(days => `deleted assent-subject-keys-${stamp(days)}.age`),
  ])
  expect(readdirSync(place.backups)).toHaveLength(1 + 3 + 1 + 1 + 1)
})

describe('is refused, and leaves nothing', () => {
  test.each<[what: string, args: (place: BackupPlace) => string[], code: number, words: string]>([
    ['without a recipient', () => ['--recipient', ''], 2, 'age1'],
    ['to the secret half of a key', p => ['--recipient', p.identity], 2, 'that is the secret half'],
    ['to a recipient cut short', p => ['--recipient', p.recipient.slice(0, 50)], 2, 'copied whole'],
    ['to a folder that is not there', p => ['--to', p.path('unmounted')], 1, 'mount what belongs there'],
    ['into the data folder', () => ['--to', data.folder], 1, 'would be lost with it'],
    ['with an age that is none', () => ['--keep', 'month'], 2, 'such as 12h, 7d or 4w'],
    ['of a folder without a ledger', p => ['--data', p.folder], 1, 'There is no ledger in'],
  ])('%s', async (_, args, code, words) => {
    const given = args(place)
    const run = await place.backup(data.folder, ...given)
    expect([run.code, run.err]).toEqual([code, expect.stringContaining(words)])
    expect(run.err).not.toContain(place.identity)
    expect(readdirSync(place.backups)).toEqual([])
  })

  test('while another one runs', async () => {
    const running = holdFolder(data.folder, 'backup')
    const run = await place.backup(data.folder)
    expect(run.code).toBe(1)
    expect(run.err).toContain(`Another backup of ${data.folder} (process ${process.pid}) is running`)
    running.release()
    expect((await place.backup(data.folder)).code).toBe(0)
  })

  const disk = aSmallDisk(64 * 1024)
  afterAll(() => disk?.remove())
  test.runIf(disk !== undefined)('on a disk that is full half way', async () => {
    const run = await place.backup(data.folder, '--to', disk!.folder)
    expect(run.code).toBe(1)
    expect(run.err).toContain('The disk is full, and nothing was kept of this backup')
    expect(readdirSync(disk!.folder)).toEqual([])
    expect(readdirSync(data.folder).filter(name => name.startsWith('.'))).toEqual([])
  })

  test.runIf(disk !== undefined)('where the data folder has no room for a copy', async () => {
    const small = aSmallDisk(1024 * 1024)!
    try {
      cpSync(data.folder, join(small.folder, 'data'), { recursive: true })
      const run = await place.backup(join(small.folder, 'data'))
      expect(run.code).toBe(1)
      expect(run.err).toMatch(/has \d\.\d MB free, and a backup needs \d+\.\d MB/)
      expect(readdirSync(place.backups)).toEqual([])
    } finally {
      small.remove()
    }
  })
})
