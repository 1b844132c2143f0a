// `npm run bench:lists`: a list over HTTP, in and out at once: how long, how much memory, and how long others wait.
// Figures, never a test.
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { CheckSummary } from '../../shared/domain/check.ts'
import { UNLIMITED } from '../support/unlimited.ts'
import { uuid7 } from './decision-body.ts'
import { loadedAt, loadedNumber, loadOptIns, strangersNumber } from './opt-ins.ts'
import { startMeasured, type Measured } from './processes.ts'

const HELP = `npm run bench:lists -- [--rows 1000000] [--rounds 2]
Lists of numbers that opted in, of numbers nobody ever named (ten thousand of them, or every one another), and of both with
national spellings among them, as CSV; the same as JSON lines and as JSON in batches of 10,000. Then what ten opt-outs later
is told of a list. "waited" is the longest that another request took meanwhile. Goals for a million rows in E.164: 10 s,
200 MB over idle, 100 ms.`

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '2' },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit(0)
}
const rows = Number(values.rows)
const rounds = Number(values.rounds)

const either = () => (Math.random() < 0.5 ? loadedNumber() : strangersNumber())
const national = (e164: string): string => `(${e164.slice(2, 5)}) ${e164.slice(5, 8)}-${e164.slice(8)}`
let drawn = 0
const another = (): string => `+49151${String(10_000_000 + (drawn++ % 80_000_000))}`

interface List {
  readonly name: string
  readonly number: () => string
  readonly type: string
  readonly begin: string
  readonly line: (n: number, number: string) => string
}
const csv = {
  type: 'text/csv',
  begin: 'name,phone,city\r\n',
  line: (n: number, number: string) => `Robin ${n},${number},Kiel\r\n`,
}
const ndjson = {
  type: 'application/x-ndjson',
  begin: '',
  line: (n: number, number: string) => `{"name":"Robin ${n}","address":"${number}","city":"Kiel"}\n`,
}
const LISTS: readonly List[] = [
  { ...csv, name: 'opted in, E.164', number: loadedNumber },
  { ...csv, name: 'strangers, E.164', number: strangersNumber },
  { ...csv, name: 'each another', number: another },
  {
    ...csv,
    name: 'both, as typed',
    number: () => (Math.random() < 0.5 ? either() : national(either())),
  },
  { ...ndjson, name: 'opted in, NDJSON', number: loadedNumber },
]

const BATCH = 10_000
const QUESTION = 'channel=sms&program=weekly'
/** Everywhere the numbers are from. */
const DAYTIME = '2026-12-02T18:00:00Z'

const root = join(import.meta.dirname, '../..')
const assent = join(root, 'server/cli/main.ts')
const data = mkdtempSync(join(tmpdir(), 'assent-lists-'))
try {
  execFileSync(process.execPath, ['.ci/build.ts', '--if-stale'], { cwd: root, stdio: 'inherit' })
  const publish = ['site', 'publish', 'demo/loom/site.json', '--data', data]
  execFileSync(process.execPath, [assent, ...publish], { cwd: root })
  const { key } = await loadOptIns(data, ['status', 'changes', 'withdraw'])
  const server = await startMeasured(
    port => [assent, 'serve', '--port', `${port}`, '--data', data],
    UNLIMITED,
  )
  try {
    // What follows from loading, the welcome of each, is done by then.
    await sleep(20_000)
    row(['list', 'rows', 'seconds', 'CPU s', 'MB over idle', 'waited ms', 'send', 'block'])
    for (const list of LISTS)
      for (let round = 0; round < rounds; round++) {
        // oxlint-disable-next-line no-await-in-loop -- one measurement after the other
        const { seconds, cpu, over, waited, summary } = await measure(server, key, list)
        row([
          list.name,
          `${summary.rows}`,
          seconds.toFixed(1),
          cpu.toFixed(1),
          over.toFixed(0),
          waited.toFixed(0),
          `${summary.decisions.send}`,
          `${summary.decisions.block}`,
        ])
      }
    const batches = await measureBatches(server, key)
    row(['opted in, JSON', `${batches.rows}`, batches.seconds.toFixed(1), batches.cpu.toFixed(1)])
    console.log(await tenLater(server.port, key))
  } finally {
    await server.stop()
  }
} finally {
  rmSync(data, { recursive: true, force: true })
}

