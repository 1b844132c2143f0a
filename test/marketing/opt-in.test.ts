import { readdirSync, readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { contentHash } from '../../server/ledger/entry.ts'
import { checkpoint } from '../../server/ledger/checkpoint.ts'
import { receiptFor } from '../../server/ledger/receipt.ts'
import { verifyReceipt } from '../../shared/receipt/verify.ts'
import { appendOptIns, type OptInAnswer, type SentOptIn } from '../../server/marketing/opt-in.ts'
import { appendOptOuts, type SentOptOut } from '../../server/marketing/opt-out.ts'
import { openBlindIndex } from '../../server/subjects/identify.ts'
import { open } from '../../server/subjects/seal.ts'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import type { OptInEntry } from '../../shared/domain/entry.ts'
import type { Program } from '../../shared/domain/site.ts'
import { textHash } from '../support/decisions.ts'
import { eraseIn } from '../support/erase.ts'
import { TEST_TIME, testLedger, type TestLedger } from '../support/ledger.ts'
import {
  anOptIn,
  anOptOut,
  formHash,
  MAIL,
  marketingConfiguration,
  PHONE,
  PROGRAMS,
  publishPrograms,
} from '../support/marketing.ts'
import { findingsIn } from '../support/verify.ts'

let ledger: TestLedger
let first: number
let programs: readonly Program[]
beforeEach(async () => {
  programs = PROGRAMS
  ledger = await testLedger()
  await publishPrograms(ledger)
  first = size()
})
afterEach(() => ledger.remove())

const size = (): number => ledger.store.log('harbor').size
const SENDER = { network: '192.0.2.0/24', userAgent: 'Browser/1.0', page: 'https://www.harbor.example' }
const optIn = (...optIns: SentOptIn[]): Promise<OptInAnswer[]> =>
  appendOptIns(ledger, 'harbor', optIns, { programs }, SENDER)
const optOut = (...changes: Partial<SentOptOut>[]) =>
  appendOptOuts(
    ledger,
    'harbor',
    changes.map(change => anOptOut(change)),
    { programs: PROGRAMS },
  )
const entryAt = (index: number): OptInEntry => ledger.store.entry('harbor', index)!.entry as OptInEntry
const keysKept = (): number => {
  const database = new SqliteDatabase(join(ledger.folder, 'subject-keys.db'), { readonly: true })
  const { n } = database.prepare<[], { n: number }>('SELECT count(*) AS n FROM subject_keys').get()!
  database.close()
  return n
}

test('a ticked box becomes one entry with what was agreed to, and the address sealed beside it', async () => {
  const sent = anOptIn({ address: '(202) 555-0123' })
  expect(await optIn(sent)).toEqual([
    { id: sent.id, index: first, duplicate: false, receivedAt: TEST_TIME, confirmation: 'single' },
  ])
  const { address: _, ...said } = sent
  const entry = entryAt(first)
  const { subject, commitment } = entry
  expect(entry).toEqual({
    v: 1,
    site: 'harbor',
    type: 'opt-in',
    ...said,
    purpose: 'letters',
    basis: 'consent',
    confirmation: 'single',
    receivedAt: TEST_TIME,
    subject,
    sent: contentHash(canonicalJson({ ...said, type: 'opt-in', subject })),
    commitment,
  })
  expect(subject).toMatch(/^[0-9a-f]{44}$/)
  expect(subject.slice(0, 12)).toBe(TEST_TIME.toString(16).padStart(12, '0'))
  const { sealed } = ledger.store.privatePart('harbor', first)!
  const key = ledger.keys.openSubjectKey('harbor', subject)!
  expect(open(key, sealed, { site: 'harbor', subject, id: sent.id })).toEqual({
    address: PHONE,
    given: '(202) 555-0123',
    ip: '192.0.2.0/24',
    userAgent: 'Browser/1.0',
    page: 'https://www.harbor.example',
  })
  expect(findingsIn(ledger)).toEqual([])
})

test('every box is an entry of its own, and a number and a mailbox are two subjects', async () => {
  const answers = await optIn(anOptIn(), anOptIn({ channel: 'email', address: MAIL }))
  expect(answers).toMatchObject([{ index: first }, { index: first + 1 }])
  expect(entryAt(first).subject).not.toBe(entryAt(first + 1).subject)
})

test('one address is one subject, however it is spelled, in one batch, later and in every program', async () => {
  await optIn(anOptIn(), anOptIn({ program: 'research', address: '(202) 555 0123' }))
  await optIn(anOptIn({ address: '+1-202-555-0123' }))
  await optOut({ program: 'offers' })
  const subjects = [0, 1, 2, 3].map(n => entryAt(first + n).subject)
  expect(new Set(subjects).size).toBe(1)
  expect(entryAt(first + 3).previous).toBe(first + 2)
  await optIn(
    anOptIn({ channel: 'email', address: 'Robin@MAIL.example' }),
    anOptIn({ channel: 'email', address: 'robin@mail.example' }),
  )
  expect(entryAt(first + 4).subject).toBe(entryAt(first + 5).subject)
  expect(keysKept()).toBe(2)
  expect(findingsIn(ledger)).toEqual([])
})

test('two requests that race for the first opt-in of one address end under one subject, and one key', async () => {
  const answers = await Promise.all([
    optIn(anOptIn()),
    optIn(anOptIn({ program: 'research' })),
    optIn(anOptIn({ channel: 'email', address: MAIL }), anOptIn({ program: 'adults', ofAge: true })),
    optOut({ program: 'offers' }),
  ])
  const indexes = answers.flat().map(answer => ('index' in answer ? answer.index : -1))
  expect(indexes.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4].map(n => first + n))
  const ofPhone = [0, 1, 2, 3, 4].map(n => entryAt(first + n)).filter(entry => entry.channel === 'sms')
  expect(ofPhone).toHaveLength(4)
  expect(new Set(ofPhone.map(entry => entry.subject)).size).toBe(1)
  expect(keysKept()).toBe(2)
  expect(findingsIn(ledger)).toEqual([])
})

