import SqliteDatabase from 'better-sqlite3'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { chainOf } from '../../server/ledger/chain.ts'
import { receiptFor } from '../../server/ledger/receipt.ts'
import { verifyReceipt } from '../../shared/receipt/verify.ts'
import { SITE } from '../support/app.ts'
import { aBackupPlace, filesIn, type BackupPlace } from '../support/backups.ts'
import {
  countMessages,
  filesOf,
  formsIn,
  holding,
  openedParts,
  rowsOf,
  secretsOf,
  type Place,
} from '../support/byte-search.ts'
import { assent } from '../support/cli.ts'
import type { AddressForm } from '../support/forms-of.ts'
import { anOptIn } from '../support/marketing.ts'
import { startMailServer, type MailServer } from '../support/mail-server.ts'
import { aDataFolder, optInAt, serve, type DataFolder, type Served } from '../support/serve.ts'
import { selfSigned } from '../support/tls-proxy.ts'
import { startTwilio, type FakeTwilio } from '../support/twilio.ts'
import {
  blindsOfBoth,
  formsOfBoth,
  MAIL,
  othersOptIn,
  PHONE,
  provokeFaults,
  statusAt,
  SUPPRESSED,
  theyOptIn,
} from '../support/two-people.ts'

const OTHERS = 400

let data: DataFolder
let server: Served
let place: BackupPlace
let mail: MailServer
let twilio: FakeTwilio
/** Copies of everything, made anew each time. */
let copies: string
let written = ''
let forms: AddressForm[]
let erasedRows: Buffer[]
let blinds: Buffer[]
/** Of the two. */
let subjects: string[]
let others: string[]

const within = (...names: string[]) => join(data.folder, ...names)
const command = async (...args: string[]): Promise<string> => {
  const { code, out } = await assent([...args, '--data', data.folder])
  expect([args[0], code]).toEqual([args[0], 0])
  return out
}
const makeKey = async (scope: string) =>
  (await command('key', 'new', '--site', SITE, '--scope', scope)).trim()

beforeAll(async () => {
  data = await aDataFolder({ programs: true })
  place = await aBackupPlace()
  mail = await startMailServer({ tls: 'none', certificate: selfSigned(place.folder), login: false })
  twilio = await startTwilio()
  const providers = {
    email: { smtp: `smtp://127.0.0.1:${mail.port}`, from: 'news@harbor.example' },
    sms: { twilio: { accountSid: 'AC1', authToken: 'x', from: '+12025550100', url: twilio.url } },
  }
  writeFileSync(within('keys', 'providers.json'), JSON.stringify({ [SITE]: providers }), { mode: 0o600 })
  server = await serve(data.folder, {
    environment: { ASSENT_ACCESS_LOG: '1', ASSENT_METRICS_PORT: '0', ASSENT_CHECKPOINT_MS: '50' },
  })
  for (const stream of [server.child.stdout!, server.child.stderr!])
    stream.on('data', chunk => (written += String(chunk)))
  await theyOptIn(server.url)
  others = await othersOptIn(server.url, OTHERS)
  // The same again later, so that their rows lie apart.
  await optInAt(server.url, anOptIn({ address: PHONE[1]!, decidedAt: Date.now() }))
  // Asked whether they really want one of the programs: each message names its address, and the words.
  await vi.waitUntil(() => countMessages(data.folder, 'sent') === 2, { timeout: 10_000 })
  const secrets = await secretsOf(data.folder)
  blinds = blindsOfBoth(secrets)
  erasedRows = rowsOf(data.folder, blinds)
  await withLedger(({ store, keys }) => {
    subjects = blinds.map(blind => store.subjectOfAddress(SITE, blind)!)
    // Their own keys are in hand too, for hashes nobody should have made with them.
    const own = subjects.map((subject, n) => ({
      name: `the key of person ${n}`,
      key: keys.openSubjectKey(SITE, subject)!.export(),
    }))
    forms = formsOfBoth([...secrets, ...own])
  })
}, 60_000)
afterAll(async () => {
  await server.end()
  await mail.close()
  twilio.close()
  data.remove()
  place.remove()
  rmSync(copies, { recursive: true, force: true })
})

type Ledger = Awaited<ReturnType<typeof openData>>['ledger']
async function withLedger<T>(look: (ledger: Ledger) => T): Promise<Awaited<T>> {
  const { ledger, close } = await openData(readConfig({ data: data.folder }, {}), Date.now, {
    readonly: true,
  })
  try {
    return await look(ledger)
  } finally {
    await close()
  }
}