async function measure(server: Measured, key: string, list: List) {
  const idle = server.megabytes()
  const before = { cpu: server.cpuSeconds(), time: performance.now() }
  const sending = request({
    port: server.port,
    method: 'POST',
    path: `/v1/sites/loom/checks?${QUESTION}&sendAt=${DAYTIME}`,
    headers: { 'Content-Type': list.type, Authorization: `Bearer ${key}` },
  })
  const read = readAnswer(sending, server)
  const others = askOthers(server.port)
  await send(sending, list)
  const { summary, peak } = await read
  return {
    seconds: (performance.now() - before.time) / 1_000,
    cpu: server.cpuSeconds() - before.cpu,
    over: peak - idle,
    waited: await others.longest(),
    summary,
  }
}

async function send(sending: ReturnType<typeof request>, { begin, line, number }: List): Promise<void> {
  let piece = begin
  for (let n = 0; n < rows; n++) {
    piece += line(n, number())
    if (piece.length < 65_536) continue
    // oxlint-disable-next-line no-await-in-loop -- as fast as it is taken
    if (!sending.write(piece)) await once(sending, 'drain')
    piece = ''
  }
  sending.end(piece)
}

async function readAnswer(sending: ReturnType<typeof request>, server: Measured) {
  const [answer] = (await once(sending, 'response')) as [IncomingMessage]
  let peak = 0
  let pieces = 0
  let last = ''
  for await (const piece of answer) {
    if (pieces++ % 50 === 0) peak = Math.max(peak, server.megabytes())
    last = (last + String(piece)).slice(-4_096)
  }
  const summary = answer.trailers['assent-summary'] ?? /\n\{"summary":(.*)\}\n$/.exec(last)?.[1]
  if (summary === undefined) throw new Error('the answer broke off')
  return { summary: JSON.parse(summary) as CheckSummary, peak }
}

/** As many as one JSON body may hold, one body after the other. */
async function measureBatches(server: Measured, key: string) {
  const before = { cpu: server.cpuSeconds(), time: performance.now() }
  let answered = 0
  while (answered < rows) {
    const addresses = Array.from({ length: BATCH }, loadedNumber)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { summary } = await asked<{ summary: CheckSummary }>(server.port, key, 'checks', {
      query: `&sendAt=${DAYTIME}`,
      body: { addresses },
    })
    answered += summary.rows
  }
  return {
    rows: answered,
    seconds: (performance.now() - before.time) / 1_000,
    cpu: server.cpuSeconds() - before.cpu,
  }
}

/** How soon a sender knows of ten who left since its list was checked. */
async function tenLater(port: number, key: string): Promise<string> {
  const addresses = Array.from({ length: 10 }, (_, n) => loadedAt(n))
  const { summary } = await asked<{ summary: CheckSummary }>(port, key, 'checks', { body: { addresses } })
  const optOuts = addresses.map(address => ({
    id: uuid7(Date.now(), randomBytes(26).toString('hex')),
    channel: 'sms',
    address,
    decidedAt: Date.now(),
    method: 'api',
  }))
  await fetch(`http://127.0.0.1:${port}/v1/sites/loom/opt-outs`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` },
    body: JSON.stringify({ optOuts }),
  })
  const began = performance.now()
  const { changes } = await asked<{ changes: unknown[] }>(port, key, 'changes', {
    query: `&after=${summary.logSize}`,
  })
  return `changes after ten opt-outs: ${changes.length} addresses in ${(performance.now() - began).toFixed(1)} ms`
}

async function asked<T>(
  port: number,
  key: string,
  path: string,
  { query = '', body }: { query?: string; body?: unknown },
): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/sites/loom/${path}?${QUESTION}${query}`, {
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(await answer.text())
  return (await answer.json()) as T
}

/** Somebody else, all the while. */
function askOthers(port: number): { longest(): Promise<number> } {
  const ended = new AbortController()
  let longest = 0
  const asking = (async () => {
    while (!ended.signal.aborted) {
      const began = performance.now()
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await fetch(`http://127.0.0.1:${port}/healthz`).then(answer => answer.text())
      longest = Math.max(longest, performance.now() - began)
      // oxlint-disable-next-line no-await-in-loop
      await wait(10)
    }
  })()
  return {
    async longest() {
      ended.abort()
      await asking
      return longest
    },
  }
}

function row(cells: readonly string[]): void {
  console.log(
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(18) : cell.padStart([0, 9, 9, 7, 14, 11, 9, 9][i]!)))
      .join(''),
  )
}