describe('sent again', () => {
  test('the same opt-in is answered with its first index, also from another network and after erasure', async () => {
    const sent = anOptIn()
    await optIn(sent)
    ledger.advance(60_000)
    const again = {
      id: sent.id,
      index: first,
      duplicate: true,
      receivedAt: TEST_TIME,
      confirmation: 'single',
    }
    expect(await optIn(sent)).toEqual([again])
    expect(
      await appendOptIns(ledger, 'harbor', [sent], { programs }, { network: '198.51.100.0/24' }),
    ).toEqual([again])
    await eraseIn(ledger, entryAt(first).subject)
    expect(await optIn(sent)).toEqual([again])
    expect(size()).toBe(first + 2)
    expect(keysKept()).toBe(0)
    expect(findingsIn(ledger)).toEqual([])
  })

  test.each<[string, Partial<SentOptIn>]>([
    ['another number', { address: '+12025550124' }],
    ['another program', { program: 'research', text: formHash('opt-in.research.en') }],
    ['another moment', { decidedAt: TEST_TIME - 2_000 }],
  ])('the same id with %s is refused, and leaves no key behind', async (_what, changes) => {
    const sent = anOptIn()
    await optIn(sent)
    expect(await optIn({ ...sent, ...changes })).toMatchObject([{ id: sent.id, refused: 'id-reused' }])
    expect(size()).toBe(first + 1)
    expect(keysKept()).toBe(1)
  })

  test('the same race, with the very same opt-in, is stored once', async () => {
    const sent = anOptIn()
    const answers = (await Promise.all([optIn(sent), optIn(sent)])).flat()
    expect(answers.filter(answer => 'index' in answer && answer.duplicate)).toHaveLength(1)
    expect(size()).toBe(first + 1)
    expect(keysKept()).toBe(1)
  })
})

