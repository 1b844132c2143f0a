import { createPrivateKey, createPublicKey, hash, sign } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { receiptFor } from '../../server/ledger/receipt.ts'
import type { Receipt } from '../../shared/receipt/receipt.ts'
import { readTlogProof } from '../../shared/receipt/tlog-proof.ts'
import { trustedKeys } from '../../shared/receipt/trusted-keys.ts'
import { verifyReceipt } from '../../shared/receipt/verify.ts'
import { keptReceipt, someReceipts, withEvidence, type SomeReceipts } from '../support/receipts.ts'

/** A witness made of node:crypto and the words of C2SP tlog-cosignature alone. */
function aWitness(name: string, seed: number) {
  const pkcs8 = Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    Buffer.alloc(32, seed),
  ])
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32)
  const typed = Buffer.concat([Buffer.of(4), raw])
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed]), 'buffer').subarray(0, 4)
  return {
    vkey: `${name}+${id.toString('hex')}+${typed.toString('base64')}`,
    /** A signature line over the text of a checkpoint. */
    line(text: string, seconds: number, said = seconds): string {
      const time = Buffer.alloc(8)
      time.writeBigUInt64BE(BigInt(said))
      const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), privateKey)
      return `— ${name} ${Buffer.concat([id, time, signature]).toString('base64')}\n`
    },
  }
}

const one = aWitness('witness.test/one', 1)
const two = aWitness('witness.test/two', 2)
const TIME = 1_795_334_460

let some: SomeReceipts
let receipt: Receipt
let log: string
let text: string
beforeAll(async () => {
  some = await someReceipts()
  receipt = some.granted
  log = some.ledger.signer('loom').vkey
  text = readTlogProof(receipt.evidence.proof)!.checkpoint.split('\n\n')[0]! + '\n'
})
afterAll(() => some.ledger.remove())

const cosigned = (lines: string, keys: readonly string[] = [log, one.vkey]): Receipt =>
  withEvidence(receipt, { keys, proof: receipt.evidence.proof + lines })

describe('a witness', () => {
  test('whose cosignature stands in the receipt is told with its time; trusted only when the reader brings its key', async () => {
    const held = cosigned(one.line(text, TIME))
    expect(await verifyReceipt(held)).toMatchObject({
      ok: true,
      signers: [
        { kind: 'log', vkey: log, isTrusted: false },
        { kind: 'witness', vkey: one.vkey, isTrusted: false, time: TIME },
      ],
    })
    expect(await verifyReceipt(held, { witnesses: [one.vkey] })).toMatchObject({
      ok: true,
      signers: [{ kind: 'log' }, { kind: 'witness', isTrusted: true }],
    })
  })

  test('that the reader asks for and that did not cosign is missed', async () => {
    for (const given of [receipt, keptReceipt('first-decision')])
      // oxlint-disable-next-line no-await-in-loop
      expect(await verifyReceipt(given, { witnesses: [two.vkey] })).toMatchObject({
        ok: false,
        reason: 'not-witnessed',
      })
    expect(
      await verifyReceipt(cosigned(one.line(text, TIME)), { witnesses: [one.vkey, two.vkey] }),
    ).toMatchObject({
      reason: 'not-witnessed',
      detail: expect.stringContaining('witness.test/two'),
    })
  })

  test('cosigning a receipt of version 1 counts when the reader has its key', async () => {
    const first = keptReceipt('first-decision')
    const note = first['checkpoint'] as string
    const checkpoint = note + one.line(`${note.split('\n\n')[0]!}\n`, TIME)
    expect(await verifyReceipt({ ...first, checkpoint }, { witnesses: [one.vkey] })).toMatchObject({
      ok: true,
      signers: [{ kind: 'log' }, { kind: 'witness', isTrusted: true }],
    })
  })

  test.each<[what: string, lines: () => string, keys?: () => string[]]>([
    ['another time than it signed', () => one.line(text, TIME, TIME + 1)],
    ['another checkpoint', () => one.line(text.replace(/\n\d+\n/, '\n1\n'), TIME)],
    ["another witness's signature under its name", () => two.line(text, TIME).replace('two', 'one')],
    ['a signature that is too short', () => one.line(text, TIME).replace(/.{8}\n$/, '\n')],
    ['no line for a key in the receipt', () => ''],
    ['a line whose key is not in the receipt', () => one.line(text, TIME) + two.line(text, TIME)],
    ['one line twice', () => one.line(text, TIME) + one.line(text, TIME)],
  ])('is not believed with %s', async (_, lines) => {
    expect(await verifyReceipt(cosigned(lines()))).toMatchObject({ ok: false, reason: 'bad-checkpoint' })
  })

  test('alone is no log', async () => {
    const alone = withEvidence(receipt, {
      keys: [one.vkey],
      proof: receipt.evidence.proof.replace(/— .*\n$/, one.line(text, TIME)),
    })
    expect(await verifyReceipt(alone)).toMatchObject({ ok: false, reason: 'bad-key' })
    expect(await verifyReceipt(receipt, { witnesses: [log] })).toMatchObject({
      reason: 'bad-key',
      detail: expect.stringContaining('not of a witness'),
    })
  })
})

