import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { certificateOf } from '../../server/erasure/certificate.ts'
import { openErasures, type Erasures } from '../../server/erasure/erase.ts'
import { appendDecisions } from '../../server/ledger/append.ts'
import { checkpoint, consistencyProofAt } from '../../server/ledger/checkpoint.ts'
import { openCheckpoint } from '../../server/ledger/checkpoint-text.ts'
import { contentHash, listHash } from '../../server/ledger/entry.ts'
import { verifyConsistency } from '../../server/ledger/proof.ts'
import { historyOf } from '../../server/ledger/history.ts'
import { receiptFor } from '../../server/ledger/receipt.ts'
import { readKeptErasures } from '../../server/ledger/kept-erasures.ts'
import { verifyLedger } from '../../server/ledger/verify.ts'
import { openAudit } from '../../server/storage/open.ts'
import type { Receipt } from '../../shared/receipt/receipt.ts'
import { trustedKeys } from '../../shared/receipt/trusted-keys.ts'
import { verifyReceipt } from '../../shared/receipt/verify.ts'
import { appendOptIns, type SentOptIn } from '../../server/marketing/opt-in.ts'
import { appendOptOuts } from '../../server/marketing/opt-out.ts'
import { subjectOf } from '../../server/subjects/subject.ts'
import type { ErasureEntry, OptInEntry } from '../../shared/domain/entry.ts'
import { aDecision as anyDecision, aRefusal, aSecret } from '../support/decisions.ts'
import { testLedger, type TestLedger } from '../support/ledger.ts'
import {
  anOptIn,
  anOptOut,
  MAIL,
  marketingConfiguration,
  PROGRAMS,
  publishPrograms,
} from '../support/marketing.ts'
import { findingsIn } from '../support/verify.ts'

const aDecision: typeof anyDecision = changes =>
  anyDecision({ configuration: contentHash(marketingConfiguration()), ...changes })

let ledger: TestLedger
let erasures: Erasures
let first: number
beforeEach(async () => {
  ledger = await testLedger()
  erasures = openErasures(ledger, ledger.erasures)
  await publishPrograms(ledger)
  first = size()
})
afterEach(() => ledger.remove())

const size = (): number => ledger.store.log('harbor').size
const optIn = (...changes: Partial<SentOptIn>[]) =>
  appendOptIns(
    ledger,
    'harbor',
    changes.map(change => anOptIn({ decidedAt: ledger.now(), ...change })),
    { programs: PROGRAMS },
    { network: '192.0.2.0/24' },
  )
const entryAt = (index: number): OptInEntry => ledger.store.entry('harbor', index)!.entry as OptInEntry
const erase = (subject = entryAt(first).subject) => erasures.erase('harbor', { subject, reason: 'request' })

test('an erasure is one entry that names nobody, and says which private parts are gone', async () => {
  await optIn({}, { program: 'adults', ofAge: true }, { channel: 'email', address: MAIL })
  await appendOptOuts(ledger, 'harbor', [anOptOut({ program: 'offers' })], { programs: PROGRAMS })
  const { subject } = entryAt(first)
  const ids = [first, first + 1].map(index => entryAt(index).id)
  const erased = await erase()
  expect(erased).toEqual({
    entry: {
      v: 1,
      site: 'harbor',
      type: 'erasure',
      id: `erasure:${subject}:${first + 3}`,
      subject,
      previous: first + 3,
      receivedAt: ledger.now(),
      sent: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      reason: 'request',
      parts: 2,
      list: listHash(ids),
      suppressions: 1,
    },
    index: first + 4,
    duplicate: false,
    settled: true,
  })
  expect(ledger.store.subject('harbor', subject)).toMatchObject({
    lastIndex: first + 4,
    standing: { 'sms:offers': { state: 'withdrawn' }, 'sms:adults': { state: 'withdrawn' } },
  })
  for (const index of [first, first + 1]) expect(ledger.store.privatePart('harbor', index)).toBeUndefined()
  expect(ledger.keys.hasSubjectKey('harbor', subject)).toBe(false)
  expect(ledger.store.addressOfSubject('harbor', subject)).toBeUndefined()
  // Somebody else's.
  expect(ledger.store.privatePart('harbor', first + 2)).toBeDefined()
  expect(findingsIn(ledger)).toEqual([])
})

test('again, where the record of it beside the database was lost, it is kept again', async () => {
  await optIn({})
  const { subject } = entryAt(first)
  const once = await erase(subject)
  rmSync(join(ledger.erasures, 'harbor'))
  expect(findingsIn(ledger).map(({ column, index }) => [column, index])).toEqual([
    ['erasures/harbor', once!.index],
  ])
  expect(await erase(subject)).toEqual({ ...once, duplicate: true })
  expect(findingsIn(ledger)).toEqual([])
})