describe('refused, and nothing of it stored', () => {
  test.each<[string, Partial<SentOptIn>, string, string]>([
    ['a telephone number that is none', { address: 'call me' }, 'invalid-address', 'is no telephone number'],
    ['an e-mail address in the number’s field', { address: MAIL }, 'invalid-address', 'in its own field'],
    [
      'a number in the e-mail’s field',
      { channel: 'email', address: PHONE },
      'invalid-address',
      'is no e-mail address',
    ],
    ['a country that is not served', { address: '+447400123456' }, 'country-not-served', 'US, DE only'],
    [
      'a hash never published',
      { text: 'a'.repeat(64) },
      'unknown-text',
      'never published as opt-in.offers.en',
    ],
    ['words of another program', { text: formHash('opt-in.research.en') }, 'unknown-text', 'never published'],
    ['words of another language', { text: formHash('opt-in.offers.de') }, 'unknown-text', 'never published'],
    [
      'words of the page, said of the form',
      { text: formHash('opt-in-page.offers.en') },
      'unknown-text',
      'never',
    ],
    ['a text that is not the form’s', { text: textHash('first.en') }, 'unknown-text', 'never published'],
    ['a configuration never published', { configuration: 'b'.repeat(64) }, 'unknown-configuration', 'reload'],
    ['somebody who does not say to be of age', { program: 'adults' }, 'minor', '18 or older'],
    ['a channel the program has not', { program: 'mail-only' }, 'unknown-channel', 'nothing by sms'],
    ['a closed program', { program: 'closed' }, 'program-closed', 'takes no new sign-ups'],
    [
      'a program the site has not',
      { program: 'nothing', text: 'a'.repeat(64) },
      'unknown-program',
      'no program',
    ],
  ])('%s', async (_what, changes, refused, detail) => {
    const sent = anOptIn(changes)
    expect(await optIn(sent)).toEqual([
      { id: sent.id, refused, detail: expect.stringContaining(detail) as string },
    ])
    expect(size()).toBe(first)
    expect(keysKept()).toBe(0)
  })

  test('a refused one holds up no other of its batch', async () => {
    expect(await optIn(anOptIn({ address: 'x' }), anOptIn())).toMatchObject([
      { refused: 'invalid-address' },
      { index: first },
    ])
  })
})

test('who says to be of age is let in, and the entry says so', async () => {
  await optIn(anOptIn({ program: 'adults', ofAge: true }))
  expect(entryAt(first)).toMatchObject({ program: 'adults', ofAge: true })
})

test('an older form counts by its own words, and what is so now counts too', async () => {
  programs = PROGRAMS.map(p => ({ ...p, confirmation: 'double' as const, open: p.id !== 'adults' }))
  await publishPrograms(ledger, marketingConfiguration(programs))
  first = size()
  expect(await optIn(anOptIn(), anOptIn({ program: 'adults', ofAge: true }))).toMatchObject([
    { index: first, confirmation: 'double' },
    { refused: 'program-closed' },
  ])
  expect(entryAt(first).configuration).toBe(contentHash(marketingConfiguration()))
})

test('an opt-out of an address never seen is recorded, needs no key, and is answered alike', async () => {
  await optIn(anOptIn())
  const known = await optOut({})
  const unknown = await optOut({ address: '+12025550188' })
  expect(Object.keys(known[0]!).toSorted()).toEqual(Object.keys(unknown[0]!).toSorted())
  expect(unknown).toMatchObject([{ index: first + 2, duplicate: false }])
  expect(keysKept()).toBe(1)
  expect(findingsIn(ledger)).toEqual([])
})

test('an opt-out takes a number of any country, and asks where a national one belongs when it could be two', async () => {
  expect(await optOut({ address: '+447400123456' })).toMatchObject([{ index: first }])
  expect(await optOut({ address: 'nobody' }, { program: 'nothing' })).toMatchObject([
    { refused: 'invalid-address' },
    { refused: 'unknown-program' },
  ])
  const at = (...homes: string[]) => homes.map((home, i) => ({ ...PROGRAMS[i]!, countries: [home] }))
  const out = (programs: readonly Program[]) =>
    appendOptOuts(ledger, 'harbor', [anOptOut({ address: '0612345678' })], { programs })
  expect(await out(at('US', 'FR'))).toMatchObject([{ index: first + 1 }])
  expect(await out(at('NL', 'FR'))).toMatchObject([
    { refused: 'invalid-address', detail: expect.stringContaining('several countries') as string },
  ])
})

