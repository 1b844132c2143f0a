import SqliteDatabase from 'better-sqlite3'
import { createPublicKey } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { formatCheckpoint } from '../../server/ledger/checkpoint-text.ts'
import { cosignedAt, splitNote } from '../../server/ledger/cosignature.ts'
import { EMPTY_ROOT, hashLeaf } from '../../server/ledger/merkle.ts'
import { parseVerifierKey, signNote } from '../../server/ledger/note.ts'
import { addCheckpoint, requireOwnMemory } from '../../server/witness/add-checkpoint.ts'
import { formatRequest } from '../../server/witness/request.ts'
import { TEST_TIME } from '../support/ledger.ts'
import { aLogKey, aPaperLog, aWitnessKey, testWitness, type TestWitness } from '../support/witness.ts'
import vectors from '../vectors/witness.json' with { type: 'json' }

const log = aPaperLog(40)
const { key } = log
/** The same key, and from the eleventh entry on another history. */
const fork = aPaperLog(40, { leafOf: n => (n < 10 ? `entry ${n}` : `other ${n}`) })

let witness: TestWitness
beforeEach(() => {
  witness = testWitness()
})
afterEach(() => witness.remove())

const send = (body: string) => addCheckpoint(witness, body)
const status = (body: string) => send(body).answer.status
const seen = () => witness.store.last(key.name)?.size

function cosigned(body: string): number {
  const { answer } = send(body)
  if (answer.status !== 200) throw new Error(`refused: ${JSON.stringify(answer)}`)
  const { text } = splitNote(body.slice(body.indexOf('\n\n') + 2))!
  return cosignedAt(text, answer.line, witness.key)!
}

test('the first checkpoint is believed, every further one has to extend the last', () => {
  expect(cosigned(log.request(0, 7))).toBe(TEST_TIME / 1000)
  witness.advance(60_000)
  for (const [old, size] of [
    [7, 8],
    [8, 21],
    [21, 40],
  ] as const) {
    expect(cosigned(log.request(old, size))).toBe(TEST_TIME / 1000 + 60)
    expect(seen()).toBe(size)
  }
})

test('the same checkpoint again is cosigned again, as of now', () => {
  cosigned(log.request(0, 7))
  witness.advance(5_000)
  expect(cosigned(log.request(7, 7))).toBe(TEST_TIME / 1000 + 5)
})

test('a clock that goes back never dates a cosignature before an earlier one', () => {
  cosigned(log.request(0, 7))
  witness.advance(-3_600_000)
  expect(cosigned(log.request(7, 9))).toBe(TEST_TIME / 1000)
})

describe('what is no request is 400, and nothing is remembered', () => {
  const note = log.note(7)
  test.each<[string, string]>([
    ['nothing', ''],
    ['no old line', `\n${note}`],
    ['a proof without an old line', `AAAA\n\n${note}`],
    ['an old size with a leading zero', `old 07\n\n${note}`],
    ['a negative old size', `old -1\n\n${note}`],
    ['an old size no number holds', `old 99999999999999999999\n\n${note}`],
    ['an old line with more behind it', `old 0 \n\n${note}`],
    ['carriage returns', `old 0\r\n\r\n${note}`],
    ['a hash of 31 bytes', `old 0\n${Buffer.alloc(31).toString('base64')}\n\n${note}`],
    ['a hash that is no base64', `old 0\n${'!'.repeat(44)}\n\n${note}`],
    ['64 hashes', `old 0\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}\n${note}`],
    ['no checkpoint', 'old 0\n\n'],
    ['a checkpoint without a signature', `old 0\n\n${splitNote(note)!.text}`],
    ['a note that is no checkpoint', `old 0\n\n${signNote('hello\n', key)}`],
    ['a checkpoint with a size of no number', `old 0\n\n${signNote(`${key.name}\nseven\nAAAA\n`, key)}`],
    ['an old size above the checkpoint', log.request(9, 7)],
  ])('%s', (_, body) => {
    expect(status(body)).toBe(400)
    expect(seen()).toBeUndefined()
  })
})

test('a log that is not watched is 404, whoever signed', () => {
  expect(status(aPaperLog(3, { key: aLogKey('log.test/quay') }).request(0, 3))).toBe(404)
})

test('a checkpoint that no known key of the log signed is 403; the rest of its signatures is passed over', () => {
  const stranger = aLogKey(key.name, 9)
  const { text, lines } = splitNote(log.note(7))!
  const [theirs] = splitNote(signNote(text, stranger))!.lines
  const body = (...signatures: string[]) =>
    formatRequest({ old: 0, proof: [], note: `${text}\n${signatures.map(line => `${line}\n`).join('')}` })
  expect(status(body(theirs!))).toBe(403)
  // Only a key of the log's own type: a witness of the same name is none.
  expect(status(body(splitNote(signNote(text, aWitnessKey(key.name, 1)))!.lines[0]!))).toBe(403)
  expect(status(body(theirs!, lines[0]!))).toBe(200)
  // What strangers added is not remembered.
  expect(splitNote(witness.store.last(key.name)!.note)!.lines).toHaveLength(2)
})

