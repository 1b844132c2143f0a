import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'
import { serveSite } from '../../demo/serve-site.ts'
import type { SiteConfiguration } from '../../shared/domain/site.ts'
import { servePages, type PlainPages } from './plain-pages.ts'
import { UNLIMITED } from './unlimited.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const CLI = join(ROOT, 'server', 'cli', 'main.ts')

/** A server of its own with both demo sites published, the demo's pages, and a place for pages of a test. */
export interface World {
  /** The consent server as browsers reach it; a host of its own, as in real life. */
  readonly host: string
  /** The same for programs of this machine, which know no invented host names. */
  readonly local: string
  /** The demo site, under its strict page policy. */
  readonly loom: string
  readonly harbor: string
  /** Pages of the same site that a test writes, and other companies' hosts, on one plain server. */
  readonly plain: PlainPages
  /** What an owner pastes, filled in for this server. */
  readonly snippet: string
  readonly data: string
  /** How many entries the log holds now; the served checkpoint may be a moment behind. */
  size(site?: DemoSite): number
  /** Publishes a demo site anew, changed. */
  publish(site: DemoSite, change?: (configuration: SiteConfiguration) => SiteConfiguration): Promise<void>
  /** The entry of a decision, read back through its receipt. */
  entry(id: string, secret?: string): Promise<Record<string, unknown>>
  /** A person's own history, as the server tells it to the holder of the secret. */
  history(secret: string): Promise<{ readonly entries: readonly Readonly<Record<string, unknown>>[] }>
  /** A new API key for the status question. */
  key(site: DemoSite): Promise<string>
  /** Everything the server has written to its log. */
  log(): string
  /** What `assent verify` prints; fails when it finds something. */
  verify(): Promise<string>
  /** Stops the server as a crash would; `start` brings it back on the same port and data. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

type DemoSite = 'loom' | 'harbor'

export async function startWorld(): Promise<World> {
  const data = mkdtempSync(join(tmpdir(), 'assent-world-'))
  const port = await freePort()
  const host = `http://consent.test:${port}`
  const snippet = readFileSync(join(ROOT, 'dist', 'snippet.html'), 'utf8')
  const filled = snippet.trim().replaceAll('__SITE__', 'loom').replaceAll('__HOST__', host)
  const [loomPages, harborPages] = await Promise.all(
    (['loom', 'harbor'] as const).map(site =>
      serveSite({ site, folder: join(ROOT, 'demo', site), port: 0, host, snippet }),
    ),
  )
  const plain = await servePages()
  const loom = `http://www.loom.test:${portOf(loomPages!)}`
  const harbor = `http://www.harbor.test:${portOf(harborPages!)}`
  const publish: World['publish'] = async (site, change = as => as) => {
    const own = site === 'loom' ? loom : harbor
    const origins = [own, plain.origin(`www.${site}.test`), plain.origin('localhost')]
    const file = join(data, `${site}.json`)
    const parsed = JSON.parse(
      readFileSync(join(ROOT, 'demo', site, 'site.json'), 'utf8'),
    ) as SiteConfiguration
    writeFileSync(file, JSON.stringify(change({ ...parsed, origins })))
    await run('site', 'publish', file, '--data', data)
  }
  await publish('loom')
  await publish('harbor')
  let child: ChildProcess | undefined
  const written: string[] = []
  const start = async (): Promise<void> => {
    child = await startServer(data, port, written)
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
    harbor,
    publish,
    plain,
    snippet: filled,
    data,
    start,
    kill,
    size: site => sizeOf(data, site),
    entry: async (id, secret) => {
      const headers: Record<string, string> = secret ? { authorization: `Assent ${secret}` } : {}
      const answer = await fetch(`${local}/v1/sites/loom/receipts/${id}`, { headers })
      if (!answer.ok) throw new Error(`no receipt of ${id}: ${answer.status} ${await answer.text()}`)
      const { evidence } = (await answer.json()) as { evidence: { entry: string } }
      return JSON.parse(evidence.entry) as Record<string, unknown>
    },
    history: async secret => {
      const headers = { authorization: `Assent ${secret}` }
      return (await fetch(`${local}/v1/sites/loom/decisions`, { headers })).json() as never
    },
    key: async site =>
      (await run('key', 'new', '--site', site, '--scope', 'status', '--data', data)).stdout.trim(),
    log: () => written.join(''),
    verify: async () => (await run('verify', '--data', data)).stdout,
    stop: async () => {
      if (child?.exitCode === null && child.signalCode === null) await kill()
      for (const pages of [loomPages!, harborPages!]) {
        pages.closeAllConnections()
        pages.close()
      }
      plain.close()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

const run = (...parameters: string[]) =>
  promisify(execFile)(process.execPath, [CLI, ...parameters], { cwd: ROOT })

/** Read from the file, beside the running server. */
function sizeOf(data: string, site: DemoSite = 'loom'): number {
  const database = new Database(join(data, 'ledger.db'), { readonly: true })
  try {
    return database
      .prepare<[string], number>('SELECT count(*) FROM entries WHERE site = ?')
      .pluck()
      .get(site)!
  } finally {
    database.close()
  }
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

async function startServer(data: string, port: number, written: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [CLI, 'serve', '--data', data, '--port', String(port)], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ASSENT_CHECKPOINT_MS: '100', ...UNLIMITED },
  })
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void written.push(chunk.toString()))
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null)
      throw new Error(`the server ended with ${child.exitCode}:\n${written.join('')}`)
    // oxlint-disable-next-line no-await-in-loop
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined) // Refused until it listens.
    if (answer?.ok) return child
    // oxlint-disable-next-line no-await-in-loop
    await wait(50)
  }
  child.kill('SIGKILL')
  throw new Error(`the server was not ready in time:\n${written.join('')}`)
}

export function freePort(): Promise<number> {
  return new Promise(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}
