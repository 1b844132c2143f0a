import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatCheckpoint, openCheckpoint } from '../../server/ledger/checkpoint-text.ts'
import { canonicalJson } from '../../shared/domain/canonical.ts'
import { parseStrictJson } from '../../shared/domain/strict-json.ts'
import type { Receipt } from '../../shared/receipt/receipt.ts'
import { readTlogProof } from '../../shared/receipt/tlog-proof.ts'
import { verifyReceipt, type ReceiptFault } from '../../shared/receipt/verify.ts'
import { keptReceipt, someReceipts, withEvidence, type SomeReceipts } from '../support/receipts.ts'

let some: SomeReceipts
beforeAll(async () => {
  some = await someReceipts()
})
afterAll(() => some.ledger.remove())

const KINDS = ['granted', 'refused', 'withdrawn', 'ownInterface', 'optIn', 'optOut', 'published'] as const

/** What a reader of a file gets to say of it; reading it as one JSON text is part of the check. */
async function faultOf(text: string): Promise<string | undefined> {
  let receipt: unknown
  try {
    receipt = parseStrictJson(text)
  } catch {
    return 'no JSON'
  }
  const verdict = await verifyReceipt(receipt)
  return verdict.ok ? undefined : verdict.reason
}

test.each(KINDS)('a receipt of "%s" holds, written to a file and read again', async kind => {
  expect(await verifyReceipt(parseStrictJson(JSON.stringify(some[kind])))).toMatchObject({
    ok: true,
    version: 2,
  })
})

/** Spread over the whole of it: every byte of what is small, every n-th of what is long. */
function placesIn(text: string, most: number): number[] {
  const step = Math.max(1, Math.floor(text.length / most))
  return Array.from({ length: Math.ceil(text.length / step) }, (_, i) => i * step)
}

test.each<[kind: (typeof KINDS)[number], most: number]>([
  ['refused', 1_500],
  ['optIn', 1_500],
  ['optOut', Infinity],
  ['published', Infinity],
])('any byte of a whole receipt changed is found and named: %s', async (kind, most) => {
  const bytes = Buffer.from(canonicalJson(some[kind]))
  const passed: string[] = []
  for (const at of placesIn(bytes.toString('latin1'), most)) {
    const changed = Buffer.from(bytes)
    changed[at] = changed[at]! ^ 1
    // oxlint-disable-next-line no-await-in-loop -- Thousands at once would only wait for each other.
    if ((await faultOf(changed.toString())) === undefined)
      passed.push(`${at}: ${bytes.subarray(Math.max(0, at - 20), at + 20).toString()}`)
  }
  expect(passed).toEqual([])
})

