import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { logFormat } from '../../server/ledger/log-format.ts'
import { openStorage, type Storage } from '../../server/storage/open.ts'

const masterKey = Buffer.alloc(32, 7)
const subject = 'ab'.repeat(20)
let folder: string
let storage: Storage

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assent-'))
  storage = openStorage({ folder, masterKey, format: logFormat })
})
afterEach(async () => {
  await storage.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a key is made once per site and subject, and found again after a restart', async () => {
  const key = await storage.subjectKeys.createSubjectKey('harbor', subject)
  expect((await storage.subjectKeys.createSubjectKey('harbor', subject)).equals(key)).toBe(true)
  expect((await storage.subjectKeys.createSubjectKey('loom', subject)).equals(key)).toBe(false)
  expect(storage.subjectKeys.hasSubjectKey('harbor', subject)).toBe(true)
  expect(storage.subjectKeys.hasSubjectKey('harbor', 'cd'.repeat(20))).toBe(false)
  await storage.close()
  storage = openStorage({ folder, masterKey, format: logFormat })
  expect(storage.subjectKeys.openSubjectKey('harbor', subject)!.equals(key)).toBe(true)
})

test('keys asked for at once for one subject are one key', async () => {
  const keys = await Promise.all(
    Array.from({ length: 20 }, () => storage.subjectKeys.createSubjectKey('harbor', subject)),
  )
  expect(keys.every(key => key.equals(keys[0]!))).toBe(true)
})

test('a destroyed key is gone from the files, and a new one is another', async () => {
  const key = await storage.subjectKeys.createSubjectKey('harbor', subject)
  // Also while somebody is being answered.
  expect(storage.subjectKeys.hasSubjectKey('harbor', subject)).toBe(true)
  expect(storage.subjectKeys.destroySubjectKey('harbor', subject)).toBe(true)
  expect(storage.subjectKeys.hasSubjectKey('harbor', subject)).toBe(false)
  expect(storage.subjectKeys.openSubjectKey('harbor', subject)).toBeUndefined()
  expect(storage.subjectKeys.hasSubjectKey('harbor', subject)).toBe(false)
  expect(storage.subjectKeys.destroySubjectKey('harbor', subject)).toBe(false)
  for (const file of ['subject-keys.db', 'subject-keys.db-wal'])
    expect(readFileSync(join(folder, file)).includes(subject)).toBe(false)
  expect((await storage.subjectKeys.createSubjectKey('harbor', subject)).equals(key)).toBe(false)
})

test('no key lies in the files unwrapped', async () => {
  const key = await storage.subjectKeys.createSubjectKey('harbor', subject)
  await storage.close()
  expect(readFileSync(join(folder, 'subject-keys.db')).includes(key.export())).toBe(false)
  storage = openStorage({ folder, masterKey, format: logFormat })
})

test('another master key is refused at the door, before anything is opened with it', async () => {
  await storage.close()
  expect(() => openStorage({ folder, masterKey: Buffer.alloc(32, 8), format: logFormat })).toThrow(
    'the master key is not the one',
  )
  expect(() => openStorage({ folder, masterKey: Buffer.alloc(31, 7), format: logFormat })).toThrow(
    'must be 32 bytes',
  )
  storage = openStorage({ folder, masterKey, format: logFormat })
})