/** Of the files as they lie, of the databases by their own means, an export, and a backup, decrypted. */
async function copyEverything(): Promise<Place[]> {
  if (copies) rmSync(copies, { recursive: true })
  copies = mkdtempSync(join(tmpdir(), 'assent-copies-'))
  const to = (...names: string[]) => join(copies, ...names)
  for (const folder of ['file', 'backup', 'copy']) mkdirSync(to(folder))
  for (const name of ['ledger.db', 'subject-keys.db', 'operators.db', 'messages.db']) {
    const database = new SqliteDatabase(within(name), { readonly: true })
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await database.backup(to('backup', name))
    database.exec(`VACUUM INTO '${to('copy', name)}'`)
    database.close()
    for (const file of readdirSync(data.folder).filter(file => file.startsWith(name)))
      cpSync(within(file), to('file', file))
  }
  await command('export', SITE, '--texts', '--out', to('export.ndjson'))
  expect((await place.backup(data.folder)).code).toBe(0)
  const { ledger, subjectKeys } = place.newest()
  const decrypted = await Promise.all([ledger, subjectKeys].map(file => filesIn(file, place.identity)))
  return [
    ...filesOf(copies),
    ...decrypted.flatMap(files =>
      [...files].map(([name, bytes]) => ({ name: `assent backup/${name}`, bytes })),
    ),
  ]
}

/** Everything the server serves of its log, bundles of entries included, its metrics, and what it wrote. */
async function everythingServed(): Promise<Place[]> {
  const key = await makeKey('audit')
  const fetched = async (name: string, url: string) => {
    const answer = await fetch(url, { headers: { Authorization: `Bearer ${key}` } })
    expect([name, answer.status]).toEqual([name, 200])
    return { name, bytes: Buffer.from(await answer.arrayBuffer()) }
  }
  const [, size] = (await (await fetch(`${server.url}/log/${SITE}/checkpoint`)).text())
    .split('\n')
    .map(Number)
  const last = `${String(Math.floor(size! / 256)).padStart(3, '0')}.p/${size! % 256}`
  const paths = [
    'checkpoint',
    'vkey',
    'keys',
    `proof?index=0&size=${size}`,
    `consistency?from=1&to=${size}`,
    'tile/0/000',
    `tile/0/${last}`,
    'tile/entries/000',
    `tile/entries/${last}`,
  ]
  expect(size).toBeGreaterThan(256)
  const metrics = String(server.lines().find(line => line['event'] === 'metrics')!['address'])
  return [
    ...(await Promise.all(paths.map(path => fetched(`/log/${path}`, `${server.url}/log/${SITE}/${path}`)))),
    await fetched('metrics', metrics),
    { name: 'what the server wrote', bytes: Buffer.from(written) },
  ]
}

/** Receipts of all the two ever did, and whatever opens of any sealed part: both are the address, as long as there is one. */
async function everythingOpened(): Promise<Place[]> {
  const receipts = await withLedger(ledger => {
    const ids = subjects.flatMap(subject =>
      [...chainOf(ledger.store, SITE, subject)].map(({ entry }) => entry.id),
    )
    return Promise.all(ids.map(id => receiptFor(ledger, SITE, id)))
  })
  expect(receipts.length).toBeGreaterThan(6)
  for (const receipt of receipts) expect(await verifyReceipt(receipt)).toMatchObject({ ok: true })
  return [{ name: 'receipts', bytes: Buffer.from(JSON.stringify(receipts)) }, await openedParts(data.folder)]
}

test('before the erasure: in the clear only where it is opened with its key; hashed only in the index, under its key', async () => {
  expect([mail.mails.length, twilio.texts.length]).toEqual([1, 1])
  await provokeFaults(server.url)
  const copied = await copyEverything()
  const served = await everythingServed()
  const files = filesOf(data.folder)
  expect(files.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'ledger.db',
      'ledger.db-wal',
      'ledger.db-shm',
      'subject-keys.db',
      'operators.db',
      'messages.db',
    ]),
  )
  const found = Object.keys(formsIn([...files, ...copied, ...served], forms))
  for (const name of ['backup/ledger.db', 'copy/ledger.db', 'assent backup/ledger.db'])
    expect(found).toEqual(expect.arrayContaining(SUPPRESSED.map(form => `${name}: ${form}, raw`)))
  // Of the files as they lie, one or the other, as far as the server has moved it over.
  expect(found).toContainEqual(expect.stringMatching(/^ledger\.db(-wal)?: hmac of /))
  for (const where of found)
    expect(where).toMatch(/(^|\/)ledger\.db(-wal)?: hmac of \S+ under blind index of blind-index 1, raw$/)

  // So that what is not found afterwards is known to have been found before.
  const opened = Object.keys(formsIn(await everythingOpened(), forms))
  for (const where of ['receipts', 'opened'])
    for (const address of [PHONE[0], PHONE[1], MAIL[0], MAIL[1]])
      expect(opened).toContain(`${where}: ${address}, as it is`)
  expect(erasedRows.length).toBeGreaterThan(12)
  for (const row of erasedRows) {
    const places = holding([...files, ...copied], [row])
    expect(places.filter(name => name.startsWith('assent backup/'))).toHaveLength(1)
    expect(places.length).toBeGreaterThan(3)
  }
  // The two are in what was searched: under subjects that name nobody.
  for (const subject of subjects)
    expect(holding([...copied, ...served], [Buffer.from(subject)])).toEqual(
      expect.arrayContaining(['export.ndjson', '/log/tile/entries/000']),
    )
}, 120_000)

