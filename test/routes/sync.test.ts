import { basename } from 'node:path'
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

/** Has the server's own connections say, when they are closed, how they were set. */
const SAYS_SETTINGS = `import Database from ${JSON.stringify(import.meta.resolve('better-sqlite3'))}
  const { close } = Database.prototype
  Database.prototype.close = function () {
    const [synchronous, journal] = ['synchronous', 'journal_mode'].map(name => this.pragma(name, { simple: true }))
    const facts = { event: 'closed', file: this.name, readonly: this.readonly, synchronous, journal }
    process.stderr.write(JSON.stringify(facts) + '\\n')
    return close.call(this)
  }`

test('every connection the server writes with is synchronous=FULL (2), in a write-ahead log, but for what hooks were told, which is told again', async () => {
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(SAYS_SETTINGS)}`
  const server = await serve(data.folder, { environment: { NODE_OPTIONS } })
  const body = JSON.stringify({ decisions: [aSiteDecision({ decidedAt: Date.now() })] })
  expect((await postTo(server.url, body)).status).toBe(200)
  expect(await server.end()).toBe(0)
  // The others are locks, and in memory what schemas are compared with.
  const closed = server
    .lines()
    .filter(
      line =>
        line['event'] === 'closed' && line['readonly'] === false && String(line['file']).endsWith('.db'),
    )
  const files = closed.map(line => basename(String(line['file'])))
  expect(files).toEqual(expect.arrayContaining(['ledger.db', 'subject-keys.db', 'operators.db']))
  for (const line of closed) {
    const isRepeated = basename(String(line['file'])) === 'hooks.db'
    expect(line).toMatchObject({ synchronous: isRepeated ? 1 : 2, journal: 'wal' })
  }
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