describe('what is wrong is named', () => {
  const evidence = (change: (of: Receipt['evidence']) => Partial<Receipt['evidence']>) => () =>
    withEvidence(some.granted, change(some.granted.evidence))
  const proof = (change: (of: string) => string) => evidence(of => ({ proof: change(of.proof) }))
  const signed = (origin: string) => () => {
    const { size, root } = openCheckpoint(
      readTlogProof(some.granted.evidence.proof)!.checkpoint,
      some.ledger.signer('loom').verifier,
    )!
    const [before] = some.granted.evidence.proof.split('\n\n')
    const note = some.ledger.signer('loom').sign(formatCheckpoint({ origin, size, root }))
    return withEvidence(some.granted, { proof: `${before}\n\n${note}` })
  }
  test.each<[ReceiptFault, what: string, () => unknown]>([
    ['missing-text', 'the text shown left out', evidence(({ texts }) => ({ texts: texts.slice(0, 1) }))],
    ['missing-text', 'the configuration left out', evidence(({ texts }) => ({ texts: texts.slice(1) }))],
    [
      'wrong-text',
      'nicer words',
      evidence(({ texts }) => ({ texts: texts.map(t => ({ ...t, body: 'nicer' })) })),
    ],
    [
      'wrong-text',
      'a text nobody named',
      () => withEvidence(some.optOut, { texts: some.granted.evidence.texts }),
    ],
    ['not-included', 'a shorter proof', proof(text => text.replace(/(index \d+\n)[^\n]+\n/, '$1'))],
    ['not-included', 'another place', proof(text => text.replace(/index \d+/, 'index 3'))],
    [
      'not-included',
      'another answer',
      evidence(of => ({ entry: of.entry.replace('"analytics":true', '"analytics":false') })),
    ],
    ['not-canonical', 'a blank in the entry', evidence(of => ({ entry: ` ${of.entry}` }))],
    ['not-canonical', 'no entry at all', evidence(() => ({ entry: 'nothing' }))],
    ['bad-key', 'no key', evidence(() => ({ keys: ['nobody'] }))],
    ['bad-key', 'no keys', evidence(() => ({ keys: [] }))],
    [
      'bad-checkpoint',
      'the name of another log',
      proof(text => text.replace('\nlog.test/loom\n', '\nlog.test/other\n')),
    ],
    ['bad-checkpoint', 'the name of another log, signed', signed('log.test/other')],
    [
      'bad-checkpoint',
      'a signature whose key is missing',
      proof(text => `${text}— w.test/w1 AAAAAAAAAAA=\n`),
    ],
    ['malformed', 'a proof that is none', proof(text => text.replace('tlog-proof@v1', 'tlog-proof@v2'))],
    ['malformed', 'extra data in the proof', proof(text => text.replace('\nindex', '\nextra AAAA\nindex'))],
    ['malformed', 'another member of the evidence', evidence(() => ({ note: 'trust me' }) as never)],
    ['wrong-record', 'a member beside the record', () => ({ ...some.granted, note: 'trust me' })],
    ['wrong-record', 'another type', () => ({ ...some.granted, '@type': 'dpv:ConsentRecord' })],
    ['newer-version', 'a version to come', () => ({ ...some.granted, assentReceipt: 3 })],
    [
      'wrong-private-part',
      'other private fields',
      () => withEvidence(some.optIn, { private: { ...some.optIn.evidence.private!, fields: {} } }),
    ],
    [
      'wrong-private-part',
      'a salt in capitals',
      () =>
        withEvidence(some.optIn, {
          private: { ...some.optIn.evidence.private!, salt: some.optIn.evidence.private!.salt.toUpperCase() },
        }),
    ],
    [
      'wrong-private-part',
      'no salt',
      () => withEvidence(some.optIn, { private: { ...some.optIn.evidence.private!, salt: '' } }),
    ],
  ])('%s: %s', async (reason, _, change) => {
    expect(await verifyReceipt(change())).toMatchObject({ ok: false, reason, detail: expect.any(String) })
  })

  test('where the record differs is said', async () => {
    const changed = JSON.parse(
      JSON.stringify(some.granted).replace('dpv:ConsentRefused', 'dpv:ConsentGiven'),
    ) as unknown
    expect(await verifyReceipt(changed)).toMatchObject({
      reason: 'wrong-record',
      detail: expect.stringContaining('dpv:hasRecordOfActivity[1].dpv:hasConsentStatus.@type'),
    })
  })

  test.each([
    null,
    1,
    'receipt',
    [],
    {},
    { assentReceipt: 2 },
    { assentReceipt: 'x' },
    { assentReceipt: 2, evidence: [] },
  ])('%j is no receipt', async value => {
    expect(await verifyReceipt(value)).toMatchObject({ ok: false, reason: 'malformed' })
  })

  test('a nesting beyond measure is refused, not a fault', async () => {
    let deep: unknown = 1
    for (let i = 0; i < 20_000; i++) deep = [deep]
    expect(await verifyReceipt({ ...some.granted, 'dct:created': deep })).toMatchObject({
      ok: false,
      reason: 'wrong-record',
    })
    const opened = { salt: some.optIn.evidence.private!.salt, fields: { deep } }
    expect(await verifyReceipt(withEvidence(some.optIn, { private: opened }))).toMatchObject({
      ok: false,
      reason: 'wrong-private-part',
    })
  })
})

test.each(['granted', 'refused', 'withdrawn', 'opt-in', 'opt-out'] as const)(
  'a receipt of version 2 that was given out holds for ever, so its record is derived as it always was: %s',
  async name => {
    expect(await verifyReceipt(keptReceipt(`second-${name}`))).toMatchObject({ ok: true, version: 2 })
  },
)

describe('receipts of version 1, which people hold', () => {
  test('hold, as they were given out', async () => {
    expect(await verifyReceipt(keptReceipt('first-decision'))).toMatchObject({
      ok: true,
      version: 1,
      entry: { type: 'decision', choices: { analytics: true, marketing: true } },
      private: { address: 'someone@mail.test', agent: 'ψ' },
    })
    expect(await verifyReceipt(keptReceipt('first-refusal'))).toMatchObject({
      ok: true,
      version: 1,
      entry: { choices: { analytics: false, marketing: false } },
    })
  })

  test('any byte of them changed is found', async () => {
    const bytes = Buffer.from(canonicalJson(keptReceipt('first-decision')))
    const passed: number[] = []
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = changed[at]! ^ 1
      // oxlint-disable-next-line no-await-in-loop -- Thousands at once would only wait for each other.
      if ((await faultOf(changed.toString())) === undefined) passed.push(at)
    }
    expect(passed).toEqual([])
  })

  test('a signature of a key they do not have is passed over, as it always was', async () => {
    const receipt = keptReceipt('first-decision')
    const checkpoint = `${receipt['checkpoint'] as string}— w.test/w1 AAAAAAAAAAA=\n`
    expect(await verifyReceipt({ ...receipt, checkpoint })).toMatchObject({ ok: true })
  })
})