test('after the erasure only the suppression is found, once, and nothing of what was sealed', async () => {
  expect(await statusAt(server.url, data.folder, MAIL[1]!, 'email')).toMatchObject({ reason: 'ok_express' })
  const byHttp = await fetch(`${server.url}/v1/sites/${SITE}/erasures`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await makeKey('erase')}` },
    body: JSON.stringify({ channel: 'email', address: MAIL[0] }),
  })
  const answer = (await byHttp.json()) as Record<string, unknown>
  expect(answer).toMatchObject({ erased: true, parts: 3, settled: true })
  expect(await verifyReceipt(answer['certificate'])).toMatchObject({ ok: true })
  const file = join(place.folder, 'certificate.json')
  const byCommand = await command(
    'erase',
    SITE,
    '--phone',
    PHONE[1]!,
    '--yes',
    '--json',
    '--certificate',
    file,
  )
  expect(JSON.parse(byCommand)).toMatchObject({ erased: true, parts: 4, settled: true })
  expect((await assent(['verify', file])).code).toBe(0)
  await provokeFaults(server.url)

  const everything = [
    ...filesOf(data.folder),
    ...(await copyEverything()),
    ...(await everythingServed()),
    ...(await everythingOpened()),
    { name: 'answer by HTTP', bytes: Buffer.from(JSON.stringify(answer)) },
    { name: 'answer of the command', bytes: Buffer.from(byCommand) },
    { name: 'certificate', bytes: readFileSync(file) },
  ]
  // The database, and each copy of it, has the two suppressions. They are kept outside it too, for a backup from before.
  const copiesOf = ['', 'file/', 'backup/', 'copy/', 'assent backup/']
  const expected = [
    ...copiesOf.flatMap(copy => SUPPRESSED.map(form => `${copy}ledger.db: ${form}, raw`)),
    ...['', 'assent backup/'].flatMap(copy =>
      SUPPRESSED.map(form => `${copy}erasures/${SITE}: ${form}, hex`),
    ),
  ]
  expect(formsIn(everything, forms)).toEqual(Object.fromEntries(expected.map(where => [where, 1])))
  expect(holding(everything, erasedRows)).toEqual([])
  for (const [address, channel] of [
    [PHONE[1]!, 'sms'],
    [MAIL[0]!, 'email'],
  ] as const)
    expect(await statusAt(server.url, data.folder, address, channel)).toMatchObject({
      decision: 'block',
      reason: 'erased',
    })
  console.log(
    `erasure: ${everything.length} files and answers, ${everything.reduce((sum, { bytes }) => sum + bytes.length, 0)} bytes, searched for ${forms.length} forms of two addresses`,
  )
}, 120_000)

test('a suppression leads to no subject: neither its row nor its line outside has one', () => {
  const database = new SqliteDatabase(within('ledger.db'), { readonly: true })
  const columns = database
    .prepare<[], { name: string }>("SELECT name FROM pragma_table_info('suppressions')")
    .all()
  expect(columns.map(({ name }) => name)).toEqual(['site', 'blind', 'at', 'tie'])
  for (const blind of blinds)
    expect(database.prepare('SELECT 1 FROM addresses WHERE blind = ?').get(blind)).toBeUndefined()
  database.close()
  for (const line of readFileSync(within('erasures', SITE), 'utf8').trimEnd().split('\n'))
    expect(Object.keys(JSON.parse(line) as object)).not.toEqual(
      expect.arrayContaining(['erased', 'suppressed']),
    )
})

test('everybody else’s receipt holds and opens, verify finds nothing, and who comes back is written to again', async () => {
  const receipts = await withLedger(ledger => Promise.all(others.map(id => receiptFor(ledger, SITE, id))))
  expect(receipts).toHaveLength(OTHERS)
  for (const receipt of receipts)
    expect(await verifyReceipt(receipt)).toMatchObject({
      ok: true,
      private: { address: expect.any(String) as string },
    })
  expect(await command('verify')).toContain('everything holds')

  await optInAt(server.url, anOptIn({ address: PHONE[1]!, decidedAt: Date.now() }))
  expect(await statusAt(server.url, data.folder, PHONE[2]!, 'sms')).toMatchObject({ decision: 'send' })
})

test('no line the server wrote names an address, not even in part', () => {
  expect(written).toContain('malformed request')
  expect(written).toContain('/v1/sites/:site/status')
  expect(written).not.toMatch(/555\D*0147|robin|wren|mail\.example/i)
})
