import { afterEach, beforeEach, expect, test } from 'vitest'
import { appendDecisions } from '../../server/ledger/append.ts'
import { checkpoint } from '../../server/ledger/checkpoint.ts'
import { CLOCK_TOLERANCE, steadyClock } from '../../server/ledger/steady-clock.ts'
import { aRefusal } from '../support/decisions.ts'
import { publishSite, TEST_TIME, testLedger, type TestLedger } from '../support/ledger.ts'
import { findingsIn } from '../support/verify.ts'

const HOUR = 3_600_000

let ledger: TestLedger
beforeEach(async () => {
  ledger = await testLedger()
  await publishSite(ledger, 'harbor')
})
afterEach(() => ledger.remove())

/** Appends one decision after each step of the clock; answers their indexes. */
async function appendAfter(...steps: number[]): Promise<number[]> {
  const indexes = []
  for (const step of steps) {
    ledger.advance(step)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const [answer] = await appendDecisions(ledger, 'harbor', [aRefusal()])
    indexes.push((answer as { index: number }).index)
  }
  checkpoint(ledger, 'harbor')
  return indexes
}

test('an entry dated before an earlier one is found and named, however well it is signed', async () => {
  const [, earlier, back] = await appendAfter(HOUR, HOUR, -CLOCK_TOLERANCE - 1, 1, 1)
  expect(findingsIn(ledger)).toEqual([
    {
      kind: 'finding',
      site: 'harbor',
      column: 'entries.entry',
      index: back,
      detail: expect.stringMatching(
        new RegExp(`^receivedAt is 2026-11-22T\\d\\d:.*60 s before that of entry ${earlier}:`),
      ),
    },
  ])
})

test('each step back is found once, and one in small steps too', async () => {
  const [first, , , third] = await appendAfter(-HOUR, HOUR, -CLOCK_TOLERANCE, -1, HOUR)
  expect(findingsIn(ledger).map(found => found.index)).toEqual([first, third])
})

test('a step back within the tolerance is none, nor is time that passes', async () => {
  await appendAfter(HOUR, -CLOCK_TOLERANCE, 1, CLOCK_TOLERANCE, 30 * 24 * HOUR)
  expect(findingsIn(ledger)).toEqual([])
})

test('the clock of a server stands still through a small step back, and follows a large one', () => {
  let time = TEST_TIME
  const now = steadyClock(() => time)
  const after = (step: number): number => {
    time += step
    return now() - TEST_TIME
  }
  expect(after(0)).toBe(0)
  expect(after(-CLOCK_TOLERANCE)).toBe(0)
  expect(after(CLOCK_TOLERANCE - 1)).toBe(0)
  expect(after(2)).toBe(1)
  expect(after(-HOUR)).toBe(1 - HOUR)
  expect(after(5)).toBe(6 - HOUR)
})

test('what small steps back leave in a log has no finding', async () => {
  const moving = ledger.now
  let steps = 0
  const steady = { ...ledger, now: steadyClock(() => moving() - 50_000 * (steps++ % 2)) }
  for (let n = 0; n < 6; n++) {
    ledger.advance(1_000)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await appendDecisions(steady, 'harbor', [aRefusal()])
  }
  checkpoint(ledger, 'harbor')
  const times = Array.from(
    { length: 6 },
    (_, n) => ledger.store.entry('harbor', ledger.store.log('harbor').size - 6 + n)!.entry.receivedAt,
  )
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(findingsIn(ledger)).toEqual([])
})
