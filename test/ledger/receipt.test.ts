import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appendDecisions } from '../../server/ledger/append.ts'
import { historyOf } from '../../server/ledger/history.ts'
import { receiptFor, type Receipt } from '../../server/ledger/receipt.ts'
import { verifyReceipt, type ReceiptFault } from '../../server/ledger/verify-receipt.ts'
import { subjectOf } from '../../server/subjects/subject.ts'
import { aDecision, aRefusal, aSecret, textHash } from '../support/decisions.ts'
import { eraseIn } from '../support/erase.ts'
import { publishSite, testLedger, TEST_TIME, type TestLedger } from '../support/ledger.ts'

let ledger: TestLedger
let receipt: Receipt

beforeAll(async () => {
  ledger = await testLedger()
  await publishSite(ledger, 'harbor')
  await appendDecisions(
    ledger,
    'harbor',
    Array.from({ length: 30 }, (_, i) => aDecision({ secret: aSecret(100 + i) })),
  )
  const decision = aDecision({ private: { address: 'someone@mail.test', agent: 'ψ' } })
  await appendDecisions(ledger, 'harbor', [decision, aRefusal()])
  receipt = (await receiptFor(ledger, 'harbor', decision.id))!
})
afterAll(() => ledger.remove())

const fault = (changes: Partial<Receipt>): ReceiptFault | undefined => {
  const verdict = verifyReceipt({ ...receipt, ...changes })
  return verdict.ok ? undefined : verdict.reason
}

test('a receipt holds by itself, through a file and with the key pinned', () => {
  const read: unknown = JSON.parse(JSON.stringify(receipt))
  expect(verifyReceipt(read)).toMatchObject({ ok: true, index: receipt.index, origin: 'log.test/harbor' })
  expect(verifyReceipt(read, receipt.vkey)).toMatchObject({
    ok: true,
    entry: { type: 'decision', choices: { analytics: true, marketing: true } },
    private: { address: 'someone@mail.test', agent: 'ψ' },
  })
  expect(verifyReceipt(read, ledger.signer('harbor').vkey.replace('+', '0+'))).toMatchObject({
    ok: false,
    reason: 'unexpected-key',
  })
})

test('any one byte of entry, proof, checkpoint, key, text or private part changed, and it fails', () => {
  const holders: { name: string; text: string; put: (changed: string) => Partial<Receipt> }[] = [
    { name: 'entry', text: receipt.entry, put: entry => ({ entry }) },
    { name: 'checkpoint', text: receipt.checkpoint, put: note => ({ checkpoint: note }) },
    { name: 'vkey', text: receipt.vkey, put: vkey => ({ vkey }) },
    { name: 'site', text: receipt.site, put: site => ({ site }) },
    ...receipt.proof.map((text, i) => ({
      name: `proof ${i}`,
      text,
      put: (hash: string) => ({ proof: receipt.proof.with(i, hash) }),
    })),
    ...receipt.texts.flatMap((shown, i) =>
      (['body', 'hash', 'kind', 'language'] as const).map(member => ({
        name: `text ${i} ${member}`,
        text: shown[member] ?? '',
        put: (changed: string) => ({ texts: receipt.texts.with(i, { ...shown, [member]: changed }) }),
      })),
    ),
    {
      name: 'salt',
      text: receipt.private!.salt,
      put: salt => ({ private: { ...receipt.private!, salt } }),
    },
    {
      name: 'fields',
      text: receipt.private!.fields['address'] as string,
      put: address => ({ private: { ...receipt.private!, fields: { ...receipt.private!.fields, address } } }),
    },
  ]
  const passed: string[] = []
  for (const { name, text, put } of holders) {
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = changed[at]! ^ 1
      if (fault(put(changed.toString())) === undefined) passed.push(`${name} at ${at}`)
    }
  }
  expect(passed).toEqual([])
  for (const index of [receipt.index - 1, receipt.index + 1, receipt.index ^ 32, -1, 0.5])
    expect(fault({ index })).toBeDefined()
})

