import SqliteDatabase from 'better-sqlite3'
import { createHmac } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openData } from '../../server/cli/data.ts'
import { keyInFile } from '../../server/cli/master-key.ts'
import { readConfig } from '../../server/config.ts'
import { openBlindIndex } from '../../server/subjects/identify.ts'
import { receiptFor } from '../../server/ledger/receipt.ts'
import { verifyReceipt } from '../../shared/receipt/verify.ts'
import { unwrapped } from '../../server/storage/keyring.ts'
import { sqliteKeyring } from '../../server/storage/sqlite/keyring.ts'
import { SITE } from '../support/app.ts'
import { aBackupPlace, type BackupPlace } from '../support/backups.ts'
import { assent } from '../support/cli.ts'
import { formsOf, type AddressForm } from '../support/forms-of.ts'
import { anOptIn } from '../support/marketing.ts'
import { aDataFolder, optInAt, serve, type DataFolder, type Served } from '../support/serve.ts'

/** Typed so, and normalised. Invented, as every number with 555. */
const PHONE = ['(202) 555-0147', '+12025550147', '2025550147', '1 202 555 0147']
const MAIL = ['Robin.Wren@Mail.example', 'Robin.Wren@mail.example']
const BYSTANDERS = 400

let data: DataFolder
let server: Served
let backups: string
/** Made before the erasure, by `assent backup`. */
let earlier: BackupPlace
let written = ''
let forms: AddressForm[]
let erasedRows: Buffer[]
let blinds: Buffer[]
let others: string[]
/** The forms that stay. */
let suppressed: string[]

const within = (...names: string[]) => join(data.folder, ...names)
const ask = async (address: string, channel: string, key: string): Promise<{ reason: string }> => {
  const query = new URLSearchParams({ channel, address, program: 'offers' })
  const answer = await fetch(`${server.url}/v1/sites/${SITE}/status?${query}`, {
    headers: { Authorization: `Bearer ${key}` },
  })
  return (await answer.json()) as { reason: string }
}

beforeAll(async () => {
  data = await aDataFolder({ programs: true })
  backups = mkdtempSync(join(tmpdir(), 'assent-backups-'))
  earlier = await aBackupPlace()
  await start()
  const optIns = [undefined, 'research', 'adults'].flatMap(program => [
    anOptIn({ address: PHONE[0]!, ...of(program) }),
    anOptIn({ address: MAIL[0]!, channel: 'email', ...of(program) }),
  ])
  await optInAt(server.url, ...optIns)
  others = []
  for (let n = 0; n < BYSTANDERS; n += 10) {
    const batch = Array.from({ length: 10 }, (_, i) => {
      const phone = i % 2 === 0
      return anOptIn({
        channel: phone ? 'sms' : 'email',
        address: phone ? `+1202555${String(1_000 + n + i)}` : `bird${n + i}@mail.example`,
        decidedAt: Date.now(),
      })
    })
    others.push(...batch.map(optIn => optIn.id))
    // oxlint-disable-next-line no-await-in-loop -- one commit after the other
    await optInAt(server.url, ...batch)
  }
  // The same again later, so that their rows lie apart.
  await optInAt(server.url, anOptIn({ address: PHONE[1]!, decidedAt: Date.now() }))
  await makeForms()
}, 60_000)
afterAll(async () => {
  await server.end()
  data.remove()
  rmSync(backups, { recursive: true, force: true })
  earlier.remove()
})

const of = (program: string | undefined) =>
  program === undefined
    ? { decidedAt: Date.now() }
    : { program, decidedAt: Date.now(), ...(program === 'adults' && { ofAge: true as const }) }

async function start(): Promise<void> {
  server = await serve(data.folder, { environment: { ASSENT_ACCESS_LOG: '1' } })
  for (const stream of [server.child.stdout!, server.child.stderr!])
    stream.on('data', chunk => (written += String(chunk)))
}

