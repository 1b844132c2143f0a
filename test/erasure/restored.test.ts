import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { receiptFor } from '../../server/ledger/receipt.ts'
import { verifyReceipt } from '../../shared/receipt/verify.ts'
import { SITE } from '../support/app.ts'
import { aBackupPlace, type BackupPlace } from '../support/backups.ts'
import {
  countMessages,
  filesOf,
  formsIn,
  holding,
  openedParts,
  rowsOf,
  secretsOf,
  type Secret,
} from '../support/byte-search.ts'
import { assent } from '../support/cli.ts'
import { anOptIn } from '../support/marketing.ts'
import { aDataFolder, optInAt, serve, type DataFolder } from '../support/serve.ts'
import {
  blindsOfBoth,
  formsOfBoth,
  MAIL,
  othersOptIn,
  PHONE,
  statusAt,
  SUPPRESSED,
  theyOptIn,
} from '../support/two-people.ts'

/** Two people are erased; the server is lost; what is left is a backup from before, and the kept erasures. */
let lost: DataFolder
let place: BackupPlace
let restored: string
let secrets: Secret[]
let subjects: string[]
let erasedRows: Buffer[]
/** Numbers of everybody else's opt-ins. */
let others: string[]

const commandIn = async (folder: string, ...args: string[]): Promise<string> => {
  const { code, out, err } = await assent([...args, '--data', folder])
  if (code !== 0) throw new Error(`assent ${args.join(' ')} ended with ${code}: ${err}`)
  return out
}
const command = (...args: string[]) => commandIn(restored, ...args)

beforeAll(async () => {
  lost = await aDataFolder({ programs: true })
  place = await aBackupPlace()
  const server = await serve(lost.folder)
  await theyOptIn(server.url)
  others = await othersOptIn(server.url, 40)
  // What each is to be asked waits, for nothing sends it here.
  await vi.waitUntil(() => countMessages(lost.folder) === 2, { timeout: 10_000 })
  secrets = await secretsOf(lost.folder)
  const blinds = blindsOfBoth(secrets)
  erasedRows = rowsOf(lost.folder, blinds)
  subjects = await lost.read(store => blinds.map(blind => store.subjectOfAddress(SITE, blind)!))
  await place.backup(lost.folder)
  await commandIn(lost.folder, 'erase', SITE, '--email', MAIL[0]!, '--yes')
  await commandIn(lost.folder, 'erase', SITE, '--phone', PHONE[1]!, '--yes')
  await server.end()
}, 60_000)
afterAll(() => {
  lost.remove()
  place.remove()
})

const formsNow = () => formsOfBoth(secrets)
/** In the files of a folder, and in whatever its keys open. */
const found = async (folder: string) => formsIn([...filesOf(folder), await openedParts(folder)], formsNow())
const onlySuppressions = Object.fromEntries(
  SUPPRESSED.flatMap(form => [
    [`ledger.db: ${form}, raw`, 1],
    [`erasures/${SITE}: ${form}, hex`, 1],
  ]),
)

/** All that commands tell of the two, whoever asks, with every key. */
async function toldOfThem(): Promise<string> {
  const asked = [
    ...subjects.flatMap(subject => [['history', SITE, '--subject', subject, '--open']]),
    ['history', SITE, '--email', MAIL[0]!, '--open'],
    ['history', SITE, '--phone', PHONE[1]!, '--open', '--json'],
    ['status', SITE, '--channel', 'email', '--address', MAIL[0]!, '--program', 'offers'],
    ['status', SITE, '--channel', 'sms', '--address', PHONE[1]!, '--program', 'offers', '--json'],
    ['erase', SITE, '--email', MAIL[0]!],
    ['erase', SITE, '--phone', PHONE[1]!, '--json'],
    ['verify'],
    ['verify', '--json'],
    ['export', SITE, '--texts'],
    ['rebuild', '--check'],
    ['master-key', 'show'],
  ]
  const told: string[] = []
  // oxlint-disable-next-line no-await-in-loop -- one after the other
  for (const args of asked) told.push(Object.values(await assent([...args, '--data', restored])).join('\n'))
  return told.join('\n')
}
const namesThem = (told: string) => formsIn([{ name: 'told', bytes: Buffer.from(told) }], formsNow())

