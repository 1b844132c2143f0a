// `npm run bench:sizes`: what an append, a proof and a status answer cost in a large log, over what they cost in a small
// one, both in this process and in alternating rounds. Figures, never a test.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkpoint, inclusionProofAt } from '../../server/ledger/checkpoint.ts'
import { statusOf } from '../../server/marketing/status.ts'
import { growLog, openLog, type OpenLog } from './grown-log.ts'

const HELP = `npm run bench:sizes -- [--sizes 10000,1000000,10000000] [--rounds 7] [--verify 1000000]
Grows a log, nine cookie decisions to one sealed e-mail opt-in, every one of a subject of its own, and measures at each
size against a log of the first size. Ten million entries take about ten minutes and 9 GB.
--verify is the largest size that "assent verify" is timed at.`

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,1000000,10000000' },
    rounds: { type: 'string', default: '7' },
    verify: { type: 'string', default: '1000000' },
    folder: { type: 'string', default: tmpdir() },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit(0)
}
const [smallest, ...larger] = values.sizes.split(',').map(Number)
const rounds = Number(values.rounds)
const root = join(import.meta.dirname, '../..')
execFileSync(process.execPath, ['.ci/build.ts', '--if-stale'], { cwd: root, stdio: 'inherit' })

const folders = ['small', 'large'].map(name => mkdtempSync(join(values.folder, `assent-sizes-${name}-`)))
try {
  const [small, large] = await Promise.all(folders.map(folder => openLog(root, folder)))
  await growLog(small!, smallest!, told('small'))
  row(['entries', 'append us', 'x', 'proof us', 'x', 'status us', 'x', 'bytes/entry', 'verify/s'])
  const first = await median(rounds, () => measureAll(small!))
  row([
    `${smallest}`,
    ...first.flatMap(m => [m.toFixed(1), '1.00']),
    bytesOf(folders[0]!, small!),
    verifyRate(folders[0]!, small!),
  ])
  for (const size of larger) {
    await growLog(large!, size, told(`${size}`))
    const pairs: number[][] = []
    for (let round = 0; round <= rounds; round++) {
      const [a, b] = [await measureAll(small!), await measureAll(large!)]
      if (round > 0)
        pairs.push(
          b.map((m, i) => m / a[i]!),
          b,
        )
    }
    const ratios = medians(pairs.filter((_, i) => i % 2 === 0))
    const costs = medians(pairs.filter((_, i) => i % 2 === 1))
    row([
      `${size}`,
      ...costs.flatMap((m, i) => [m.toFixed(1), ratios[i]!.toFixed(2)]),
      bytesOf(folders[1]!, large!),
      size <= Number(values.verify) ? verifyRate(folders[1]!, large!) : '-',
    ])
  }
  await Promise.all([small!.close(), large!.close()])
} finally {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}

/** CPU microseconds of one append (32 at once, of which three are sealed opt-ins), one inclusion proof, one status answer. */
async function measureAll(log: OpenLog): Promise<number[]> {
  checkpoint(log.ledger, log.site.key)
  const signed = log.ledger.store.checkpoint(log.site.key)!.size
  const addresses = Array.from({ length: 2_000 }, () => log.addressDrawn())
  return [
    await cpuOf(100 * 32, async () => {
      for (let n = 0; n < 100; n++) await log.appendAtOnce(32)
    }),
    await cpuOf(2_000, () => {
      for (let n = 0; n < 2_000; n++) {
        const proof = inclusionProofAt(log.ledger, log.site.key, Math.floor(Math.random() * signed), signed)
        if (!proof) throw new Error('an entry below the checkpoint has no proof')
      }
    }),
    await cpuOf(addresses.length, async () => {
      for (const [n, address] of addresses.entries()) {
        const answer = statusOf(log.ledger, log.site, { channel: 'email', address, program: 'weekly' })
        if (answer.decision !== 'send') throw new Error(`${answer.decision}: ${answer.reason}`)
        // As in a server, where 32 questions share a turn.
        if (n % 32 === 0) await new Promise(setImmediate)
      }
    }),
  ]
}

async function cpuOf(times: number, work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / times
}

async function median(times: number, measure: () => Promise<number[]>): Promise<number[]> {
  await measure()
  const all: number[][] = []
  for (let n = 0; n < times; n++) all.push(await measure())
  return medians(all)
}

function medians(rows: readonly (readonly number[])[]): number[] {
  const at = Math.floor(rows.length / 2)
  return rows[0]!.map((_, i) => rows.map(r => r[i]!).toSorted((a, b) => a - b)[at]!)
}

/** Entries a second of `assent verify`, as an operator runs it beside a server. */
function verifyRate(folder: string, { ledger, site }: OpenLog): string {
  const started = performance.now()
  execFileSync(process.execPath, [join(root, 'server/cli/main.ts'), 'verify', '--data', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return Math.round((ledger.store.log(site.key).size * 1_000) / (performance.now() - started)).toString()
}

function bytesOf(folder: string, { ledger, site }: OpenLog): string {
  const bytes = readdirSync(folder)
    .filter(name => name.includes('.db'))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
  return (bytes / ledger.store.log(site.key).size).toFixed(0)
}

function told(name: string): (done: number, of: number) => void {
  return (done, of) => process.stderr.write(`\r${name}: ${done} of ${of} entries ${done >= of ? '\n' : ''}`)
}

function row(cells: readonly string[]): void {
  console.log(cells.map((cell, i) => cell.padStart([9, 10, 6, 9, 6, 10, 6, 12, 9][i]!)).join(''))
}