/** With everything in hand that opens anything: the master key and every secret of the keyring. */
async function makeForms(): Promise<void> {
  const provider = keyInFile(within('keys', 'master.key'))
  const keys = new SqliteDatabase(within('subject-keys.db'), { readonly: true })
  const rows = sqliteKeyring(keys).rows()
  const secrets = [
    { name: 'the master key', key: provider.bytes!() },
    ...(await Promise.all(
      rows.map(async row => ({
        name: `${row.purpose} ${row.generation}`,
        key: await unwrapped(provider, row),
      })),
    )),
  ]
  keys.close()
  const derived = secrets.flatMap(({ name, key }) =>
    ['blind index', 'subject key', 'private part', 'master key check', 'keyring'].map(use => ({
      name: `${use} of ${name}`,
      key: createHmac('sha256', key).update(`assent ${use}\n${SITE}`).digest(),
    })),
  )
  forms = [
    ...formsOf('sms', PHONE, [...secrets, ...derived]),
    ...formsOf('email', MAIL, [...secrets, ...derived]),
  ]
  const root = secrets.find(({ name }) => name.startsWith('blind-index'))!.key
  const index = openBlindIndex(root)
  blinds = [index.blindOf(SITE, 'sms', PHONE[1]!), index.blindOf(SITE, 'email', MAIL[1]!)]
  erasedRows = rowsOf(blinds)
}

/** Everything that is to be destroyed of the two people, byte for byte: sealed parts, salts, wrapped keys, ties, and where addresses lead. */
function rowsOf(of: readonly Buffer[]): Buffer[] {
  const ledger = new SqliteDatabase(within('ledger.db'), { readonly: true })
  const keys = new SqliteDatabase(within('subject-keys.db'), { readonly: true })
  const found = of.flatMap(blind => {
    const row = ledger
      .prepare<[Buffer], { subject: string; tie: Buffer }>(
        'SELECT subject, tie FROM addresses WHERE blind = ?',
      )
      .get(blind)!
    const parts = ledger
      .prepare<[string], { salt: Buffer; sealed: Buffer }>(
        'SELECT salt, sealed FROM private_parts WHERE subject = ?',
      )
      .all(row.subject)
    const key = keys
      .prepare<[string], { wrapped: Buffer }>('SELECT wrapped FROM subject_keys WHERE subject = ?')
      .get(row.subject)!
    return [row.tie, key.wrapped, ...parts.flatMap(({ salt, sealed }) => [salt, sealed])]
  })
  ledger.close()
  keys.close()
  return found
}

/** Copies made now: of the files as they lie, and of the database by its own means. */
async function makeBackup(): Promise<void> {
  for (const name of ['ledger.db', 'subject-keys.db', 'operators.db']) {
    const database = new SqliteDatabase(within(name), { readonly: true })
    await database.backup(join(backups, `backup of ${name}`))
    database.exec(`VACUUM INTO '${join(backups, `copy of ${name}`)}'`)
    database.close()
    for (const file of readdirSync(data.folder).filter(file => file.startsWith(name)))
      writeFileSync(join(backups, `file ${file}`), readFileSync(within(file)))
  }
  const exported = await assent([
    'export',
    SITE,
    '--texts',
    '--out',
    join(backups, 'export'),
    '--data',
    data.folder,
  ])
  expect(exported.code).toBe(0)
}

/** Every byte there is: all files of the data folder and of the backups, and all the server wrote and serves of its log. */
async function everything(
  folders = [data.folder, backups],
): Promise<readonly { readonly name: string; readonly bytes: Buffer }[]> {
  const files = folders.flatMap(folder =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name)),
  )
  const served = await Promise.all(
    ['checkpoint', 'vkey', 'proof?index=0&size=9'].map(async path => ({
      name: `/log/${SITE}/${path}`,
      bytes: Buffer.from(await (await fetch(`${server.url}/log/${SITE}/${path}`)).arrayBuffer()),
    })),
  )
  return [
    ...files.map(file => ({ name: basename(file), bytes: readFileSync(file) })),
    ...served,
    { name: 'what the server wrote', bytes: Buffer.from(written) },
  ]
}