test('restored without the kept erasures the two would be back: the backup holds them, and the search finds them', async () => {
  const { data, code } = await place.restore(lost.folder)
  expect(code).toBe(0)
  restored = data
  const opened = Object.keys(await found(restored))
  for (const address of [PHONE[0], PHONE[1], MAIL[0], MAIL[1]]) {
    expect(opened).toContain(`opened: ${address}, as it is`)
    expect(Object.keys(namesThem(await toldOfThem()))).toContain(`told: ${address}, as it is`)
  }
  for (const row of erasedRows) expect(holding(filesOf(restored), [row])).toHaveLength(1)
}, 60_000)

test('restored with them the two are as unreadable as on the server, by every command', async () => {
  const kept = ['--erasures', join(lost.folder, 'erasures'), '--checkpoint', join(lost.folder, 'checkpoints')]
  const { data, code, out } = await place.restore(lost.folder, kept)
  expect([code, out]).toEqual([0, expect.stringContaining('Erasures repeated: 2.')])
  restored = data
  expect(await found(restored)).toEqual(onlySuppressions)
  expect(holding(filesOf(restored), erasedRows)).toEqual([])
  // What was signed of the lost log is more than this: the log goes on once somebody has decided so.
  const [, signed] = readFileSync(join(lost.folder, 'checkpoints', SITE), 'utf8').split('\n')
  await command('log', 'resume', SITE, '--give-up', signed!)
  const told = await toldOfThem()
  expect(namesThem(told)).toEqual({})
  expect(told).toContain('block (erased)')
  expect(told).toContain('was erased at')
  expect(await command('verify')).toContain('everything holds')
}, 60_000)

test('everybody else’s receipts hold and open', async () => {
  const { ledger, close } = await openData(readConfig({ data: restored }, {}), Date.now, { readonly: true })
  const receipts = await Promise.all(others.map(id => receiptFor(ledger, SITE, id)))
  await close()
  for (const receipt of receipts)
    expect(await verifyReceipt(receipt)).toMatchObject({
      ok: true,
      private: { address: expect.any(String) as string },
    })
})

test('nothing that is done with the data afterwards brings them back: rebuilding, another master key, a backup of it', async () => {
  await command('rebuild')
  expect(await found(restored)).toEqual(onlySuppressions)
  await command('master-key', 'rotate')
  const added = (await secretsOf(restored)).filter(({ key }) => !secrets.some(known => known.key.equals(key)))
  expect(added.map(({ name }) => name)).toContain('the master key')
  secrets = [...secrets, ...added]
  expect(await found(restored)).toEqual(onlySuppressions)
  expect((await place.backup(restored)).code).toBe(0)
  const again = await place.restore(restored)
  expect(again.code).toBe(0)
  expect(await found(again.data)).toEqual(onlySuppressions)
  expect(holding(filesOf(again.data), erasedRows)).toEqual([])
}, 60_000)

test('nor taking it into another installation, which learns nothing of them', async () => {
  const elsewhere = await aDataFolder({ programs: true })
  const file = place.path('export.ndjson')
  await command('export', SITE, '--texts', '--out', file)
  const { keys } = JSON.parse(await command('log-key', 'list', SITE, '--json')) as {
    keys: { vkey: string }[]
  }
  const taken = ['import', file, '--site', SITE, '--key', keys.at(-1)!.vkey, '--yes', '--json']
  const { out, code } = await assent([...taken, '--data', elsewhere.folder])
  expect([code, JSON.parse(out)]).toEqual([0, expect.objectContaining({ imported: others.length })])
  expect(await found(elsewhere.folder)).toEqual({})
  expect((await assent(['verify', '--data', elsewhere.folder])).out).toContain('everything holds')
  elsewhere.remove()
}, 60_000)

test('served again: both stay suppressed, a yes from before revives nothing, and who says yes anew is written to', async () => {
  const server = await serve(restored)
  for (const [address, channel] of [
    [PHONE[1]!, 'sms'],
    [MAIL[0]!, 'email'],
  ] as const)
    expect(await statusAt(server.url, restored, address, channel)).toMatchObject({
      decision: 'block',
      reason: 'erased',
    })
  const late = anOptIn({ address: MAIL[0]!, channel: 'email', decidedAt: Date.now() - 3_600_000 })
  expect((await optInAt(server.url, late)).status).toBe(200)
  expect(await statusAt(server.url, restored, MAIL[1]!, 'email')).toMatchObject({ decision: 'block' })
  await optInAt(server.url, anOptIn({ address: PHONE[0]!, decidedAt: Date.now() }))
  expect(await statusAt(server.url, restored, PHONE[2]!, 'sms')).toMatchObject({ decision: 'send' })
  expect(await server.end()).toBe(0)
  expect(await command('verify')).toContain('everything holds')
  expect(holding(filesOf(restored), erasedRows)).toEqual([])
}, 60_000)
