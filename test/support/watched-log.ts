import SqliteDatabase from 'better-sqlite3'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { openData } from '../../server/cli/data.ts'
import { readConfig } from '../../server/config.ts'
import { checkpoint } from '../../server/ledger/checkpoint.ts'
import { SuspendedLog } from '../../server/ledger/continuity.ts'
import { splitNote } from '../../server/ledger/cosignature.ts'
import type { Finding } from '../../server/ledger/finding.ts'
import type { Ledger } from '../../server/ledger/ledger.ts'
import { parsePrivateKey, type NoteSigner } from '../../server/ledger/note.ts'
import { parseWitnesses } from '../../server/witness/lists.ts'
import { submitCheckpoint } from '../../server/witness/submit.ts'
import type { LogKeys } from '../../shared/domain/log-keys.ts'
import { aSiteDecision, SITE } from './app.ts'
import { assent, assentProcess } from './cli.ts'
import { aSecret } from './decisions.ts'
import { anOptIn, anOptOut, MAIL, PHONE } from './marketing.ts'
import { aDataFolder, optInAt, optOutAt, postTo, serve } from './serve.ts'
import { runWitness, type RunningWitness } from './witness.ts'

/** A busy machine is slow, and no failure. */
const PATIENCE = { timeout: 20_000, interval: 20 }

export interface Judged {
  readonly code: number | null
  readonly findings: readonly Finding[]
  readonly said: string
}

/** A data folder in which everything happened once, its server stopped, and a witness that has seen all of it. */
export interface WatchedLog {
  readonly folder: string
  /** A copy from before the erasure, with the checkpoint of its time. */
  readonly earlier: string
  /** What the witness has seen. */
  readonly seen: number
  /** Indexes of all decisions. */
  readonly decisions: readonly number[]
  /** The first key of the log, as a thief took it before another followed. */
  readonly retired: NoteSigner
  /** A copy to be attacked; removed with the rest. */
  copy(): string
  /**
   * What `assent verify` finds in a data folder, as a process of its own unless `inside` this one; with a checkpoint kept
   * elsewhere beside it, in words.
   */
  verify(
    folder: string,
    how?: { readonly withCheckpoint?: boolean; readonly inside?: boolean },
  ): Promise<Judged>
  /** What comes of it when this data is served to a real witness, with the memory of the one that has seen the log. */
  show(folder: string): Promise<string>
  remove(): Promise<void>
}

export const someDecisions = (count: number, first: number) =>
  Array.from({ length: count }, (_, n) =>
    aSiteDecision({ decidedAt: Date.now() - 10, secret: aSecret(first + n) }),
  )

/** A data folder as its server opens it. */
export const opened = (folder: string) => openData(readConfig({ data: folder }, {}), Date.now)

