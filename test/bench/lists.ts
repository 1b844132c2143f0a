// `npm run bench:lists`: a list as CSV over HTTP, in and out at once: how long, how much memory, and how long others wait.
// Figures, never a test.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { CheckSummary } from '../../shared/domain/check.ts'
import { UNLIMITED } from '../support/unlimited.ts'
import { loadedNumber, loadOptIns, strangersNumber } from './opt-ins.ts'
import { startMeasured, type Measured } from './processes.ts'

const HELP = `npm run bench:lists -- [--rows 1000000] [--rounds 2]
Lists of numbers that opted in, of numbers nobody ever named, and of both with national spellings among them; "waited" is
the longest that another request took meanwhile. Goals for a million rows in E.164: 10 s, 200 MB over idle, 100 ms.`

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
const LISTS: Readonly<Record<string, () => string>> = {
  'opted in, E.164': loadedNumber,
  'strangers, E.164': strangersNumber,
  'both, as typed': () => (Math.random() < 0.5 ? either() : national(either())),
}
const national = (e164: string): string => `(${e164.slice(2, 5)}) ${e164.slice(5, 8)}-${e164.slice(8)}`

const root = join(import.meta.dirname, '../..')
const assent = join(root, 'server/cli/main.ts')
const data = mkdtempSync(join(tmpdir(), 'assent-lists-'))
try {
  execFileSync(process.execPath, ['.ci/build.ts', '--if-stale'], { cwd: root, stdio: 'inherit' })
  const publish = ['site', 'publish', 'demo/loom/site.json', '--data', data]
  execFileSync(process.execPath, [assent, ...publish], { cwd: root })
  const { key } = await loadOptIns(data)
  const server = await startMeasured(
    port => [assent, 'serve', '--port', `${port}`, '--data', data],
    UNLIMITED,
  )
  try {
    row(['list', 'rows', 'seconds', 'CPU s', 'MB over idle', 'waited ms', 'send', 'block'])
    for (const [name, number] of Object.entries(LISTS))
      for (let round = 0; round < rounds; round++) {
        // oxlint-disable-next-line no-await-in-loop -- one measurement after the other
        const { seconds, cpu, over, waited, summary } = await measure(server, key, number)
        row([
          name,
          `${summary.rows}`,
          seconds.toFixed(1),
          cpu.toFixed(1),
          over.toFixed(0),
          waited.toFixed(0),
          `${summary.decisions.send}`,
          `${summary.decisions.block}`,
        ])
      }
  } finally {
    await server.stop()
  }
} finally {
  rmSync(data, { recursive: true, force: true })
}

async function measure(server: Measured, key: string, number: () => string) {
  const idle = server.megabytes()
  const before = { cpu: server.cpuSeconds(), time: performance.now() }
  const sending = request({
    port: server.port,
    method: 'POST',
    path: '/v1/sites/loom/checks?channel=sms&program=weekly',
    headers: { 'Content-Type': 'text/csv', Authorization: `Bearer ${key}` },
  })
  const read = readAnswer(sending, server)
  const others = askOthers(server.port)
  await send(sending, number)
  const { summary, peak } = await read
  return {
    seconds: (performance.now() - before.time) / 1_000,
    cpu: server.cpuSeconds() - before.cpu,
    over: peak - idle,
    waited: await others.longest(),
    summary,
  }
}

async function send(sending: ReturnType<typeof request>, number: () => string): Promise<void> {
  let piece = 'name,phone,city\r\n'
  for (let n = 0; n < rows; n++) {
    piece += `Robin ${n},${number()},Kiel\r\n`
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
  for await (const _ of answer) if (pieces++ % 50 === 0) peak = Math.max(peak, server.megabytes())
  const summary = answer.trailers['assent-summary']
  if (summary === undefined) throw new Error('the answer broke off')
  return { summary: JSON.parse(summary) as CheckSummary, peak }
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