test('a receipt brings the keys of the signatures it carries, and leaves out the signatures of strangers', async () => {
  const { id } = JSON.parse(receipt.evidence.entry) as { id: string }
  const { ledger } = some
  const stored = ledger.store.checkpoint('loom')!
  const witnessed = {
    ...ledger,
    store: {
      ...ledger.store,
      entry: ledger.store.entry,
      checkpoint: () => ({ ...stored, note: stored.note + one.line(text, TIME) + two.line(text, TIME) }),
    },
  }
  const made = (await receiptFor(witnessed, 'loom', id, { known: [log, one.vkey] }))!
  expect(made.evidence.keys).toEqual([log, one.vkey])
  expect(await verifyReceipt(made, { witnesses: [one.vkey] })).toMatchObject({ ok: true })
  expect((await receiptFor(witnessed, 'loom', id))!.evidence.keys).toEqual([log])
})

describe('the keys a reader trusts', () => {
  const sizeOf = (): number => Number(text.split('\n')[1])
  const document = (...keys: object[]): string => JSON.stringify({ origin: 'log.test/loom', keys })
  const other = 'log.test/loom+00000000+AQ=='

  test('are one key, or the document of all keys of a log', async () => {
    const size = sizeOf()
    for (const keys of [
      `${log}\n`,
      document({ vkey: other, firstSize: 0, lastSize: 3 }, { vkey: log, firstSize: 1 }),
      document({ vkey: log, firstSize: size, lastSize: size }),
    ])
      // oxlint-disable-next-line no-await-in-loop
      expect(await verifyReceipt(receipt, { keys: trustedKeys(keys)! })).toMatchObject({
        ok: true,
        signers: [{ isTrusted: true }],
      })
  })

  test('count only for sizes they signed for', async () => {
    const size = sizeOf()
    for (const keys of [
      document({ vkey: log, firstSize: size + 1 }),
      document({ vkey: log, firstSize: 0, lastSize: size - 1 }),
      document({ vkey: other, firstSize: 0 }),
      other,
    ])
      // oxlint-disable-next-line no-await-in-loop
      expect(await verifyReceipt(receipt, { keys: trustedKeys(keys)! })).toMatchObject({
        ok: false,
        reason: 'unexpected-key',
      })
  })

  test('that got into other hands later are said to be so', async () => {
    const compromised = { index: 99, lastGood: { size: sizeOf(), root: '' } }
    const keys = trustedKeys(document({ vkey: log, firstSize: 0, lastSize: sizeOf(), compromised }))!
    expect(await verifyReceipt(receipt, { keys })).toMatchObject({
      ok: true,
      signers: [{ isTrusted: true, wasCompromised: true }],
    })
  })

  test.each([
    '',
    'hello',
    '{}',
    '{"keys":[]}',
    '{"keys":[{"vkey":"a"}]}',
    '{"keys":[{"vkey":"a","firstSize":-1}]}',
    '{',
  ])('%j is none', given => expect(trustedKeys(given)).toBeUndefined())
})