describe('what is wrong is named', () => {
  test.each<[ReceiptFault, () => Partial<Receipt>]>([
    ['missing-text', () => ({ texts: receipt.texts.slice(0, 1) })],
    ['missing-text', () => ({ texts: receipt.texts.slice(1) })],
    ['wrong-text', () => ({ texts: receipt.texts.map(text => ({ ...text, body: 'something nicer' })) })],
    ['not-included', () => ({ proof: receipt.proof.slice(1) })],
    ['not-included', () => ({ entry: receipt.entry.replace('"analytics":true', '"analytics":false') })],
    ['not-canonical', () => ({ entry: ` ${receipt.entry}` })],
    ['not-canonical', () => ({ entry: 'nothing' })],
    ['bad-key', () => ({ vkey: 'nobody' })],
    ['bad-checkpoint', () => ({ checkpoint: receipt.checkpoint.replace(/^.*\n/, 'log.test/other\n') })],
    ['wrong-private-part', () => ({ private: { fields: {}, salt: receipt.private!.salt } })],
    [
      'wrong-private-part',
      () => ({ private: { ...receipt.private!, salt: receipt.private!.salt.toUpperCase() } }),
    ],
    [
      'bad-checkpoint',
      () => {
        const [, size, root] = receipt.checkpoint.split('\n')
        return { checkpoint: ledger.signer('harbor').sign(`log.test/other\n${size}\n${root}\n`) }
      },
    ],
  ])('%s', (reason, change) => expect(fault(change())).toBe(reason))

  test.each([null, 1, 'receipt', [], {}, { assentReceipt: 1 }, { assentReceipt: 2 }])(
    '%j is no receipt',
    value => {
      expect(verifyReceipt(value)).toMatchObject({ ok: false, reason: 'malformed' })
    },
  )

  test('a member we do not know', () => {
    expect(verifyReceipt({ ...receipt, note: 'trust me' })).toMatchObject({ ok: false, reason: 'malformed' })
  })
})

test('a receipt needs no new signature while a checkpoint covers its entry', async () => {
  const again = await receiptFor(ledger, 'harbor', JSON.parse(receipt.entry).id as string)
  await appendDecisions(ledger, 'harbor', [aRefusal()])
  expect((await receiptFor(ledger, 'harbor', JSON.parse(receipt.entry).id as string))!.checkpoint).toBe(
    again!.checkpoint,
  )
})

test('an erased person keeps valid proofs, with nothing personal in them', async () => {
  const secret = aSecret(7)
  const decision = aDecision({ secret, private: { address: 'gone@mail.test' } })
  await appendDecisions(ledger, 'harbor', [decision])
  const before = await receiptFor(ledger, 'harbor', decision.id)
  const subject = subjectOf('harbor', secret)
  expect((await eraseIn(ledger, subject)).entry.parts).toBe(1)
  expect(ledger.keys.openSubjectKey('harbor', subject)).toBeUndefined()
  const after = (await receiptFor(ledger, 'harbor', decision.id))!
  expect(after).not.toHaveProperty('private')
  expect(verifyReceipt(after)).toMatchObject({ ok: true })
  expect(verifyReceipt(before)).toMatchObject({ ok: true, private: { address: 'gone@mail.test' } })
})

test('an unknown id has no receipt', async () => {
  expect(await receiptFor(ledger, 'harbor', aDecision().id)).toBeUndefined()
})

test("a subject's history is its own decisions, newest first, and where it stands", async () => {
  const secret = aSecret(8)
  const yes = aDecision({ secret, decidedAt: TEST_TIME - 5_000 })
  const no = aDecision({
    secret,
    type: 'withdrawal',
    method: 'settings',
    text: textHash('settings.en'),
    choices: { analytics: false, marketing: false },
    decidedAt: TEST_TIME - 4_000,
  })
  await appendDecisions(ledger, 'harbor', [yes])
  await appendDecisions(ledger, 'harbor', [aDecision({ secret: aSecret(9) })])
  await appendDecisions(ledger, 'harbor', [no])
  const { standing, entries } = historyOf(ledger, 'harbor', subjectOf('harbor', secret))
  expect(entries.map(({ entry }) => entry.id)).toEqual([no.id, yes.id])
  expect(entries[0]!.entry.previous).toBe(entries[1]!.index)
  expect(standing).toMatchObject({ analytics: { state: 'withdrawn' }, marketing: { state: 'withdrawn' } })
  expect(historyOf(ledger, 'harbor', subjectOf('harbor', secret), { limit: 1 }).entries).toHaveLength(1)
  expect(historyOf(ledger, 'harbor', subjectOf('harbor', aSecret(99)))).toEqual({ standing: {}, entries: [] })
})