test('an address is nowhere: not in the database, its log of changes, the keys or the checkpoints, in no form', async () => {
  const given = '(202) 555-0123'
  await optIn(anOptIn({ address: given }), anOptIn({ channel: 'email', address: 'Robin@Mail.example' }))
  await optOut({ address: given })
  checkpoint(ledger, 'harbor')
  const blind = ledger.blindIndex.blindOf('harbor', 'sms', PHONE)
  const spellings = [
    PHONE,
    PHONE.slice(1),
    '2025550123',
    given,
    MAIL,
    'Robin@Mail.example',
    'Robin@mail.example',
  ]
  const hashes = spellings.flatMap(text =>
    ['sha256', 'sha1', 'md5'].flatMap(algorithm => [
      createHash(algorithm).update(text).digest(),
      createHash(algorithm).update(text.toLowerCase()).digest(),
    ]),
  )
  const forbidden = [
    ...spellings.map(text => Buffer.from(text)),
    ...spellings.map(text => Buffer.from(Buffer.from(text).toString('base64'))),
    ...[...hashes, blind].flatMap(hash => [
      Buffer.from(hash.toString('hex')),
      Buffer.from(hash.toString('base64')),
      Buffer.from(hash.toString('base64url')),
    ]),
    ...hashes,
  ]
  const files = readdirSync(ledger.folder, { recursive: true, withFileTypes: true }).filter(f => f.isFile())
  expect(files.map(f => f.name)).toEqual(
    expect.arrayContaining(['ledger.db', 'ledger.db-wal', 'subject-keys.db']),
  )
  const bytes = files.map(f => ({ name: f.name, bytes: readFileSync(join(f.parentPath, f.name)) }))
  for (const { name, bytes: content } of bytes)
    expect({ name, found: forbidden.filter(part => content.includes(part)).map(String) }).toEqual({
      name,
      found: [],
    })
  // The search can find: the row of the blind index is there, in its own bytes.
  expect(bytes.some(({ bytes: content }) => content.includes(blind))).toBe(true)
  const database = new SqliteDatabase(join(ledger.folder, 'ledger.db'), { readonly: true })
  const entries = database.prepare<[], { entry: string }>('SELECT entry FROM entries').all()
  database.close()
  expect(entries.some(({ entry }) => Buffer.from(entry).includes(blind))).toBe(false)
})

test('with another root nobody is found', async () => {
  await optIn(anOptIn())
  const other = openBlindIndex(Buffer.alloc(32, 8))
  expect(ledger.store.subjectOfAddress('harbor', other.blindOf('harbor', 'sms', PHONE))).toBeUndefined()
})

test('a receipt of an opt-in proves the words shown and opens the address', async () => {
  const sent = anOptIn()
  await optIn(sent)
  const receipt = (await receiptFor(ledger, 'harbor', sent.id))!
  expect(await verifyReceipt(JSON.parse(JSON.stringify(receipt)))).toMatchObject({
    ok: true,
    index: first,
    private: { address: PHONE },
  })
  const { texts } = receipt.evidence
  expect(texts.map(text => text.kind)).toEqual(['configuration', 'opt-in'])
  const mislabelled = {
    ...receipt,
    evidence: {
      ...receipt.evidence,
      texts: texts.map(text => (text.kind === 'opt-in' ? { ...text, kind: 'opt-in-page' } : text)),
    },
  }
  expect(await verifyReceipt(JSON.parse(JSON.stringify(mislabelled)))).toMatchObject({
    ok: false,
    reason: 'wrong-text',
  })
})
