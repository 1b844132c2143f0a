import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatCheckpoint } from '../../server/ledger/checkpoint-text.ts'
import { nodesOf } from '../../server/ledger/nodes.ts'
import { consistencyProof, hashLeaf, integrate, rootAt } from '../../server/ledger/merkle.ts'
import {
  ED25519_COSIGNATURE,
  formatPrivateKey,
  parsePrivateKey,
  signNote,
  type NoteSigner,
} from '../../server/ledger/note.ts'
import type { Frontier, Hash } from '../../server/ledger/store.ts'
import { openWitness } from '../../server/storage/open.ts'
import type { Witness } from '../../server/witness/add-checkpoint.ts'
import { formatRequest } from '../../server/witness/request.ts'
import { TEST_TIME } from './ledger.ts'
import { CLI, withoutAssent } from './serve.ts'

export const aLogKey = (name = 'log.test/harbor', fill = 1): NoteSigner =>
  parsePrivateKey(formatPrivateKey(name, Buffer.alloc(32, fill)))!

export const aWitnessKey = (name = 'witness.test/w', fill = 2): NoteSigner =>
  parsePrivateKey(formatPrivateKey(name, Buffer.alloc(32, fill), ED25519_COSIGNATURE), ED25519_COSIGNATURE)!

/** A log of so many entries without a database: what others of our kind, and their liars, would send. */
export interface PaperLog {
  readonly key: NoteSigner
  note(size: number): string
  /** The body of a request; what belongs there when nothing is said otherwise. */
  request(old: number, size: number, changes?: { proof?: readonly Hash[]; note?: string }): string
}

/** `leafOf` decides what entry stands where: two logs of one key that differ in it are a fork. */
export function aPaperLog(
  entries: number,
  {
    key = aLogKey(),
    leafOf = (n: number) => `entry ${n}`,
  }: { key?: NoteSigner; leafOf?: (n: number) => string } = {},
): PaperLog {
  const leaves = Array.from({ length: entries }, (_, n) => hashLeaf(leafOf(n)))
  const empty: Frontier = { size: 0, hashes: [] }
  const nodes = new Map(integrate(empty, leaves).nodes.map(node => [`${node.level}:${node.n}`, node.hash]))
  const read = nodesOf(
    {
      nodes: (_, level, n, count) =>
        level === 0
          ? leaves.slice(n, n + count)
          : Array.from({ length: count }, (_, i) => nodes.get(`${level}:${n + i}`)).filter(
              hash => hash !== undefined,
            ),
    },
    key.name,
    entries,
  )
  const note = (size: number) =>
    signNote(formatCheckpoint({ origin: key.name, size, root: rootAt(size, read) }), key)
  return {
    key,
    note,
    request: (old, size, changes = {}) =>
      formatRequest({
        old,
        proof: old > size ? [] : consistencyProof(old, size, read),
        note: note(size),
        ...changes,
      }),
  }
}

export interface TestWitness extends Witness {
  readonly folder: string
  advance(milliseconds: number): void
  remove(): void
}

/** A witness with a real database and a clock that stands still, which watches the paper log. */
export function testWitness(keys: readonly NoteSigner[] = [aLogKey()]): TestWitness {
  const folder = mkdtempSync(join(tmpdir(), 'assent-witness-'))
  const { store, close } = openWitness(folder)
  let time = TEST_TIME
  const logs = new Map<string, NoteSigner[]>()
  for (const key of keys) logs.set(key.name, [...(logs.get(key.name) ?? []), key])
  return {
    folder,
    key: aWitnessKey(),
    logs,
    store,
    now: () => time,
    advance: milliseconds => void (time += milliseconds),
    remove: () => {
      close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export interface RunningWitness {
  readonly url: string
  readonly vkey: string
  readonly folder: string
  readonly child: ChildProcess
  /** Structured lines of its log so far. */
  lines(): Record<string, unknown>[]
  end(signal?: NodeJS.Signals): Promise<number | null>
}

/** A real `assent witness` on a free port, over the logs of these keys. Fails with what it printed when it does not start. */
export async function runWitness(
  folder: string,
  logs: readonly string[],
  { name, port = 0 }: { readonly name?: string; readonly port?: number } = {},
): Promise<RunningWitness> {
  const args = ['witness', '--data', folder, '--port', String(port), ...logs.flatMap(vkey => ['--log', vkey])]
  const child = spawn(process.execPath, [CLI, ...args, ...(name === undefined ? [] : ['--name', name])], {
    env: withoutAssent(process.env),
  })
  let [out, err] = ['', '']
  child.stderr.on('data', chunk => (err += String(chunk)))
  const [, url, vkey] = await new Promise<RegExpExecArray>((found, fail) => {
    child.stdout.on('data', chunk => {
      out += String(chunk)
      const said = /listens on (\S+),.*\n(\S+)\n/.exec(out)
      if (said) found(said)
    })
    child.once('exit', code => fail(new Error(`assent witness ended with ${code}: ${err}`)))
    child.once('error', fail)
  })
  return {
    url: url!,
    vkey: vkey!,
    folder,
    child,
    lines: () =>
      err
        .split('\n')
        .filter(line => line.startsWith('{') && line.endsWith('}'))
        .map(line => JSON.parse(line) as Record<string, unknown>),
    async end(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        child.kill(signal)
        await ended
      }
      return child.exitCode
    },
  }
}
