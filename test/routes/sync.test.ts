import { afterAll, beforeAll, expect, test } from 'vitest'
import { aSiteDecision } from '../support/app.ts'
import { aDataFolder, postTo, serve, type DataFolder } from '../support/serve.ts'
import { needStrace, traceOf } from '../support/strace.ts'

/** A busy machine is slow, and no failure. */
const PATIENCE = { timeout: 15_000 }

let data: DataFolder
beforeAll(async () => {
  await needStrace()
  data = await aDataFolder()
}, 120_000)
afterAll(() => data.remove())

const DECISIONS = 5

type Event = 'wal write' | 'wal sync' | 'answer'

function eventOf(call: string): Event | undefined {
  if (/^(pwrite64|write)\(\d+<[^>]*ledger\.db-wal>/.test(call)) return 'wal write'
  if (/^f(data)?sync\(\d+<[^>]*ledger\.db-wal>\)\s*= 0$/.test(call)) return 'wal sync'
  return /^(write|writev|sendto|sendmsg)\(.*"HTTP\/1\.1 200 OK/.test(call) ? 'answer' : undefined
}

/** Answers that left although something written before them was not on disk yet. */
function tooEarly(events: readonly Event[]): number {
  let unsynced = false
  let early = 0
  for (const event of events) {
    if (event === 'answer') early += unsynced ? 1 : 0
    else unsynced = event === 'wal write'
  }
  return early
}

test('an answer before the sync that follows its write would be found', () => {
  expect(tooEarly(['wal write', 'answer', 'wal sync'])).toBe(1)
  expect(tooEarly(['wal write', 'wal sync', 'wal write', 'answer'])).toBe(1)
  expect(tooEarly(['wal write', 'wal write', 'wal sync', 'answer'])).toBe(0)
})

test('no decision is answered before it is on disk', { timeout: 60_000 }, async () => {
  const trace = traceOf(['write', 'writev', 'pwrite64', 'sendto', 'sendmsg', 'fsync', 'fdatasync'])
  // No checkpoint in between: every write to the log's database is a decision's.
  const server = await serve(data.folder, {
    under: trace.under,
    environment: { ASSENT_CHECKPOINT_MS: '3600000' },
  })
  for (let n = 0; n < DECISIONS; n++) {
    const decision = aSiteDecision({ decidedAt: Date.now() })
    const response = await postTo(server.url, JSON.stringify({ decisions: [decision] }))
    expect(await response.json()).toMatchObject({ entries: [{ id: decision.id, duplicate: false }] })
  }
  const events = () =>
    trace
      .threads()
      .map(calls => calls.map(eventOf).filter(event => event !== undefined))
      .find(found => found.includes('answer')) ?? []
  await server.end()
  await expect.poll(() => events().filter(e => e === 'answer').length, PATIENCE).toBe(DECISIONS)
  const seen = events()
  const answered = seen.slice(0, seen.lastIndexOf('answer') + 1)
  expect(tooEarly(answered)).toBe(0)
  // Each answer has a write and a sync of its own before it.
  const order = answered.filter((event, i) => event !== answered[i - 1]).join(' ')
  expect(order.endsWith(Array.from({ length: DECISIONS }, () => 'wal write wal sync answer').join(' '))).toBe(
    true,
  )
})
