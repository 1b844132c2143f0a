// `npm run bench:sizes`: CPU a request costs the server over a large log, over what it costs over a small one; both servers
// run side by side and are asked in turn. Figures, never a test.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { UNLIMITED } from '../support/unlimited.ts'
import { addressIn, growLog } from './grown-log.ts'
import { load, type LoadOptions } from './load.ts'
import { startMeasured, type Measured } from './processes.ts'

const HELP = `npm run bench:sizes -- [--sizes 10000,1000000,10000000] [--rounds 5] [--seconds 2] [--verify 1000000]
Grows a log, nine cookie decisions to one sealed e-mail opt-in, every one of a subject of its own, and measures appends,
inclusion proofs and status answers over HTTP at each size against a log of the first size. Ten million entries take
about ten minutes and 10 GB. --verify is the largest size at which "assent verify" is timed. With --folder the logs are kept
there, and go on growing the next time.`

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,1000000,10000000' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    verify: { type: 'string', default: '1000000' },
    folder: { type: 'string' },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit(0)
}
const [smallest, ...larger] = values.sizes.split(',').map(Number) as [number, ...number[]]
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)
const root = join(import.meta.dirname, '../..')
const assent = join(root, 'server/cli/main.ts')
execFileSync(process.execPath, ['.ci/build.ts', '--if-stale'], { cwd: root, stdio: 'inherit' })

/** A log of some size, and what is needed to ask its server. */
interface Grown {
  readonly folder: string
  readonly size: number
  readonly key: string
  readonly decisions: () => string
}

const kept = values.folder
const folder = kept ?? mkdtempSync(join(tmpdir(), 'assent-sizes-'))
try {
  const small = await grow(join(folder, 'small'), smallest)
  row(['entries', 'append us', 'x', 'proof us', 'x', 'status us', 'x', 'bytes/entry', 'verify/s'])
  for (const size of larger) {
    const large = await grow(join(folder, 'large'), size)
    const [ours, ratios] = await compare(small, large)
    if (size === larger[0]) print(small, ours.small, [1, 1, 1])
    print(large, ours.large, ratios)
  }
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true, force: true })
}

async function grow(folder: string, size: number): Promise<Grown> {
  const grown = await growLog(root, folder, size, (done, of) =>
    process.stderr.write(`\r${done} of ${of} entries ${done >= of ? '\n' : ''}`),
  )
  return { folder, size, ...grown }
}

interface Costs {
  readonly small: readonly number[]
  readonly large: readonly number[]
}

/** Medians of the costs and, round by round, of their ratios. */
async function compare(small: Grown, large: Grown): Promise<[Costs, number[]]> {
  const [one, other] = await Promise.all([start(small), start(large)])
  try {
    const found: Costs[] = []
    for (let round = 0; round <= rounds; round++) {
      const costs = { small: await measureAll(one, small), large: await measureAll(other, large) }
      if (round > 0) found.push(costs) // both warm up
    }
    return [
      { small: medians(found.map(f => f.small)), large: medians(found.map(f => f.large)) },
      medians(found.map(f => f.large.map((cost, i) => cost / f.small[i]!))),
    ]
  } finally {
    await Promise.all([one.stop(), other.stop()])
  }
}

function start({ folder }: Grown): Promise<Measured> {
  return startMeasured(port => [assent, 'serve', '--port', `${port}`, '--data', folder], UNLIMITED)
}

async function measureAll(server: Measured, { size, key, decisions }: Grown): Promise<number[]> {
  const below = (n: number) => Math.floor(Math.random() * n)
  const loom = '/v1/sites/loom'
  const status = () => `${loom}/status?channel=email&program=weekly&address=${addressIn(size)}`
  return [
    await cpuOf(server, {
      method: 'POST',
      path: `${loom}/decisions`,
      headers: { 'Content-Type': 'text/plain;charset=UTF-8', Origin: 'http://localhost:8789' },
      body: decisions,
    }),
    await cpuOf(server, { method: 'GET', path: () => `/log/loom/proof?index=${below(size)}&size=${size}` }),
    await cpuOf(server, { method: 'GET', path: status, headers: { Authorization: `Bearer ${key}` } }),
  ]
}

/** CPU microseconds of one request. */
async function cpuOf(
  { port, cpuSeconds }: Measured,
  options: Omit<LoadOptions, 'port' | 'connections' | 'seconds'>,
): Promise<number> {
  const before = cpuSeconds()
  const { answered, refused } = await load({ ...options, port, connections: 32, seconds })
  if (refused > 0) throw new Error(`${refused} of ${answered + refused} requests were refused`)
  return ((cpuSeconds() - before) * 1e6) / answered
}

function medians(rows: readonly (readonly number[])[]): number[] {
  const at = Math.floor(rows.length / 2)
  return rows[0]!.map((_, i) => rows.map(r => r[i]!).toSorted((a, b) => a - b)[at]!)
}

function print(grown: Grown, costs: readonly number[], ratios: readonly number[]): void {
  row([
    `${grown.size}`,
    ...costs.flatMap((cost, i) => [cost.toFixed(1), ratios[i]!.toFixed(2)]),
    bytesPerEntry(grown),
    grown.size <= Number(values.verify) ? verifyRate(grown) : '-',
  ])
}

/** Entries a second of `assent verify`, as an operator runs it. */
function verifyRate({ folder, size }: Grown): string {
  const started = performance.now()
  execFileSync(process.execPath, [assent, 'verify', '--data', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return Math.round((size * 1_000) / (performance.now() - started)).toString()
}

function bytesPerEntry({ folder, size }: Grown): string {
  const databases = readdirSync(folder).filter(name => name.endsWith('.db'))
  const bytes = databases.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
  return (bytes / size).toFixed(0)
}

function row(cells: readonly string[]): void {
  console.log(cells.map((cell, i) => cell.padStart([9, 10, 6, 9, 6, 10, 6, 12, 9][i]!)).join(''))
}