/** Decisions, opt-ins, an opt-out, an erasure, another key, cosignatures: all of it by real processes. */
export async function aWatchedLog(): Promise<WatchedLog> {
  const place = mkdtempSync(join(tmpdir(), 'assent-watched-'))
  const within = (...names: string[]) => join(place, ...names)
  const [folder, earlier] = [within('data'), within('earlier')]
  const data = await aDataFolder({ programs: true })
  cpSync(data.folder, folder, { recursive: true })
  data.remove()
  const retired = parsePrivateKey(readFileSync(join(folder, 'keys', `${SITE}.key`), 'utf8').trim())!
  const command = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await assent([...args, '--data', folder])
    expect([code, err]).toEqual([0, ''])
    return out
  }
  await command('log-key', 'rotate', SITE, '--overlap', '0')
  const listed = JSON.parse(await command('log-key', 'list', SITE, '--json')) as LogKeys
  const vkeys = listed.keys.map(key => key.vkey)
  const witness = await runWitness(within('witness'), vkeys, { name: 'witness.test/w' })
  writeFileSync(within('witnesses'), `${witness.url} ${witness.vkey}\n`)
  const known = { ASSENT_WITNESSES: within('witnesses') }
  const server = await serve(folder, {
    environment: { ASSENT_CHECKPOINT_MS: '50', ASSENT_WITNESS_MS: '50', ...known },
  })
  const size = () => sizeIn(join(folder, 'ledger.db'))
  const note = async () => (await fetch(`${server.url}/log/${SITE}/witnessed`)).text()
  const witnessed = () =>
    vi.waitUntil(async () => splitNote(await note())?.text.split('\n')[1] === String(size()), PATIENCE)
  const send = (count: number, first: number) =>
    postTo(server.url, JSON.stringify({ decisions: someDecisions(count, first) }))

  await send(4, 1)
  await optInAt(
    server.url,
    anOptIn(),
    anOptIn({ program: 'adults', ofAge: true }),
    anOptIn({ channel: 'email', address: MAIL }),
    anOptIn({ channel: 'email', address: 'wren@mail.example' }),
  )
  writeFileSync(within('list.csv'), `phone\n${PHONE}\n`)
  const asked = ['--site', SITE, '--channel', 'sms', '--program', 'offers', '--mode', 'count']
  expect(await assent(['check', within('list.csv'), ...asked, '--data', folder])).toMatchObject({ code: 0 })
  await witnessed()
  await copyServed(folder, earlier)
  await send(6, 4)
  await optOutAt(server.url, anOptOut({ program: 'adults' }))
  await command('erase', SITE, '--email', MAIL, '--yes')
  await witnessed()
  await send(6, 10)
  await witnessed()
  writeFileSync(within('kept-elsewhere'), await note())
  await server.end()
  await witness.end()
  const seen = size()
  const { note: cosigned } = await withLedger(folder, ledger => ledger.store.checkpoint(SITE)!)
  /** Never shown anything new, it never learns anything. */
  const witnessing = await runWitness(within('witness'), vkeys)

  return {
    folder,
    earlier,
    seen,
    decisions: decisionsIn(join(folder, 'ledger.db')),
    retired,
    copy() {
      cpSync(folder, within('attacked'), { recursive: true })
      return within('attacked')
    },
    async verify(of, { withCheckpoint = false, inside = false } = {}) {
      const how = withCheckpoint ? ['--checkpoint', within('kept-elsewhere')] : ['--json']
      const run = inside ? assent : assentProcess
      const { code, out, err } = await run(['verify', '--data', of, ...how], known)
      return { code, findings: findingsIn(out), said: out + err }
    },
    show: of =>
      withLedger(of, async ledger => {
        const refused = signs(ledger) ? '' : 'our server refuses to sign it; '
        if (ledger.store.checkpoint(SITE)?.note === cosigned)
          return `${refused}${await answerOf(ledger, witnessing)}, as before`
        // In a process of its own with a memory of its own: the next attack begins where this one did.
        cpSync(within('witness'), within('memory'), { recursive: true })
        const own = await runWitness(within('memory'), vkeys)
        try {
          return `${refused}${await answerOf(ledger, own)}`
        } finally {
          await own.end()
          rmSync(within('memory'), { recursive: true })
        }
      }),
    async remove() {
      await witnessing.end()
      rmSync(place, { recursive: true, force: true })
    },
  }
}

async function withLedger<T>(folder: string, act: (ledger: Ledger) => T): Promise<Awaited<T>> {
  const { ledger, close } = await opened(folder)
  try {
    return await act(ledger)
  } finally {
    await close()
  }
}

/** As the server asks, and what the witness then writes into its own log. */
async function answerOf(ledger: Ledger, witness: RunningWitness): Promise<string> {
  const known = parseWitnesses(`${witness.url} ${witness.vkey}`)
  if (!('listed' in known)) throw new Error(known.faults.join())
  const answer = await submitCheckpoint(ledger, SITE, known.listed[0]!, AbortSignal.timeout(20_000))
  if (answer === undefined) return 'nothing to show'
  if (answer.kind === 'cosigned') return `cosigns ${answer.size} entries`
  await witness.end()
  const events = witness.lines().map(line => String(line['event']))
  return `${events.find(event => /fork|no proof|older/.test(event)) ?? answer.kind}; ${answer.why}`
}

/** As the server does before it shows anything. */
function signs(ledger: Ledger): boolean {
  try {
    checkpoint(ledger, SITE)
    return true
  } catch (fault) {
    if (fault instanceof SuspendedLog) return false
    throw fault
  }
}

function findingsIn(out: string): Finding[] {
  if (!out.startsWith('{')) return []
  const { sites, findings } = JSON.parse(out) as { sites: { findings: Finding[] }[]; findings: Finding[] }
  return [...sites.flatMap(site => site.findings), ...findings]
}

/** Everything but the database is as it lies; that one by its own means, for a server writes it. */
async function copyServed(folder: string, to: string): Promise<void> {
  cpSync(folder, to, { recursive: true, filter: name => !/\.(db|lock)(-wal|-shm)?$/.test(name) })
  for (const name of ['ledger.db', 'subject-keys.db']) {
    const database = new SqliteDatabase(join(folder, name), { readonly: true })
    // oxlint-disable-next-line no-await-in-loop -- one file after the other
    await database.backup(join(to, name))
    database.close()
  }
}

function read<T>(file: string, sql: string): T[] {
  const database = new SqliteDatabase(file, { readonly: true })
  try {
    return database.prepare<[], T>(sql).pluck().all()
  } finally {
    database.close()
  }
}
const sizeIn = (file: string): number => read<number>(file, 'SELECT count(*) FROM entries')[0]!
const decisionsIn = (file: string): number[] =>
  read<number>(file, "SELECT idx FROM entries WHERE entry ->> 'type' = 'decision' ORDER BY idx")
