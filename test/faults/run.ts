// `npm run faults`: the server is killed, stopped, or left without room under load, again and again; a client in another process
// keeps what was acknowledged, sends again what was not, and every entry is looked for at the end. `npm test` does the same with
// fewer rounds.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setTimeout as wait } from 'node:timers/promises'
import { openData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { aSmallDisk } from '../support/backups.ts'
import { CLI, serve, type Served } from '../support/serve.ts'
import { readNotes, unanswered, type Offer } from './client.ts'

const HELP = `npm run faults -- [--kills 50] [--restarts 10] [--fulls 10]
Kills the server (SIGKILL), stops it (SIGTERM) and fills its disk under load, and prints what was acknowledged, found, lost and
doubled. The full disk is one of its own in memory (tmpfs), which only root may mount: where that fails, it says so and goes on.
Exit codes: 0 nothing lost or doubled and the ledger verifies, 1 otherwise.`

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    restarts: { type: 'string', default: '10' },
    fulls: { type: 'string', default: '10' },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit(0)
}

const root = join(import.meta.dirname, '../..')
const CLIENT = join(import.meta.dirname, 'client.ts')
/** Of the disk that is filled, in bytes, and what is left of it then: a few commits. */
const DISK = 128 * 1024 * 1024
const ROOM = 200_000

interface Fault {
  readonly name: string
  readonly rounds: number
  /** Ends with the server gone. */
  readonly strike: (server: Served, place: string) => Promise<void>
  /** Where data and whatever takes its room are. */
  readonly place: string
}

interface Outcome {
  readonly fault: string
  readonly rounds: number
  readonly acknowledged: number
  readonly found: number
  readonly lost: number
  readonly doubled: number
  readonly elsewhere: number
  readonly putOff: number
  readonly sentAgain: number
  readonly verified: boolean
}

async function outcomeOf({ name, rounds, strike, place }: Fault): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'assent-notes-'))
  const notes = join(folder, 'notes.ndjson')
  const data = join(place, 'data')
  try {
    execFileSync(process.execPath, [CLI, 'site', 'publish', 'demo/loom/site.json', '--data', data], {
      cwd: root,
    })
    const offer = await offerIn(data)
    let sentAgain = 0
    for (let round = 0; round < rounds; round++) {
      /* oxlint-disable no-await-in-loop -- one fault after the other */
      const server = await serve(data)
      await underLoad(server, notes, offer, async () => {
        // At another moment of the work each time.
        await wait(60 + ((round * 37) % 400))
        await strike(server, place)
      })
      sentAgain += unanswered(readNotes(notes)).length
      process.stderr.write(`\r${name}: ${round + 1} of ${rounds}${round + 1 === rounds ? '\n' : ''}`)
    }
    // Once more, so that what was not answered last is sent again too.
    const server = await serve(data)
    await underLoad(server, notes, offer, () => server.end().then(() => {}))
    return { fault: name, rounds, sentAgain, ...(await compare(data, notes)), verified: verifies(data) }
  } finally {
    rmSync(folder, { recursive: true })
    rmSync(data, { recursive: true, force: true })
  }
}

/** Takes nearly all the room there is, until many were put off, and gives it back; the server stays up meanwhile. */
async function fill(server: Served, place: string): Promise<void> {
  const filler = join(place, 'filler')
  const { bavail, bsize } = statfsSync(place)
  try {
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - ROOM)))
  } catch (fault) {
    // The server has taken some of it meanwhile: it is full all the more.
    if ((fault as NodeJS.ErrnoException).code !== 'ENOSPC') throw fault
  }
  await wait(700)
  rmSync(filler)
  // With room again it goes on: some are taken before it is stopped.
  await wait(300)
  const code = await server.end()
  if (code !== 0) throw new Error(`a full disk ended the server with ${code}`)
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
  try {
    await Promise.race([once(client.stdout, 'data'), ended])
    await then()
  } finally {
    await server.end('SIGKILL')
  }
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
      putOff: notes.filter(n => 'putOff' in n).length,
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

async function inFolder(name: string, rounds: number, signal: NodeJS.Signals): Promise<Outcome> {
  const place = mkdtempSync(join(tmpdir(), 'assent-faults-'))
  const strike = async (server: Served) => void (await server.end(signal))
  return outcomeOf({ name, rounds, strike, place }).finally(() => rmSync(place, { recursive: true }))
}

async function onSmallDisk(rounds: number): Promise<Outcome | undefined> {
  const disk = aSmallDisk(DISK)
  if (!disk) return undefined
  return outcomeOf({ name: 'disk full', rounds, strike: fill, place: disk.folder }).finally(disk.remove)
}

function print(outcomes: readonly Outcome[]): void {
  const columns = ['acknowledged', 'found', 'lost', 'doubled', 'elsewhere', 'put off', 'sent again'] as const
  const head = ['fault', 'rounds', ...columns, 'verifies']
  const rows = outcomes.map(o => [
    o.fault,
    o.rounds,
    o.acknowledged,
    o.found,
    o.lost,
    o.doubled,
    o.elsewhere,
    o.putOff,
    o.sentAgain,
    o.verified ? 'yes' : 'NO',
  ])
  for (const row of [head, ...rows])
    console.log(row.map((cell, i) => (i === 0 ? String(cell).padEnd(11) : `${cell}`.padStart(13))).join(''))
}

const killed = await inFolder('kill -9', Number(values.kills), 'SIGKILL')
const restarted = await inFolder('restart', Number(values.restarts), 'SIGTERM')
const filled = await onSmallDisk(Number(values.fulls))
const outcomes = [killed, restarted, ...(filled ? [filled] : [])]
print(outcomes)
if (!filled)
  console.log('disk full: NOT RUN, for this user may mount no disk of a fixed size (tmpfs): run it as root.')
else if (filled.putOff === 0 && filled.rounds > 0)
  console.log('disk full: nobody was put off, so it was never full.')
const clean = outcomes.every(o => o.lost + o.doubled + o.elsewhere === 0 && o.acknowledged > 0 && o.verified)
process.exitCode = clean && (!filled || filled.putOff > 0 || filled.rounds === 0) ? 0 : 1
