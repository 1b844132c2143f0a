import { afterAll, beforeAll, expect, test } from 'vitest'
import { appendDecisions } from '../../server/ledger/append.ts'
import { historyOf } from '../../server/ledger/history.ts'
import { receiptFor } from '../../server/ledger/receipt.ts'
import { subjectOf } from '../../server/subjects/subject.ts'
import type { Receipt } from '../../shared/receipt/receipt.ts'
import { readTlogProof } from '../../shared/receipt/tlog-proof.ts'
import { trustedKeys } from '../../shared/receipt/trusted-keys.ts'
import { verifyReceipt } from '../../shared/receipt/verify.ts'
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

const idOf = (of: Receipt): string => (JSON.parse(of.evidence.entry) as { id: string }).id
const indexOf = (of: Receipt): number => readTlogProof(of.evidence.proof)!.index

test('a receipt holds by itself, through a file and with the key pinned', async () => {
  const read: unknown = JSON.parse(JSON.stringify(receipt))
  expect(await verifyReceipt(read)).toMatchObject({ ok: true, version: 2, origin: 'log.test/harbor' })
  const { vkey } = ledger.signer('harbor')
  expect(await verifyReceipt(read, { keys: trustedKeys(vkey)! })).toMatchObject({
    ok: true,
    entry: { type: 'decision', choices: { analytics: true, marketing: true } },
    private: { address: 'someone@mail.test', agent: 'ψ' },
    signers: [{ kind: 'log', vkey, isTrusted: true }],
  })
  expect(await verifyReceipt(read, { keys: trustedKeys(`${vkey}x`)! })).toMatchObject({
    ok: false,
    reason: 'unexpected-key',
  })
})

test('the proof in a receipt is a C2SP tlog-proof, and its parts are those of the log', () => {
  const [first, index, ...rest] = receipt.evidence.proof.split('\n')
  expect([first, index]).toEqual(['c2sp.org/tlog-proof@v1', `index ${indexOf(receipt)}`])
  expect(rest.slice(0, rest.indexOf('')).every(line => /^[A-Za-z0-9+/]{43}=$/.test(line))).toBe(true)
  expect(rest.slice(rest.indexOf('') + 1).join('\n')).toBe(ledger.store.checkpoint('harbor')!.note)
})

test('a receipt needs no new signature while a checkpoint covers its entry', async () => {
  const again = await receiptFor(ledger, 'harbor', idOf(receipt))
  await appendDecisions(ledger, 'harbor', [aRefusal()])
  expect((await receiptFor(ledger, 'harbor', idOf(receipt)))!.evidence.proof).toBe(again!.evidence.proof)
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
  expect(after.evidence).not.toHaveProperty('private')
  expect(await verifyReceipt(after)).toMatchObject({ ok: true })
  expect(await verifyReceipt(before)).toMatchObject({ ok: true, private: { address: 'gone@mail.test' } })
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
