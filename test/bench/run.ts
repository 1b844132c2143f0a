// `npm run bench`: figures, never a test. Ratios within one run are what counts; absolute numbers depend on the machine.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { onTheWire, weigh } from './bytes.ts'
import { UNLIMITED } from '../support/unlimited.ts'
import { decisionBodies } from './decision-body.ts'
import { load, type LoadOptions, type LoadResult } from './load.ts'
import {
  LOADED,
  loadedNumber,
  loadOptIns,
  optInBodies,
  statusPath,
  strangersNumber,
  type LoadedOptIns,
} from './opt-ins.ts'
import { startMeasured, type Measured } from './processes.ts'

const HELP = `npm run bench -- [--seconds 5] [--rounds 3] [--connections 1,32,256]
Durable decisions (at each number of connections), sealed opt-ins and status answers (at the second) against a bare Hono
server, in alternating rounds, and the bytes a visitor pays.`

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '1,32,256' },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit(0)
}
const seconds = Number(values.seconds)
const connections = values.connections.split(',').map(Number)
const usual = connections[1] ?? connections[0]!
const rounds = Number(values.rounds)

const FROM_PAGE = { 'Content-Type': 'text/plain;charset=UTF-8', Origin: 'http://localhost:8789' }
const DECISIONS = '/v1/sites/loom/decisions'
const JSON_TYPE = { 'Content-Type': 'application/json' }

const root = join(import.meta.dirname, '../..')
const assent = join(root, 'server/cli/main.ts')
const data = mkdtempSync(join(tmpdir(), 'assent-bench-'))
try {
  execFileSync(process.execPath, ['.ci/build.ts', '--if-stale'], { cwd: root, stdio: 'inherit' })
  execFileSync(process.execPath, [assent, 'site', 'publish', 'demo/loom/site.json', '--data', data], {
    cwd: root,
  })
  const loaded = await loadOptIns(data)
  const server = await startMeasured(
    port => [assent, 'serve', '--port', `${port}`, '--data', data],
    UNLIMITED,
  )
  const echo = await startMeasured(port => [join(import.meta.dirname, 'echo.ts'), `${port}`])
  try {
    await decisions(server, echo)
    await marketing(server, echo, loaded)
    await bytes(server)
  } finally {
    await Promise.all([server.stop(), echo.stop()])
  }
} finally {
  rmSync(data, { recursive: true, force: true })
}

interface Round extends LoadResult {
  readonly cpuMicroseconds: number
}

/** Waits until a server has nothing left to do beside answering: under 2 % of a core for three seconds. */
async function idle(server: Measured): Promise<void> {
  // Where nothing tells what it uses, as long as it usually takes.
  if (Number.isNaN(server.cpuSeconds())) return sleep(150_000)
  for (let quiet = 0, seconds = 0; quiet < 3; seconds++) {
    if (seconds === 600) throw new Error('the server never finished what follows from its entries')
    const before = server.cpuSeconds()
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await sleep(1_000)
    quiet = server.cpuSeconds() - before <= 0.02 ? quiet + 1 : 0
  }
}

async function measure(target: Measured, options: Omit<LoadOptions, 'port' | 'seconds'>): Promise<Round> {
  const before = target.cpuSeconds()
  const result = await load({ ...options, port: target.port, seconds })
  const cpu = target.cpuSeconds() - before
  return { ...result, cpuMicroseconds: (cpu * 1e6) / (result.answered + result.refused) }
}

async function decisions(server: Measured, echo: Measured): Promise<void> {
  const base = `http://127.0.0.1:${server.port}`
  const view = await fetch(`${base}/s/loom/first.en.mjs`).then(answer => answer.text())
  const shown = /text="(\w+)",configuration="(\w+)"/.exec(view)
  if (!shown) throw new Error('the first layer does not say what it shows')
  const body = decisionBodies({
    text: shown[1]!,
    configuration: shown[2]!,
    choices: { preferences: true, analytics: true, marketing: false },
  })
  const first = await fetch(base + DECISIONS, {
    method: 'POST',
    headers: FROM_PAGE,
    body: body(),
  }).then(answer => answer.text())
  if (!first.includes('"index"')) throw new Error(`the ledger refused a decision of this benchmark: ${first}`)

  // The welcome of each opt-in that was loaded is made beside the answers, which is no part of this.
  await idle(server)
  for (const count of connections) {
    const post = { method: 'POST', body, connections: count } as const
    // oxlint-disable-next-line no-await-in-loop -- one measurement after the other
    await compare('Durable decisions', 'decision', count, 0.3, {
      echo: () => measure(echo, { ...post, path: '/echo', headers: JSON_TYPE }),
      server: () => measure(server, { ...post, path: DECISIONS, headers: FROM_PAGE }),
    })
  }
}

