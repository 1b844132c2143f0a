import SqliteDatabase from 'better-sqlite3'
import { createCipheriv, createHmac, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { logFormat } from '../../server/ledger/log-format.ts'
import { openStorage, type Storage } from '../../server/storage/open.ts'
import type { KeyProvider } from '../../server/subjects/key-provider.ts'
import { localKey } from '../../server/subjects/local-key.ts'
import { openBlindIndex } from '../../server/subjects/identify.ts'
import { keyKinds } from '../support/key-providers.ts'

const subject = 'ab'.repeat(22)
const nth = (n: number): string => n.toString(16).padStart(44, '0')
const WRONG = 'the master key is not the one'

let folder: string
let opened: Storage[]
const open = async (keyProvider: KeyProvider, readonly = false): Promise<Storage> => {
  const storage = await openStorage({ folder, keyProvider, format: logFormat, readonly })
  opened.push(storage)
  return storage
}
const closeAll = async (): Promise<void> => {
  await Promise.all(opened.splice(0).map(storage => storage.close()))
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assent-'))
  opened = []
})
afterEach(async () => {
  await closeAll()
  rmSync(folder, { recursive: true, force: true })
})

const bytesOf = (...names: string[]): Buffer =>
  Buffer.concat(
    readdirSync(folder)
      .filter(name => names.some(start => name.startsWith(start)))
      .map(name => readFileSync(join(folder, name))),
  )
const rowsIn = <Row>(sql: string): Row[] => {
  const database = new SqliteDatabase(join(folder, 'subject-keys.db'), { readonly: true })
  const rows = database.prepare<[], Row>(sql).all()
  database.close()
  return rows
}
const generationOf = (of: string): number | undefined =>
  rowsIn<{ subject: string; generation: number }>('SELECT subject, generation FROM subject_keys').find(
    row => row.subject === of,
  )?.generation
const rewrapAll = async ({ masterKey }: Storage): Promise<number> => {
  let all = 0
  for await (const { done } of masterKey.rewrap()) all += done
  return all
}

