import { expect, test } from 'vitest'
import { formatCheckpoint, openCheckpoint } from '../../server/ledger/checkpoint-text.ts'
import { hashLeaf } from '../../server/ledger/merkle.ts'
import {
  formatPrivateKey,
  openNote,
  parsePrivateKey,
  parseVerifierKey,
  signNote,
} from '../../server/ledger/note.ts'
import vectors from '../vectors/signed-note.json' with { type: 'json' }

const signer = parsePrivateKey(vectors.privateKey)!
const verifier = parseVerifierKey(vectors.verifierKey)!

test("Go's own key signs Go's own example to the byte", () => {
  expect(signer.vkey).toBe(vectors.verifierKey)
  expect(signNote(vectors.text, signer)).toBe(vectors.note)
  expect(openNote(vectors.note, verifier)).toBe(vectors.text)
})

test('a private key is written as Go writes it', () => {
  const seed = Buffer.from(vectors.privateKey.split('+').slice(4).join('+'), 'base64').subarray(1)
  expect(formatPrivateKey('PeterNeumann', seed)).toBe(vectors.privateKey)
})

test('any one byte of a note changed, and it is not opened', () => {
  const bytes = Buffer.from(vectors.note)
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes)
    changed[at] = changed[at]! ^ 1
    expect(openNote(changed.toString(), verifier)).toBeUndefined()
  }
})

test('any one character of a verifier key changed, and it is no key, or not this one', () => {
  for (let at = 0; at < vectors.verifierKey.length; at++) {
    const changed = Buffer.from(vectors.verifierKey)
    changed[at] = changed[at]! ^ 1
    const other = parseVerifierKey(changed.toString())
    expect(other && openNote(vectors.note, other)).toBeUndefined()
  }
})

test("other keys' signatures are passed over; without ours the note is not opened", () => {
  const other = parsePrivateKey(formatPrivateKey('witness.test', Buffer.alloc(32, 9)))!
  const [, theirs] = signNote(vectors.text, other).split('\n\n')
  expect(openNote(vectors.note + theirs, verifier)).toBe(vectors.text)
  expect(openNote(`${vectors.text}\n${theirs}`, verifier)).toBeUndefined()
})

test('sixteen signatures are taken, and a control character anywhere is not', () => {
  const others = Array.from({ length: 15 }, (_, n) => {
    const other = parsePrivateKey(formatPrivateKey(`witness.test/${n}`, Buffer.alloc(32, n + 1)))!
    return signNote(vectors.text, other).split('\n\n')[1]!
  })
  const all = others.join('') + vectors.note.split('\n\n').at(-1)!
  expect(openNote(`${vectors.text}\n${all}`, verifier)).toBe(vectors.text)
  expect(
    openNote(`${vectors.text}\n${all.replace('witness.test/3', 'witness.test\u0001')}`, verifier),
  ).toBeUndefined()
  const tooMany = Array.from({ length: 7 }, () => others.join('')).join('')
  expect(openNote(vectors.note + tooMany, verifier)).toBeUndefined()
})

test('a private key whose hash is not its own is no key', () => {
  expect(parsePrivateKey(vectors.privateKey.replace('c74f20a3', 'c74f20a4'))).toBeUndefined()
  expect(parsePrivateKey(vectors.privateKey.replace('PeterNeumann', 'PeterNewmann'))).toBeUndefined()
  expect(parsePrivateKey('PRIVATE+KEY+nonsense')).toBeUndefined()
})

test('a name with a blank or a plus cannot sign', () => {
  expect(() => formatPrivateKey('two words', Buffer.alloc(32))).toThrow('cannot name a key')
  expect(() => formatPrivateKey('a+b', Buffer.alloc(32))).toThrow('cannot name a key')
})

test('a checkpoint reads back; sizes and roots written otherwise are refused', () => {
  const root = hashLeaf('root')
  const text = formatCheckpoint({ origin: 'log.test/harbor', size: 42, root })
  expect(text).toBe(`log.test/harbor\n42\n${Buffer.from(root).toString('base64')}\n`)
  expect(openCheckpoint(signNote(text, signer), verifier)).toEqual({
    origin: 'log.test/harbor',
    size: 42,
    root,
  })
  expect(openCheckpoint(signNote(`${text}more\n`, signer), verifier)).toMatchObject({ size: 42 })
  for (const wrong of [
    text.replace('42', '042'),
    text.replace('42', '4e1'),
    text.replace('42', '-1'),
    'log\n1\nAAAA\n',
    'log\n',
    text.replace('42', '9007199254740993'),
    `${text}\nmore\n`,
    `${text}more\n\n`,
    `\n${text}`,
  ])
    expect(openCheckpoint(signNote(wrong, signer), verifier)).toBeUndefined()
})