test('a log may have several keys, and any of them will do', () => {
  const next = aLogKey(key.name, 5)
  const rotating = testWitness([key, next])
  const after = aPaperLog(40, { key: next })
  expect(addCheckpoint(rotating, log.request(0, 7)).answer.status).toBe(200)
  expect(addCheckpoint(rotating, after.request(7, 9)).answer.status).toBe(200)
  rotating.remove()
})

test('another old size than the one remembered is 409 with that', () => {
  cosigned(log.request(0, 7))
  cosigned(log.request(7, 9))
  for (const old of [0, 7, 8, 10]) expect(send(log.request(old, 12)).answer).toEqual({ status: 409, size: 9 })
  // A late one: true, and no longer the largest.
  expect(send(log.request(7, 8)).answer).toEqual({ status: 409, size: 9 })
})

test('a proof that does not hold is 422, and both checkpoints are evidence', () => {
  cosigned(log.request(0, 12))
  for (const proof of [[], [hashLeaf('x')], [...Array(9)].map(() => hashLeaf('y'))]) {
    const { answer, contradiction } = send(log.request(12, 20, { proof }))
    expect(answer.status).toBe(422)
    expect(contradiction).toMatchObject({ kind: 'unproven', cosigned: { size: 12 }, shown: { size: 20 } })
  }
  expect(send(fork.request(12, 20))).toMatchObject({
    answer: { status: 422 },
    contradiction: { kind: 'unproven' },
  })
  expect(seen()).toBe(12)
  expect(status(log.request(12, 20))).toBe(200)
})

test('another tree of the same size is a fork, whatever old size it comes with', () => {
  cosigned(log.request(0, 12))
  expect(send(fork.request(12, 12))).toMatchObject({
    answer: { status: 422 },
    contradiction: { kind: 'fork' },
  })
  expect(send(fork.request(0, 12))).toMatchObject({
    answer: { status: 409 },
    contradiction: { kind: 'fork' },
  })
  expect(send(log.request(0, 12)).contradiction).toBeUndefined()
})

test('an older checkpoint is no evidence: anybody may have kept it', () => {
  cosigned(log.request(0, 12))
  expect(send(fork.request(0, 11))).toMatchObject({
    answer: { status: 409 },
    before: 12,
    shown: { size: 11 },
  })
  expect(send(fork.request(0, 11)).contradiction).toBeUndefined()
})

describe('the empty tree', () => {
  const empty = (root: Uint8Array) =>
    formatRequest({
      old: 0,
      proof: [],
      note: signNote(formatCheckpoint({ origin: key.name, size: 0, root }), key),
    })

  test('is cosigned, as often as it is sent, and every log extends it', () => {
    for (let n = 0; n < 2; n++) expect(status(empty(EMPTY_ROOT))).toBe(200)
    expect(status(log.request(0, 7))).toBe(200)
    expect(send(empty(EMPTY_ROOT)).answer).toEqual({ status: 409, size: 7 })
  })

  test('has one root', () => {
    expect(status(empty(hashLeaf('x')))).toBe(422)
    expect(seen()).toBeUndefined()
  })

  test('takes no proof, nor does what extends it', () => {
    expect(status(log.request(0, 7, { proof: [hashLeaf('x')] }))).toBe(422)
    expect(seen()).toBeUndefined()
  })
})

test("the requests of another witness's tests are answered as there, in either order", () => {
  const raw = Buffer.from(vectors.logKey, 'hex')
  const publicKey = createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]),
    format: 'der',
    type: 'spki',
  })
  const keyId = Buffer.from(vectors.zeroToOne.trim().split(' ').at(-1)!, 'base64').subarray(0, 4)
  const encoded = Buffer.concat([Buffer.of(1), raw]).toString('base64')
  const verifier = parseVerifierKey(`${vectors.origin}+${keyId.toString('hex')}+${encoded}`)!
  expect(verifier.publicKey.equals(publicKey)).toBe(true)
  const theirs = { ...witness, logs: new Map([[vectors.origin, [verifier]]]) }
  const answers = [vectors.zeroToOne, vectors.oneToFive, vectors.oneToThree].map(
    body => addCheckpoint(theirs, body).answer,
  )
  expect(answers).toMatchObject([{ status: 200 }, { status: 200 }, { status: 409, size: 5 }])
})

test('what is remembered is signed by the witness itself: a changed bit, and it signs nothing more', () => {
  cosigned(log.request(0, 12))
  requireOwnMemory(witness)
  const database = new SqliteDatabase(join(witness.folder, 'witness.db'))
  expect(() => database.exec('UPDATE cosigned SET size = 11')).toThrow('a witness never goes back')
  expect(() => database.exec('DELETE FROM cosigned')).toThrow('a witness never forgets')
  database.exec('DROP TRIGGER cosigned_only_grows')
  const change = (set: string) => database.exec(`UPDATE cosigned SET ${set}`)
  for (const set of ["note = replace(note, '12', '13')", 'size = 11']) {
    change(set)
    expect(() => requireOwnMemory(witness)).toThrow('this key has not cosigned')
    expect(() => send(log.request(12, 20))).toThrow('this key has not cosigned')
    change("note = replace(note, '13', '12'), size = 12")
  }
  change("origin = 'log.test/quay'")
  expect(() => requireOwnMemory(witness)).toThrow('this key has not cosigned')
  change(`origin = '${key.name}'`)
  database.close()
  expect(status(log.request(12, 20))).toBe(200)
})