describe.each(keyKinds())('under $name', ({ make, remove }) => {
  afterAll(remove)

  let provider: KeyProvider
  let storage: Storage
  beforeEach(async () => {
    provider = await make()
    storage = await open(provider)
  })
  const reopen = async (by: KeyProvider = provider): Promise<Storage> => {
    await closeAll()
    return (storage = await open(by))
  }

  test('a subject key is made once per site and subject, and found again after a restart', async () => {
    const key = await storage.subjectKeys.createSubjectKey('harbor', subject)
    expect((await storage.subjectKeys.createSubjectKey('harbor', subject)).equals(key)).toBe(true)
    expect((await storage.subjectKeys.createSubjectKey('loom', subject)).equals(key)).toBe(false)
    expect(storage.subjectKeys.hasSubjectKey('harbor', subject)).toBe(true)
    expect(storage.subjectKeys.hasSubjectKey('harbor', 'cd'.repeat(22))).toBe(false)
    await reopen()
    expect(storage.subjectKeys.openSubjectKey('harbor', subject)!.equals(key)).toBe(true)
  })

  test('keys asked for at once for one subject are one key', async () => {
    const keys = await Promise.all(
      Array.from({ length: 20 }, () => storage.subjectKeys.createSubjectKey('harbor', subject)),
    )
    expect(keys.every(key => key.equals(keys[0]!))).toBe(true)
  })

  test('a destroyed key is gone from the files, twice is no fault, and a new one is another', async () => {
    const key = await storage.subjectKeys.createSubjectKey('harbor', subject)
    const [stored] = rowsIn<{ wrapped: Buffer }>('SELECT wrapped FROM subject_keys')
    expect(bytesOf('subject-keys.db').includes(stored!.wrapped)).toBe(true)
    // Also while somebody is being answered.
    expect(storage.subjectKeys.hasSubjectKey('harbor', subject)).toBe(true)
    expect(storage.subjectKeys.destroySubjectKey('harbor', subject)).toBe(true)
    expect(storage.subjectKeys.hasSubjectKey('harbor', subject)).toBe(false)
    expect(storage.subjectKeys.openSubjectKey('harbor', subject)).toBeUndefined()
    expect(storage.subjectKeys.destroySubjectKey('harbor', subject)).toBe(false)
    for (const gone of [Buffer.from(subject), stored!.wrapped])
      expect(bytesOf('subject-keys.db').includes(gone)).toBe(false)
    expect((await storage.subjectKeys.createSubjectKey('harbor', subject)).equals(key)).toBe(false)
  })

  test('while somebody reads an older state, a destroyed key is settled later, and nobody waits', async () => {
    await storage.subjectKeys.createSubjectKey('harbor', subject)
    const reader = new SqliteDatabase(join(folder, 'subject-keys.db'), { readonly: true })
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM subject_keys').get()
    expect(storage.subjectKeys.destroySubjectKey('harbor', subject)).toBe(true)
    expect(storage.subjectKeys.settle()).toBe(false)
    expect(bytesOf('subject-keys.db').includes(subject)).toBe(true)
    reader.close()
    expect(storage.subjectKeys.settle()).toBe(true)
    expect(bytesOf('subject-keys.db').includes(subject)).toBe(false)
  })

  test('no key lies in any database: none of a subject, none of the keyring, not the master key', async () => {
    const key = await storage.subjectKeys.createSubjectKey('harbor', subject)
    const secrets = [key.export(), storage.blindRoot, ...(provider.bytes ? [provider.bytes()] : [])].map(s =>
      Buffer.from(s),
    )
    const generations = rowsIn<{ wrapped: Buffer }>(
      "SELECT wrapped FROM keyring WHERE purpose = 'subject-keys'",
    )
    expect(generations).toHaveLength(1)
    for (const secret of secrets)
      for (const form of [secret, ...(['hex', 'base64'] as const).map(f => Buffer.from(secret.toString(f)))])
        expect(bytesOf('subject-keys.db', 'ledger.db').includes(form)).toBe(false)
    expect(bytesOf('ledger.db').includes(generations[0]!.wrapped)).toBe(false)
    expect(bytesOf('subject-keys.db').includes(generations[0]!.wrapped)).toBe(true)
  })

  test('another master key is refused at the door, before anything is opened with it', async () => {
    await closeAll()
    await expect(open(await make())).rejects.toThrow(WRONG)
    await expect(open(await make(), true)).rejects.toThrow(WRONG)
    await open(provider, true)
  })

  describe('changing the master key', () => {
    let next: KeyProvider
    let before: readonly Buffer[]
    const SUBJECTS = 1_203
    beforeEach(async () => {
      next = await make()
      const made = await Promise.all(
        Array.from({ length: SUBJECTS }, (_, n) => storage.subjectKeys.createSubjectKey('harbor', nth(n))),
      )
      before = made.map(key => key.export())
    })
    const unchanged = ({ subjectKeys }: Storage): boolean =>
      before.every((key, n) => subjectKeys.openSubjectKey('harbor', nth(n))!.export().equals(key))

    test('old subject keys open, new ones carry the new id, the blind index is the same, the old key opens nothing', async () => {
      const root = storage.blindRoot
      await storage.masterKey.prepare(next)
      await reopen(next)
      expect(await rewrapAll(storage)).toBe(SUBJECTS)
      expect(storage.masterKey.state()).toMatchObject({
        provider: next.id,
        older: 0,
        generations: [{ generation: 2, subjectKeys: SUBJECTS }],
      })
      expect(unchanged(storage)).toBe(true)
      await storage.subjectKeys.createSubjectKey('harbor', subject)
      expect([generationOf(nth(0)), generationOf(subject)]).toEqual([2, 2])
      expect(Buffer.from(storage.blindRoot)).toEqual(Buffer.from(root))
      await closeAll()
      await expect(open(provider)).rejects.toThrow(WRONG)
    })

    test('between the steps either key opens everything, and beginning again finishes it', async () => {
      await storage.masterKey.prepare(next)
      for (const either of [provider, next, provider]) {
        await reopen(either)
        if (either === provider) await storage.masterKey.prepare(next)
        expect(unchanged(storage)).toBe(true)
        // Whoever opens with the next key has it in use.
        if (either === next) break
      }
      await closeAll()
      await expect(open(provider)).rejects.toThrow(WRONG)
      await reopen(next)
      expect(rowsIn('SELECT * FROM keyring')).toHaveLength(3)
      for await (const { done } of storage.masterKey.rewrap()) {
        expect(done).toBe(500)
        break
      }
      await reopen(next)
      expect(storage.masterKey.state()).toMatchObject({ older: SUBJECTS - 500 })
      expect(unchanged(storage)).toBe(true)
      expect(await rewrapAll(storage)).toBe(SUBJECTS - 500)
      expect(unchanged(storage)).toBe(true)
    })

    test('who has it open goes on, and takes up the new generation by itself', async () => {
      const running = await open(provider)
      const reading = await open(provider, true)
      await storage.masterKey.prepare(next)
      await running.subjectKeys.createSubjectKey('harbor', subject)
      expect(generationOf(subject)).toBe(2)
      await rewrapAll(storage)
      expect(() => reading.subjectKeys.openSubjectKey('harbor', nth(1))).toThrow(
        'the master key was changed since',
      )
      await Promise.all([reading, storage].map(each => each.subjectKeys.refresh()))
      for (const each of [running, reading, storage]) expect(unchanged(each)).toBe(true)
      // Destroyed while it was being wrapped anew: it stays so.
      expect(running.subjectKeys.destroySubjectKey('harbor', nth(7))).toBe(true)
      expect(reading.subjectKeys.hasSubjectKey('harbor', nth(7))).toBe(false)
    })

    test('the same key, or one beside another that was begun with, is refused; a lost one can be discarded', async () => {
      await expect(storage.masterKey.prepare(provider)).rejects.toThrow('is the one in use')
      await storage.masterKey.prepare(next)
      await storage.masterKey.prepare(next)
      const other = await make()
      await expect(storage.masterKey.prepare(other)).rejects.toThrow(
        `a change to the master key ${next.id} was begun`,
      )
      storage.masterKey.discard()
      await closeAll()
      await expect(open(next)).rejects.toThrow(WRONG)
      await reopen()
      await storage.masterKey.prepare(other)
      await reopen(other)
      expect(await rewrapAll(storage)).toBe(SUBJECTS)
      expect(unchanged(storage)).toBe(true)
    })

    test('a key that does not open is left for verify to name, and holds up no other', async () => {
      await closeAll()
      const database = new SqliteDatabase(join(folder, 'subject-keys.db'))
      database.exec('DROP TRIGGER subject_keys_no_update')
      database.prepare('UPDATE subject_keys SET wrapped = zeroblob(60) WHERE subject = ?').run(nth(3))
      database.close()
      await reopen()
      await storage.masterKey.prepare(next)
      expect(await rewrapAll(storage)).toBe(SUBJECTS - 1)
      expect(storage.masterKey.state()).toMatchObject({ older: 1 })
      await reopen(next)
      expect(() => storage.subjectKeys.openSubjectKey('harbor', nth(3))).toThrow('it was changed')
    })
  })
})

