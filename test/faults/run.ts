// `npm run faults`: the server is killed or stopped under load, again and again; a client in another process keeps what was
// acknowledged, sends again what was not, and every entry is looked for at the end. `npm test` does the same with fewer rounds.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setTimeout as wait } from 'node:timers/promises'
import { openData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { CLI, serve, type Served } from '../support/serve.ts'
import { readNotes, unanswered, type Offer } from './client.ts'

const HELP = `npm run faults -- [--kills 50] [--restarts 10]
Kills the server (SIGKILL) and stops it (SIGTERM) under load, and prints what was acknowledged, found, lost and doubled.
Exit codes: 0 nothing lost or doubled and the ledger verifies, 1 otherwise.`

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    restarts: { type: 'string', default: '10' },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit(0)
}

const root = join(import.meta.dirname, '../..')
const CLIENT = join(import.meta.dirname, 'client.ts')

interface Outcome {
  readonly fault: string
  readonly rounds: number
  readonly acknowledged: number
  readonly found: number
  readonly lost: number
  readonly doubled: number
  readonly elsewhere: number
  readonly cutOff: number
  readonly verified: boolean
}

async function faulted(fault: string, rounds: number, signal: NodeJS.Signals): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'assent-faults-'))
  const notes = join(folder, 'notes.ndjson')
  const data = join(folder, 'data')
  try {
    execFileSync(process.execPath, [CLI, 'site', 'publish', 'demo/loom/site.json', '--data', data], {
      cwd: root,
    })
    const offer = await offerIn(data)
    let cutOff = 0
    for (let round = 0; round < rounds; round++) {
      /* oxlint-disable no-await-in-loop -- one fault after the other */
      const server = await serve(data)
      await underLoad(server, notes, offer, async () => {
        // At another moment of the work each time.
        await wait(60 + ((round * 37) % 400))
        await server.end(signal)
      })
      const now = unanswered(readNotes(notes)).length
      cutOff += now
      process.stderr.write(`\r${fault}: ${round + 1} of ${rounds}${round + 1 === rounds ? '\n' : ''}`)
    }
    // Once more, so that what was cut off last is sent again too.
    const server = await serve(data)
    await underLoad(server, notes, offer, () => server.end().then(() => {}))
    return { fault, rounds, cutOff, ...(await compare(data, notes)), verified: verifies(data) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs the client; `then` begins once everything unanswered was sent again. */
async function underLoad(
  server: Served,
  notes: string,
  offer: Offer,
  then: () => Promise<void>,
): Promise<void> {
  const client = spawn(process.execPath, [CLIENT, server.url, notes, JSON.stringify(offer)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(client, 'exit')
  await Promise.race([once(client.stdout, 'data'), ended])
  await then()
  const [code] = (await ended) as [number | null]
  if (code !== 0) throw new Error(`the client ended with ${code}`)
}

async function offerIn(folder: string): Promise<Offer> {
  const { ledger, close } = await openData(readConfig({ data: folder }, {}), Date.now, { readonly: true })
  try {
    const { configuration, files } = ledger.store.current('loom')!
    return { configuration, banner: files['first.en']!, form: files['opt-in.weekly.en']! }
  } finally {
    await close()
  }
}

async function compare(folder: string, file: string) {
  const notes = readNotes(file)
  const { ledger, close } = await openData(readConfig({ data: folder }, {}), Date.now, { readonly: true })
  try {
    const stored = new Map<string, number[]>()
    for (let index = 0; index < ledger.store.log('loom').size; index++) {
      const { id } = ledger.store.entry('loom', index)!.entry
      stored.set(id, [...(stored.get(id) ?? []), index])
    }
    const acknowledged = new Map(
      notes.flatMap(n => ('acknowledged' in n ? [[n.acknowledged, n.index] as const] : [])),
    )
    const refused = notes.filter(n => 'refused' in n)
    if (refused.length > 0)
      throw new Error(`the server refused ${refused.length}: ${JSON.stringify(refused[0])}`)
    const ids = [...acknowledged.keys()]
    return {
      acknowledged: ids.length,
      found: ids.filter(id => stored.has(id)).length,
      lost: ids.filter(id => !stored.has(id)).length,
      doubled: [...stored.values()].filter(indexes => indexes.length > 1).length,
      elsewhere: ids.filter(id => stored.has(id) && !stored.get(id)!.includes(acknowledged.get(id)!)).length,
    }
  } finally {
    await close()
  }
}

function verifies(data: string): boolean {
  try {
    execFileSync(process.execPath, [CLI, 'verify', '--data', data], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    return true
  } catch {
    // It said why on its own standard error.
    return false
  }
}

const outcomes = [
  await faulted('kill -9', Number(values.kills), 'SIGKILL'),
  await faulted('restart', Number(values.restarts), 'SIGTERM'),
]
console.log(
  'fault      rounds  acknowledged    found  lost  doubled  elsewhere  cut off, sent again  verifies',
)
for (const o of outcomes)
  console.log(
    [
      o.fault.padEnd(9),
      ...[o.rounds, o.acknowledged, o.found, o.lost, o.doubled, o.elsewhere, o.cutOff].map((n, i) =>
        `${n}`.padStart([8, 14, 9, 6, 9, 11, 21][i]!),
      ),
      (o.verified ? 'yes' : 'NO').padStart(10),
    ].join(''),
  )
const clean = outcomes.every(o => o.lost + o.doubled + o.elsewhere === 0 && o.acknowledged > 0 && o.verified)
process.exitCode = clean ? 0 : 1