/** `file: form` → how often. */
async function search(folders?: string[]): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const { name, bytes } of await everything(folders))
    for (const form of forms) {
      const times = countIn(bytes, form.bytes)
      if (times > 0) found[`${name}: ${form.name}`] = times
    }
  return found
}

function countIn(bytes: Buffer, part: Buffer): number {
  let times = 0
  for (let at = bytes.indexOf(part); at !== -1; at = bytes.indexOf(part, at + 1)) times++
  return times
}

const leftOf = async (rows: readonly Buffer[], folders?: string[]): Promise<string[]> =>
  (await everything(folders)).flatMap(({ name, bytes }) =>
    rows.some(row => bytes.includes(row)) ? [name] : [],
  )

/** Requests that fail in every way one can think of, with the address in them. */
async function provokeFaults(): Promise<void> {
  const { port } = new URL(server.url)
  const path = `/v1/sites/${SITE}/status?channel=email&program=offers&address=${encodeURIComponent(MAIL[1]!)}`
  for (const text of [
    `GET ${path} HTTP/1.1\r\nHost: ${MAIL[1]}\r\n\r\n`,
    `GET http://[${MAIL[1]}${path} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET //${MAIL[1]}:99999${path} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET ${path}\u00FF HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    `GET /s/${SITE}/opt-out.%E0%A4%A${MAIL[1]} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    `POST /v1/sites/${SITE}/opt-ins HTTP/1.1\r\nHost: localhost\r\nOrigin: https://${MAIL[1]}\r\nContent-Length: 2\r\n\r\n{}`,
  ])
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await new Promise<void>(done => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end(text))
      socket
        .on('data', () => {})
        .on('close', () => done())
        .on('error', () => done())
    })
  await optInAt(
    server.url,
    anOptIn({ address: `${PHONE[0]} x` }),
    anOptIn({ address: MAIL[0]!, channel: 'sms' }),
  )
  const broken = await fetch(`${server.url}/v1/sites/${SITE}/opt-ins`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain', Origin: 'https://www.harbor.example' },
    body: `{"optIns":[{"address":"${PHONE[1]}","email":${MAIL[1]}`,
  })
  expect(broken.status).toBe(400)
}

test('before the erasure an address is in no file in the clear or hashed without the keyring, and with it only where it leads', async () => {
  await provokeFaults()
  await makeBackup()
  const found = Object.keys(await search())
  expect(found.length).toBeGreaterThan(0)
  for (const place of found)
    expect(place).toMatch(
      /^(backup of |copy of |file )?ledger\.db(-wal)?: hmac of \S+ under blind index of blind-index 1, raw$/,
    )
  expect((await earlier.backup(data.folder)).code).toBe(0)
  // So that what is found afterwards is told from what would not have been.
  expect(erasedRows.length).toBeGreaterThan(12)
  for (const row of erasedRows) expect(await leftOf([row])).not.toEqual([])
}, 120_000)

