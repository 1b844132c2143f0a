import { expect, test } from 'vitest'
import { openCheckpoint } from '../../server/ledger/checkpoint-text.ts'
import {
  cosign,
  cosignatureIn,
  cosignedAt,
  parseWitnessKey,
  splitNote,
  withLines,
} from '../../server/ledger/cosignature.ts'
import {
  ED25519_COSIGNATURE,
  formatPrivateKey,
  openNote,
  parsePrivateKey,
  parseVerifierKey,
} from '../../server/ledger/note.ts'
import vectors from '../vectors/cosignature.json' with { type: 'json' }

const { text, lines } = splitNote(vectors.note)!
const line = lines.find(each => each.includes('remora'))!
const remora = parseWitnessKey(vectors.witnessKeys.find(key => key.startsWith('remora'))!)!

test.each(vectors.witnessKeys)('a public witness cosigned a public checkpoint: %s', vkey => {
  expect(cosignatureIn(text, lines, parseWitnessKey(vkey)!)?.seconds).toBe(vectors.seconds)
})

test("the log's own signature beside them opens the note", () => {
  expect(openCheckpoint(vectors.note, parseVerifierKey(vectors.logKey)!)).toMatchObject({
    origin: 'arche2025h1.staging.ct.transparency.dev',
    size: 1_432_088_532,
  })
})

test('any one bit of the text or the line changed, and it is no cosignature', () => {
  const flipped = (whole: string, at: number) => {
    const bytes = Buffer.from(whole)
    bytes[at] = bytes[at]! ^ 1
    return bytes.toString()
  }
  for (let at = 0; at < Buffer.byteLength(text); at++)
    expect(cosignedAt(flipped(text, at), line, remora)).toBeUndefined()
  for (let at = 0; at < Buffer.byteLength(line); at++)
    expect(cosignedAt(text, flipped(line, at), remora)).toBeUndefined()
})

test("a witness's key and a log's key are never taken for each other", () => {
  for (const vkey of vectors.witnessKeys) expect(parseVerifierKey(vkey)).toBeUndefined()
  expect(parseWitnessKey(vectors.logKey)).toBeUndefined()
})

test('what we cosign reads back, with its time, and leaves the note as it was', () => {
  const witness = parsePrivateKey(
    formatPrivateKey('witness.test/w', Buffer.alloc(32, 3), ED25519_COSIGNATURE),
    ED25519_COSIGNATURE,
  )!
  const own = cosign(text, witness, 1_795_334_400)
  expect(cosignedAt(text, own, parseWitnessKey(witness.vkey)!)).toBe(1_795_334_400)
  const note = withLines(vectors.note, [own])
  expect(splitNote(note)).toEqual({ text, lines: [...lines, own] })
  expect(openNote(note, parseVerifierKey(vectors.logKey)!)).toBe(text)
  // The plain Ed25519 signature of the same text by the same key is none.
  expect(openNote(note, { ...witness })).toBeUndefined()
})
