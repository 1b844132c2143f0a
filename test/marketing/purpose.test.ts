import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkList } from '../../server/marketing/lists/check.ts'
import { appendOptIns } from '../../server/marketing/opt-in.ts'
import { testLedger, type TestLedger } from '../support/ledger.ts'
import { anOptIn, PROGRAMS, publishPrograms } from '../support/marketing.ts'

const NOW = { programs: PROGRAMS }
const SITE = { key: 'harbor', configuration: NOW }
const NUMBERS = ['+12025550123', '+12025550124', '+12025550125']
let ledger: TestLedger

beforeEach(async () => {
  ledger = await testLedger()
  await publishPrograms(ledger)
  for (const address of NUMBERS) await appendOptIns(ledger, 'harbor', [anOptIn({ address })], NOW, {})
})
afterEach(() => ledger.remove())

test('a list asked about another purpose than was agreed to is blocked whole', () => {
  const decisions = (program: string) => {
    const senders = { isSilent: false, heard: [] }
    const list = checkList(ledger, SITE, { channel: 'sms', program, mode: 'annotate', senders })
    return list
      .answer(NUMBERS.map(address => ({ address })))
      .map(({ decision, reason }) => `${decision} ${reason}`)
  }
  expect(decisions('offers')).toEqual(NUMBERS.map(() => 'send ok_express'))
  expect(decisions('research')).toEqual(NUMBERS.map(() => 'block purpose_mismatch'))
})