test('after the erasure only the suppression is found, once, and nothing of what was sealed', async () => {
  rmSync(backups, { recursive: true })
  backups = mkdtempSync(join(tmpdir(), 'assent-backups-'))
  const key = await makeKey('erase')
  const status = await makeKey('status')
  expect(await ask(MAIL[1]!, 'email', status)).toMatchObject({ reason: 'ok_express' })
  const byHttp = await fetch(`${server.url}/v1/sites/${SITE}/erasures`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` },
    body: JSON.stringify({ channel: 'email', address: MAIL[0] }),
  })
  const answer = (await byHttp.json()) as Record<string, unknown>
  expect(answer).toMatchObject({ erased: true, parts: 3, settled: true })
  expect(await verifyReceipt(answer['certificate'])).toMatchObject({ ok: true })
  const byCommand = await assent([
    'erase',
    SITE,
    '--phone',
    PHONE[1]!,
    '--yes',
    '--json',
    '--data',
    data.folder,
  ])
  expect(JSON.parse(byCommand.out)).toMatchObject({ erased: true, parts: 4, settled: true })
  expect(byCommand.err + byCommand.out).not.toMatch(/555\D*0147|robin/i)
  await provokeFaults()
  await makeBackup()

  const found = await search()
  suppressed = [`hmac of ${PHONE[1]}`, `hmac of ${MAIL[0]!.toLowerCase()}`].map(
    form => `${form} under blind index of blind-index 1`,
  )
  // The database, and each copy of it, has the two suppressions. They are kept outside it too, for a backup from before.
  const places = ['', 'backup of ', 'copy of ', 'file '].map(copy => `${copy}ledger.db`)
  const expected = [
    ...places.flatMap(place => suppressed.map(form => `${place}: ${form}, raw`)),
    ...suppressed.map(form => `${SITE}: ${form}, hex`),
  ]
  expect(found).toEqual(Object.fromEntries(expected.map(place => [place, 1])))
  expect(await leftOf(erasedRows)).toEqual([])

  for (const [address, channel] of [
    [PHONE[1]!, 'sms'],
    [MAIL[0]!, 'email'],
  ] as const)
    expect(await ask(address, channel, status)).toMatchObject({ decision: 'block', reason: 'erased' })
}, 120_000)

test('a backup from before the erasure, restored, finds the two no more than the server does', async () => {
  const restored = await earlier.restore(data.folder, [
    '--erasures',
    within('erasures'),
    '--checkpoint',
    within('checkpoints'),
  ])
  const found = await search([restored.data])
  expect(found).toEqual(
    Object.fromEntries(
      suppressed.flatMap(form => [
        [`ledger.db: ${form}, raw`, 1],
        [`${SITE}: ${form}, hex`, 1],
      ]),
    ),
  )
  expect(await leftOf(erasedRows, [restored.data])).toEqual([])
  const { ledger, close } = await openData(readConfig({ data: restored.data }, {}), Date.now, {
    readonly: true,
  })
  for (const blind of blinds) expect(ledger.store.subjectOfAddress(SITE, blind)).toBeUndefined()
  for (const blind of blinds) expect(ledger.store.suppressedAt(SITE, blind)).toEqual(expect.any(Number))
  const receipts = others.map(id => ledger.store.privatePart(SITE, ledger.store.entryById(SITE, id)!.index))
  expect(receipts.every(part => part !== undefined)).toBe(true)
  await close()
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
  const { ledger, close } = await openData(readConfig({ data: data.folder }, {}), Date.now, {
    readonly: true,
  })
  const receipts = await Promise.all(others.map(id => receiptFor(ledger, SITE, id)))
  await close()
  expect(receipts).toHaveLength(BYSTANDERS)
  for (const receipt of receipts)
    expect(await verifyReceipt(receipt)).toMatchObject({
      ok: true,
      private: { address: expect.any(String) as string },
    })
  const verified = await assent(['verify', '--data', data.folder])
  expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('everything holds') as string })

  await optInAt(server.url, anOptIn({ address: PHONE[1]!, decidedAt: Date.now() }))
  expect(await ask(PHONE[2]!, 'sms', await makeKey('status'))).toMatchObject({ decision: 'send' })
})

test('no line the server wrote names an address, not even in part', () => {
  expect(written).toContain('malformed request')
  expect(written).toContain('/v1/sites/:site/status')
  expect(written).not.toMatch(/555\D*0147|robin|wren|mail\.example/i)
})

async function makeKey(scope: string): Promise<string> {
  const { out } = await assent(['key', 'new', '--site', SITE, '--scope', scope, '--data', data.folder])
  return out.trim()
}