test('again, it answers with the first, and adds nothing', async () => {
  await optIn({})
  const once = await erase()
  ledger.advance(60_000)
  expect(await erase()).toEqual({ ...once, duplicate: true })
  const [one, other] = await Promise.all([erase(), erase()])
  expect([one, other]).toEqual([
    { ...once, duplicate: true },
    { ...once, duplicate: true },
  ])
  expect(size()).toBe(first + 2)
  expect(findingsIn(ledger)).toEqual([])
})

test('two processes at once do it once', async () => {
  await optIn({})
  const other = await testLedger(ledger.folder)
  const answers = await Promise.all([
    erase(),
    openErasures(other, other.erasures).erase('harbor', {
      subject: entryAt(first).subject,
      reason: 'request',
    }),
  ])
  expect(new Set(answers.map(answer => answer?.duplicate))).toEqual(new Set([false, true]))
  expect(size()).toBe(first + 2)
  await other.storage.close()
  expect(findingsIn(ledger)).toEqual([])
})

test('nobody has no entries to be erased', async () => {
  expect(await erase('ab'.repeat(22))).toBeUndefined()
  expect(size()).toBe(first)
})

test('everybody else’s receipts and proofs hold, those of the erased too, with nothing private in them', async () => {
  const mine = anOptIn({ decidedAt: ledger.now() })
  await optIn(mine, { channel: 'email', address: MAIL })
  await appendDecisions(ledger, 'harbor', [aDecision({ secret: aSecret(1) })])
  const ids = [first, first + 1, first + 2].map(index => ledger.store.entry('harbor', index)!.entry.id)
  const before = await Promise.all(ids.map(id => receiptFor(ledger, 'harbor', id)))
  const note = checkpoint(ledger, 'harbor')!
  await erase()
  for (const receipt of before) expect(await verifyReceipt(receipt)).toMatchObject({ ok: true })
  const after = await Promise.all(ids.map(id => receiptFor(ledger, 'harbor', id)))
  for (const receipt of after) expect(await verifyReceipt(receipt)).toMatchObject({ ok: true })
  expect(after.map(receipt => receipt!.evidence.private?.fields['address'])).toEqual([
    undefined,
    MAIL,
    undefined,
  ])

  const { verifier } = ledger.signer('harbor')
  const [old, grown] = [note, checkpoint(ledger, 'harbor')!].map(text => openCheckpoint(text, verifier)!)
  expect(grown!.size).toBe(old!.size + 1)
  const proof = consistencyProofAt(ledger, 'harbor', old!.size, grown!.size)!
  expect(verifyConsistency(old!.size, grown!.size, old!.root, grown!.root, proof)).toBe(true)
})

describe('a browser’s subject', () => {
  const secret = aSecret(5)
  const subject = subjectOf('harbor', secret)
  const decide = (changes: Parameters<typeof aDecision>[0] = {}) =>
    appendDecisions(ledger, 'harbor', [
      aDecision({ secret, decidedAt: ledger.now(), private: { note: 'kept aside' }, ...changes }),
    ])

  test('is erased too: its decisions stay, are public, and grant nothing any more', async () => {
    await decide()
    const { index } = (await erase(subject))!
    expect(ledger.store.entry('harbor', index)!.entry).toMatchObject({ parts: 1, suppressions: 0 })
    const history = historyOf(ledger, 'harbor', subject)
    expect(history).toMatchObject({
      erasedAt: ledger.now(),
      standing: { analytics: { state: 'withdrawn', index }, marketing: { state: 'withdrawn', index } },
    })
    expect(history.entries).toHaveLength(1)
    expect(findingsIn(ledger)).toEqual([])
  })

  test('that decides again begins anew, and can be erased again', async () => {
    await decide()
    await erase(subject)
    const late = await decide({ decidedAt: ledger.now() - 1_000 })
    expect(late).toMatchObject([{ index: first + 2 }])
    expect(historyOf(ledger, 'harbor', subject).standing).toMatchObject({ analytics: { state: 'withdrawn' } })
    ledger.advance(60_000)
    await decide()
    expect(historyOf(ledger, 'harbor', subject).standing).toMatchObject({ analytics: { state: 'given' } })
    expect(findingsIn(ledger)).toEqual([])
    const again = (await erase(subject))!
    expect(again).toMatchObject({ duplicate: false, entry: { parts: 2 } })
    expect((await certificateOf(ledger, 'harbor', again)).evidence.erased).toHaveLength(2)
    expect(findingsIn(ledger)).toEqual([])
  })
})