/** Alternating rounds of the yardstick and the server, and the median of their ratios. */
async function compare(
  title: string,
  name: string,
  connections: number,
  goal: number,
  ask: { readonly echo: () => Promise<Round>; readonly server: () => Promise<Round> },
): Promise<void> {
  console.log(`\n${title}, ${connections} connections, ${rounds} rounds of ${seconds} s each, in turn`)
  console.log('round           per second   p50 ms   p99 ms   CPU us each   refused')
  const ratios: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const bare = await ask.echo()
    const ours = await ask.server()
    if (round === 0) continue // both warm up
    print(`${round} echo`, bare)
    print(`${round} ${name}`, ours)
    ratios.push(ours.answered / ours.seconds / (bare.answered / bare.seconds))
  }
  ratios.sort((a, b) => a - b)
  const median = ratios[Math.floor(ratios.length / 2)]!
  console.log(
    `${name} over echo: median ${median.toFixed(2)} (${ratios.map(r => r.toFixed(2)).join(', ')}); goal ${goal.toFixed(2)}`,
  )
}

/** Opt-ins of addresses never seen, each with a key made and its address sealed; then questions about those loaded. */
async function marketing(server: Measured, echo: Measured, { form, key }: LoadedOptIns): Promise<void> {
  const post = { method: 'POST', connections: usual } as const
  const [unseen, any] = [optInBodies(form, 'once'), optInBodies(form, 'over again')]
  await compare('Durable opt-ins, the address sealed', 'opt-in', usual, 0.2, {
    echo: () => measure(echo, { ...post, body: any, path: '/echo', headers: JSON_TYPE }),
    server: () =>
      measure(server, { ...post, body: unseen, path: '/v1/sites/loom/opt-ins', headers: FROM_PAGE }),
  })
  const get = { method: 'GET', connections: usual } as const
  const headers = { Authorization: `Bearer ${key}` }
  const asked = [
    [`Status answers, ${LOADED} subjects`, 'status', loadedNumber],
    ['Status answers, numbers nobody ever named', 'stranger', strangersNumber],
  ] as const
  // And so is that of those just measured.
  await idle(server)
  for (const [title, name, number] of asked)
    // oxlint-disable-next-line no-await-in-loop -- one measurement after the other
    await compare(title, name, usual, 0.35, {
      echo: () => measure(echo, { ...get, path: '/status' }),
      server: () => measure(server, { ...get, path: statusPath(number), headers }),
    })
}

function print(name: string, r: Round): void {
  const cells = [
    name.padEnd(14),
    Math.round(r.answered / r.seconds)
      .toString()
      .padStart(12),
    r.p50.toFixed(2).padStart(8),
    r.p99.toFixed(2).padStart(8),
    (Number.isNaN(r.cpuMicroseconds) ? 'n/a' : r.cpuMicroseconds.toFixed(0)).padStart(13),
    r.refused.toString().padStart(9),
  ]
  console.log(cells.join(' '))
}

async function bytes(server: Measured): Promise<void> {
  const base = `http://127.0.0.1:${server.port}/s/loom/`
  const text = (name: string) => fetch(base + name).then(answer => answer.text())
  const settings = await text('settings.en.mjs')
  const ui = /ui\.\w+\.mjs/.exec(settings)?.[0]
  if (!ui) throw new Error('the settings module names no ui chunk')
  const stub = readFileSync(join(root, 'dist/snippet.html'), 'utf8')
  const loader = readFileSync(join(root, 'dist/loader.js'), 'utf8')
  const rows = [
    weigh('stub, in the page', stub),
    weigh('loader code', loader),
    weigh('assent.js for loom', await text('assent.js')),
    weigh('first layer', await text('first.en.mjs')),
    weigh('embed placeholder', await text('embed.en.mjs')),
    weigh('settings', settings),
    weigh('settings: ui chunk', await text(ui)),
  ]
  const sent = [
    NaN,
    NaN,
    ...(await Promise.all(
      ['assent.js', 'first.en.mjs', 'embed.en.mjs', 'settings.en.mjs', ui].map(f => onTheWire(base + f)),
    )),
  ]
  console.log('\nBytes                    raw     gzip   brotli   as served (br)')
  rows.forEach(({ what, raw, gzip, brotli }, i) =>
    console.log(
      [
        what.padEnd(20),
        ...[raw, gzip, brotli].map(n => n.toString().padStart(8)),
        (sent[i]! || '-').toString().padStart(12),
      ].join(' '),
    ),
  )
  const sum = (key: 'gzip' | 'brotli', names: readonly number[]) =>
    names.reduce((total, i) => total + rows[i]![key], 0)
  console.log(`stub + loader code, gzip:                     ${sum('gzip', [0, 1])} (goal 2560)`)
  console.log(`stub + assent.js for loom, gzip:              ${sum('gzip', [0, 2])} (goal 3072)`)
  console.log(`to a usable first layer (stub + first), Brotli: ${sum('brotli', [0, 3])} (goal 4096)`)
  console.log(`whole first visit (assent.js follows), Brotli:  ${sum('brotli', [0, 2, 3])}`)
}
