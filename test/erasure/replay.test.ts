import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openErasures } from '../../server/erasure/erase.ts'
import { replayErasures } from '../../server/erasure/replay.ts'
import { keepErasure, keptErasuresFile } from '../../server/ledger/kept-erasures.ts'
import { appendOptIns, type SentOptIn } from '../../server/marketing/opt-in.ts'
import { appendOptOuts } from '../../server/marketing/opt-out.ts'
import { statusOf } from '../../server/marketing/status.ts'
import type { OptInEntry } from '../../shared/domain/entry.ts'
import { eraseIn } from '../support/erase.ts'
import { testLedger, type TestLedger } from '../support/ledger.ts'
import { anOptIn, anOptOut, MAIL, PHONE, PROGRAMS, publishPrograms } from '../support/marketing.ts'
import { findingsIn } from '../support/verify.ts'

const MINUTE = 60_000

let ledger: TestLedger
let others: TestLedger[]
let first: number
beforeEach(async () => {
  others = []
  ledger = await testLedger()
  await publishPrograms(ledger)
  first = size()
})
afterEach(async () => {
  await Promise.all([ledger, ...others].map(each => each.remove()))
})

const size = (of = ledger): number => of.store.log('harbor').size
const optIn = async (changes: Partial<SentOptIn> = {}, to = ledger): Promise<void> => {
  await appendOptIns(to, 'harbor', [anOptIn({ decidedAt: to.now(), ...changes })], { programs: PROGRAMS }, {})
}
const entryAt = (index: number): OptInEntry => ledger.store.entry('harbor', index)!.entry as OptInEntry
const file = (of = ledger) => keptErasuresFile(of.erasures, 'harbor')
const reason = (of = ledger, changes: { channel?: 'email'; address?: string } = {}) => {
  const question = { channel: 'sms', address: PHONE, program: 'offers', ...changes } as const
  return statusOf(of, { key: 'harbor', configuration: { programs: PROGRAMS } }, question).reason
}

/** A copy as a backup has it: the databases, and the keys with them. */
async function backup(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'assent-backup-'))
  ledger.store.settle()
  ledger.keys.settle()
  for (const name of ['ledger.db', 'subject-keys.db', 'keys', 'checkpoints'])
    cpSync(join(ledger.folder, name), join(folder, name), { recursive: true })
  return folder
}

/** Opens a backup with the newest erasures beside it. */
async function restore(folder: string): Promise<TestLedger> {
  cpSync(ledger.erasures, join(folder, 'erasures'), { recursive: true })
  const restored = await testLedger(folder)
  others.push(restored)
  restored.advance(10 * MINUTE)
  return restored
}

test('a backup from before the erasure forgets the person again, and once is enough', async () => {
  await optIn()
  await optIn({ channel: 'email', address: MAIL })
  const folder = await backup()
  ledger.advance(MINUTE)
  await eraseIn(ledger, entryAt(first).subject)
  const restored = await restore(folder)
  expect(reason(restored)).toBe('ok_express')

  expect(await replayErasures(restored, file(restored))).toEqual({ kept: 1, appended: 1, settled: true })
  const erasure = restored.store.entry('harbor', first + 2)!.entry
  expect(erasure).toMatchObject({
    type: 'erasure',
    id: ledger.store.entry('harbor', first + 2)!.entry.id,
    parts: 1,
  })
  expect(reason(restored)).toBe('erased')
  expect(reason(restored, { channel: 'email', address: MAIL })).toBe('ok_express')
  expect(restored.store.privatePart('harbor', first)).toBeUndefined()
  expect(restored.keys.hasSubjectKey('harbor', entryAt(first).subject)).toBe(false)
  expect(findingsIn(restored)).toEqual([])

  expect(await replayErasures(restored, file(restored))).toEqual({ kept: 1, appended: 0, settled: true })
  expect(size(restored)).toBe(first + 3)
  // A late yes from before the erasure still revives nothing.
  await optIn({ decidedAt: ledger.now() - 1 }, restored)
  expect(reason(restored)).toBe('erased')
  await optIn({}, restored)
  expect(reason(restored)).toBe('ok_express')
  expect(findingsIn(restored)).toEqual([])
})

test('a backup so old that it does not know the person suppresses the address all the same', async () => {
  const folder = await backup()
  await optIn()
  await optIn({ channel: 'email', address: MAIL })
  await eraseIn(ledger, entryAt(first).subject)
  await eraseIn(ledger, entryAt(first + 1).subject)
  const restored = await restore(folder)
  expect(await replayErasures(restored, file(restored))).toMatchObject({ kept: 2, appended: 2 })
  expect([reason(restored), reason(restored, { channel: 'email', address: MAIL })]).toEqual([
    'erased',
    'erased',
  ])
  expect(findingsIn(restored)).toEqual([])
})