describe('at the same time as', () => {
  test('opt-ins of the same address: each is either erased or begins anew, and nothing stays half', async () => {
    await optIn({})
    const { subject } = entryAt(first)
    for (let round = 0; round < 12; round++) {
      const optIns = Array.from({ length: 4 }, (_, n) => async () => {
        for (let turns = 0; turns < (n * round) % 7; turns++) await new Promise(setImmediate)
        return optIn({}, { program: 'adults', ofAge: true })
      })
      await Promise.all([
        ...optIns.slice(0, 2).map(act => act()),
        erase(subject),
        ...optIns.slice(2).map(act => act()),
      ])
      expect(findingsIn(ledger)).toEqual([])
    }
    const later = ledger.store.subjectOfAddress(
      'harbor',
      ledger.blindIndex.blindOf('harbor', 'sms', anOptIn().address),
    )
    expect(later).toBeDefined()
    expect(later).not.toBe(subject)
  })

  test('a verification that replays an older moment: who is erased meanwhile is no finding', async () => {
    const { configuration } = ledger.store.current('harbor')!
    const refusals = Array.from({ length: 1_000 }, () => aRefusal({ configuration }))
    await appendDecisions(ledger, 'harbor', refusals)
    await optIn({}, { channel: 'email', address: MAIL })
    checkpoint(ledger, 'harbor')
    const { audit, latest, close } = openAudit(ledger.folder)
    const keptErasures = (site: string) => readKeptErasures(ledger.erasures, site)
    const steps = verifyLedger({ ...ledger, audit, latest, keptErasures })
    expect(steps.next().value).toMatchObject({ kind: 'progress', entries: 1_000 })
    const erased = await erase(entryAt(size() - 2).subject)
    expect(erased).toMatchObject({ settled: false, entry: { parts: 1 } })
    expect([...steps].filter(step => step.kind === 'finding')).toEqual([])
    close()
    expect(erasures.settle()).toBe(true)
    expect(findingsIn(ledger)).toEqual([])
  })

  test('a sealed decision of the same browser: its part is erased, or sealed with a new key', async () => {
    const secret = aSecret(6)
    const subject = subjectOf('harbor', secret)
    const decide = () =>
      appendDecisions(ledger, 'harbor', [aDecision({ secret, private: { note: 'kept aside' } })])
    await decide()
    for (let round = 0; round < 12; round++) {
      const acts = Array.from({ length: 4 }, (_, n) => async () => {
        for (let turns = 0; turns < (n * round) % 5; turns++) await new Promise(setImmediate)
        return decide()
      })
      const answers = await Promise.all([erase(subject), ...acts.map(act => act())])
      expect(answers.flat().every(answer => answer && 'index' in answer)).toBe(true)
      expect(findingsIn(ledger)).toEqual([])
    }
  })
})

const withErased = (receipt: Receipt, erased: readonly string[]): unknown => ({
  ...receipt,
  evidence: { ...receipt.evidence, erased },
})

describe('a certificate', () => {
  test('proves the erasure and lists the entries whose parts are gone; nothing can be added or left out', async () => {
    await optIn({}, { program: 'adults', ofAge: true })
    const erased = (await erase())!
    await optIn({})
    const certificate = await certificateOf(ledger, 'harbor', erased)
    expect(certificate.evidence.erased).toEqual([first, first + 1].map(index => entryAt(index).id))
    const given = JSON.parse(JSON.stringify(certificate)) as typeof certificate
    const listed = certificate.evidence.erased!
    expect(await verifyReceipt(given, { keys: trustedKeys(ledger.signer('harbor').vkey)! })).toMatchObject({
      ok: true,
      index: erased.index,
    })
    for (const list of [[], listed.slice(1), listed.toReversed(), [...listed, 'x']])
      expect(await verifyReceipt(withErased(given, list))).toMatchObject({ ok: false, reason: 'wrong-list' })
    const receipt = await receiptFor(ledger, 'harbor', entryAt(first).id)
    expect(await verifyReceipt(withErased(receipt!, []))).toMatchObject({ ok: false, reason: 'wrong-list' })
    const forged = { ...(JSON.parse(given.evidence.entry) as ErasureEntry), parts: 0, list: listHash([]) }
    expect(
      await verifyReceipt({
        ...given,
        evidence: { ...given.evidence, entry: JSON.stringify(forged), erased: [] },
      }),
    ).toMatchObject({
      ok: false,
    })
  })

  test('is the same when it is asked for again', async () => {
    await optIn({})
    const erased = (await erase())!
    const once = await certificateOf(ledger, 'harbor', erased)
    await optIn({})
    expect(await certificateOf(ledger, 'harbor', (await erase(erased.entry.subject))!)).toEqual(once)
  })
})
