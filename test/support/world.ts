import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'
import { serveSite } from '../../demo/serve-site.ts'
import { servePages, type PlainPages } from './plain-pages.ts'
import { UNLIMITED } from './unlimited.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const CLI = join(ROOT, 'server', 'cli', 'main.ts')

/** A server of its own with the demo site `loom` published, the demo's pages, and a place for pages of a test. */
export interface World {
  /** The consent server as browsers reach it; a host of its own, as in real life. */
  readonly host: string
  /** The same for programs of this machine, which know no invented host names. */
  readonly local: string
  /** The demo site, under its strict page policy. */
  readonly loom: string
  /** Pages of the same site that a test writes, and other companies' hosts, on one plain server. */
  readonly plain: PlainPages
  /** What an owner pastes, filled in for this server. */
  readonly snippet: string
  readonly data: string
  /** How many entries the log holds now; the served checkpoint may be a moment behind. */
  size(): number
  /** The entry of a decision, read back through its receipt. */
  entry(id: string, secret?: string): Promise<Record<string, unknown>>
  /** A person's own history, as the server tells it to the holder of the secret. */
  history(secret: string): Promise<{ readonly entries: readonly Readonly<Record<string, unknown>>[] }>
  /** What `assent verify` prints; fails when it finds something. */
  verify(): Promise<string>
  /** Stops the server as a crash would; `start` brings it back on the same port and data. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

export async function startWorld(): Promise<World> {
  const data = mkdtempSync(join(tmpdir(), 'assent-world-'))
  const port = await freePort()
  const host = `http://consent.test:${port}`
  const snippet = readFileSync(join(ROOT, 'dist', 'snippet.html'), 'utf8')
  const filled = snippet.trim().replaceAll('__SITE__', 'loom').replaceAll('__HOST__', host)
  const demo = await serveSite({ site: 'loom', folder: join(ROOT, 'demo', 'loom'), port: 0, host, snippet })
  const plain = await servePages()
  const loom = `http://www.loom.test:${(demo.address() as AddressInfo).port}`
  const origins = [loom, plain.origin('www.loom.test'), plain.origin('localhost')]
  await publish(join(ROOT, 'demo', 'loom', 'site.json'), origins, data)
  let child: ChildProcess | undefined
  const start = async (): Promise<void> => {
    child = await startServer(data, port)
  }
  const kill = async (): Promise<void> => {
    const ended = new Promise(resolve => child?.once('exit', resolve))
    child?.kill('SIGKILL')
    await ended
  }
  await start()
  const local = `http://127.0.0.1:${port}`
  return {
    host,
    local,
    loom,
    plain,
    snippet: filled,
    data,
    start,
    kill,
    size: () => sizeOf(data),
    entry: async (id, secret) => {
      const headers: Record<string, string> = secret ? { authorization: `Assent ${secret}` } : {}
      const answer = await fetch(`${local}/v1/sites/loom/receipts/${id}`, { headers })
      if (!answer.ok) throw new Error(`no receipt of ${id}: ${answer.status} ${await answer.text()}`)
      const { entry } = (await answer.json()) as { entry: string }
      return JSON.parse(entry) as Record<string, unknown>
    },
    history: async secret => {
      const headers = { authorization: `Assent ${secret}` }
      return (await fetch(`${local}/v1/sites/loom/decisions`, { headers })).json() as never
    },
    verify: async () => (await run('verify', '--data', data)).stdout,
    stop: async () => {
      if (child?.exitCode === null && child.signalCode === null) await kill()
      demo.closeAllConnections()
      demo.close()
      plain.close()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

const run = (...parameters: string[]) =>
  promisify(execFile)(process.execPath, [CLI, ...parameters], { cwd: ROOT })

/** Read from the file, beside the running server. */
function sizeOf(data: string): number {
  const database = new Database(join(data, 'ledger.db'), { readonly: true })
  try {
    return database.prepare<[], number>("SELECT count(*) FROM entries WHERE site = 'loom'").pluck().get()!
  } finally {
    database.close()
  }
}

/** Publishes a demo configuration for the addresses of this test. */
async function publish(configuration: string, origins: readonly string[], data: string): Promise<void> {
  const file = join(data, 'site.json')
  const parsed = JSON.parse(readFileSync(configuration, 'utf8')) as object
  writeFileSync(file, JSON.stringify({ ...parsed, origins }))
  await run('site', 'publish', file, '--data', data)
}

async function startServer(data: string, port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [CLI, 'serve', '--data', data, '--port', String(port)], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ASSENT_CHECKPOINT_MS: '100', ...UNLIMITED },
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${output}`)
    // oxlint-disable-next-line no-await-in-loop
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined) // Refused until it listens.
    if (answer?.ok) return child
    // oxlint-disable-next-line no-await-in-loop
    await wait(50)
  }
  child.kill('SIGKILL')
  throw new Error(`the server was not ready in time:\n${output}`)
}

export function freePort(): Promise<number> {
  return new Promise(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}