test('an erasure in a log that was published after the backup begins no log here', async () => {
  await optIn()
  await eraseIn(ledger, entryAt(first).subject)
  const older = await testLedger()
  others.push(older)
  cpSync(ledger.erasures, join(older.folder, 'erasures'), { recursive: true })
  expect(await replayErasures(older, file(older))).toEqual({ kept: 1, appended: 0, settled: true })
  expect(size(older)).toBe(0)
  expect(findingsIn(older)).toEqual([])
})

test('a backup from before two erasures keeps the moment of each, and no line more', async () => {
  await optIn()
  await optIn({ channel: 'email', address: MAIL })
  const folder = await backup()
  ledger.advance(MINUTE)
  await eraseIn(ledger, entryAt(first).subject)
  ledger.advance(MINUTE)
  await eraseIn(ledger, entryAt(first + 1).subject)
  const restored = await restore(folder)
  expect(await replayErasures(restored, file(restored))).toMatchObject({ kept: 2, appended: 2 })
  expect(readFileSync(file(restored))).toEqual(readFileSync(file()))
  const moments = (of: TestLedger) =>
    [
      ledger.blindIndex.blindOf('harbor', 'sms', PHONE),
      ledger.blindIndex.blindOf('harbor', 'email', MAIL),
    ].map(blind => of.store.suppressedAt('harbor', blind))
  expect(moments(restored)).toEqual(moments(ledger))
  expect(findingsIn(restored)).toEqual([])
})

test('who came back after an erasure stays, in the log and in a backup that knows both', async () => {
  await optIn()
  await eraseIn(ledger, entryAt(first).subject)
  ledger.advance(MINUTE)
  await optIn()
  expect(await replayErasures(ledger, file())).toMatchObject({ appended: 0 })
  expect(reason()).toBe('ok_express')
  const restored = await restore(await backup())
  expect(await replayErasures(restored, file(restored))).toMatchObject({ appended: 0 })
  expect(reason(restored)).toBe('ok_express')
  expect(findingsIn(restored)).toEqual([])
})

test('where nothing is kept, nothing is done', async () => {
  expect(await replayErasures(ledger, file())).toEqual({ kept: 0, appended: 0, settled: true })
})

test('only announced before a crash, it is done now; found beforehand by verify', async () => {
  await optIn()
  const { subject } = entryAt(first)
  keepErasure(file(), { id: `erasure:${subject}:${first}`, subject, reason: 'request' }, undefined)
  expect(findingsIn(ledger).map(found => found.detail)).toEqual([
    `the erasure of subject ${subject} is not in the log: start the server, which does it`,
  ])
  expect(await replayErasures(ledger, file())).toMatchObject({ appended: 1 })
  expect(reason()).toBe('erased')
  // The line of its address was cut off, and is written again.
  expect(readFileSync(file(), 'utf8').trimEnd().split('\n')).toHaveLength(2)
  expect(findingsIn(ledger)).toEqual([])
})

test('in the log, but its key was left: it goes now; found beforehand by verify', async () => {
  await optIn()
  const { subject } = entryAt(first)
  await eraseIn(ledger, subject)
  await ledger.keys.createSubjectKey('harbor', subject)
  expect(findingsIn(ledger).map(found => found.column)).toEqual(['subject_keys.subject'])
  expect(await replayErasures(ledger, file())).toMatchObject({ appended: 0 })
  expect(ledger.keys.hasSubjectKey('harbor', subject)).toBe(false)
  expect(findingsIn(ledger)).toEqual([])
})

test('a line that a crash cut off announced nothing; a damaged one is refused with its number', async () => {
  await optIn()
  await optIn({ channel: 'email', address: MAIL })
  await eraseIn(ledger, entryAt(first).subject)
  const kept = readFileSync(file(), 'utf8')
  writeFileSync(file(), `${kept}{"erased":"${'ab'.repeat(10)}`)
  expect(await replayErasures(ledger, file())).toMatchObject({ kept: 1, appended: 0 })
  await eraseIn(ledger, entryAt(first + 1).subject)
  expect(await replayErasures(ledger, file())).toMatchObject({ kept: 2, appended: 0 })
  expect(readFileSync(file(), 'utf8').startsWith(kept)).toBe(true)
  writeFileSync(file(), `${kept}{"erased":"ab"}\n`)
  await expect(replayErasures(ledger, file())).rejects.toThrow('line 3 of erasures/harbor is damaged')
  rmSync(file())
})

test('an address that only ever opted out is found without an opt-in to open', async () => {
  await appendOptOuts(ledger, 'harbor', [anOptOut()], { programs: PROGRAMS })
  const folder = await backup()
  ledger.advance(MINUTE)
  const { subject } = entryAt(first)
  await openErasures(ledger, ledger.erasures).erase('harbor', { subject, reason: 'objection' })
  expect(ledger.store.addressOfSubject('harbor', subject)).toBeUndefined()
  const restored = await restore(folder)
  await replayErasures(restored, file(restored))
  expect(restored.store.addressOfSubject('harbor', subject)).toBeUndefined()
  expect(reason(restored)).toBe('erased')
  expect(findingsIn(restored)).toEqual([])
})
