import { createSecretKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { commitmentOf, newSalt, open, seal } from '../../server/subjects/seal.ts'
import { subjectOf } from '../../server/subjects/subject.ts'
import { aSecret } from '../support/decisions.ts'

const key = createSecretKey(Buffer.alloc(32, 1))
const owner = { site: 'harbor', subject: 'ab'.repeat(20), id: 'one' }
const fields = { address: 'someone@mail.test', note: 'ψ', nested: { list: [1, null, true] } }

describe('sealing', () => {
  test('what was sealed opens to the same', () => {
    expect(open(key, seal(key, fields, owner), owner)).toEqual(fields)
  })

  test('the same fields are sealed to other bytes each time', () => {
    expect(seal(key, fields, owner).equals(seal(key, fields, owner))).toBe(false)
  })

  test('any one byte changed, another key or another owner, and it does not open', () => {
    const sealed = seal(key, fields, owner)
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed)
      changed[at] = changed[at]! ^ 1
      expect(() => open(key, changed, owner)).toThrow("couldn't open")
    }
    expect(() => open(createSecretKey(Buffer.alloc(32, 2)), sealed, owner)).toThrow("couldn't open")
    for (const other of [{ site: 'loom' }, { subject: 'cd'.repeat(20) }, { id: 'two' }])
      expect(() => open(key, sealed, { ...owner, ...other })).toThrow("couldn't open")
    expect(() => open(key, Buffer.alloc(8), owner)).toThrow("couldn't open")
  })
})

test('a commitment hangs on every field and on the salt, not on the order of fields', () => {
  const salt = newSalt()
  expect(salt).toHaveLength(32)
  expect(commitmentOf(salt, { b: 1, a: 2 })).toBe(commitmentOf(salt, { a: 2, b: 1 }))
  expect(commitmentOf(salt, { a: 2 })).not.toBe(commitmentOf(salt, { a: 1 }))
  expect(commitmentOf(newSalt(), fields)).not.toBe(commitmentOf(salt, fields))
})

test("a commitment is what OpenSSL says: printf '{}' | openssl dgst -sha256 -hmac key", () => {
  expect(commitmentOf(Buffer.from('key'), {})).toBe(
    'a777724d943eb48dc69bca8a4a6d57a04db3f9ec7e1de4e581e860265bdf3032',
  )
})

test('a subject keeps the time of its secret and nothing else of it', () => {
  const subject = subjectOf('harbor', aSecret(1))
  expect(subject).toMatch(/^[0-9a-f]{44}$/)
  expect(subject.slice(0, 12)).toBe(aSecret(1).slice(0, 12))
  expect(subject.slice(12)).not.toBe(aSecret(1).slice(12))
  expect(subjectOf('harbor', aSecret(1))).toBe(subject)
  expect(subjectOf('loom', aSecret(1))).not.toBe(subject)
  expect(subjectOf('harbor', aSecret(2))).not.toBe(subject)
})