describe('data from before there was a keyring', () => {
  const master = randomBytes(32)
  const key = randomBytes(32)

  /** As the version before wrote it: wrapped under the master key itself. */
  function writeFormer(): void {
    const database = new SqliteDatabase(join(folder, 'subject-keys.db'))
    const migrations = join(import.meta.dirname, '../../server/storage/sqlite/migrations/subject-keys')
    database.exec(readFileSync(join(migrations, '0001-subject-keys.sql'), 'utf8'))
    database.pragma('user_version = 1')
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', master, nonce).setAAD(
      Buffer.from(`assent subject key\nharbor\n${subject}`),
    )
    const wrapped = Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()])
    database.prepare('INSERT INTO subject_keys VALUES (?, ?, ?)').run('harbor', subject, wrapped)
    const check = createHmac('sha256', master).update('assent master key check').digest()
    database.prepare('INSERT INTO master_key VALUES (1, ?)').run(check)
    database.close()
  }
  beforeEach(writeFormer)

  test('opens with its master key, nothing of it written again, and finds its addresses', async () => {
    const rows = rowsIn<{ wrapped: Buffer }>('SELECT wrapped FROM subject_keys')
    const storage = await open(localKey(() => master))
    expect(storage.subjectKeys.openSubjectKey('harbor', subject)!.export()).toEqual(key)
    expect(rowsIn('SELECT wrapped FROM subject_keys')).toEqual(rows)
    expect(rowsIn('SELECT * FROM master_key')).toEqual([])
    const site = createHmac('sha256', master).update('assent blind index\nharbor').digest()
    expect(openBlindIndex(storage.blindRoot).blindOf('harbor', 'email', 'Robin@mail.example')).toEqual(
      createHmac('sha256', site).update('email\nrobin@mail.example').digest(),
    )
  })

  test('is refused to any other key', async () => {
    await expect(open(localKey(() => randomBytes(32)))).rejects.toThrow(WRONG)
    await expect(open(localKey(() => randomBytes(31)))).rejects.toThrow('must be 32 bytes')
    await open(localKey(() => master))
  })

  test('once its master key is changed, the old one wraps nothing any more, and still every address is found', async () => {
    const next = localKey(() => key)
    const storage = await open(localKey(() => master))
    const { blindRoot } = storage
    await storage.masterKey.prepare(next)
    await closeAll()
    const changed = await open(next)
    await rewrapAll(changed)
    expect(changed.masterKey.state().generations).toMatchObject([{ generation: 2, subjectKeys: 1 }])
    expect(changed.subjectKeys.openSubjectKey('harbor', subject)!.export()).toEqual(key)
    expect(Buffer.from(changed.blindRoot)).toEqual(Buffer.from(blindRoot))
  })
})
