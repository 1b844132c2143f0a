import { afterEach, beforeEach, expect, test } from 'vitest'
import { appendDecisions } from '../../server/ledger/append.ts'
import { receiptFor } from '../../server/ledger/receipt.ts'
import { verifyReceipt } from '../../server/ledger/verify-receipt.ts'
import { aDecision, aRefusal } from '../support/decisions.ts'
import { publishSite, testLedger, TEST_TIME, type TestLedger } from '../support/ledger.ts'

let ledger: TestLedger
beforeEach(async () => {
  ledger = testLedger()
  await publishSite(ledger, 'harbor')
})
afterEach(() => ledger.remove())

test('a decision becomes one entry, and its receipt holds offline', async () => {
  const decision = aDecision()
  const { size } = ledger.store.log('harbor')
  expect(await appendDecisions(ledger, 'harbor', [decision])).toEqual([
    { id: decision.id, index: size, duplicate: false, receivedAt: TEST_TIME },
  ])
  const receipt = await receiptFor(ledger, 'harbor', decision.id)
  expect(verifyReceipt(JSON.parse(JSON.stringify(receipt)))).toMatchObject({ ok: true, index: size })
})

test('a refusal keeps no subject', async () => {
  const [answer] = await appendDecisions(ledger, 'harbor', [aRefusal()])
  expect(ledger.store.entry('harbor', (answer as { index: number }).index)!.entry).not.toHaveProperty(
    'subject',
  )
})
