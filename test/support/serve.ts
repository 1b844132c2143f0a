import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkpoint } from '../../server/ledger/checkpoint.ts'
import { appendPublication } from '../../server/ledger/publish.ts'
import { writeDurably } from '../../server/ledger/private-files.ts'
import { signersIn } from '../../server/ledger/signer.ts'
import { openSigner } from '../../server/ledger/signing-keys.ts'
import type { SentOptIn } from '../../server/marketing/opt-in.ts'
import type { SentOptOut } from '../../server/marketing/opt-out.ts'
import type { LedgerStore } from '../../server/ledger/store.ts'
import { logFormat } from '../../server/ledger/log-format.ts'
import { openStorage } from '../../server/storage/open.ts'
import { openBlindIndex } from '../../server/subjects/identify.ts'
import { localKey } from '../../server/subjects/local-key.ts'
import { ORIGIN, SITE, testConfiguration } from './app.ts'
import { foldersIn, someFiles } from './ledger.ts'
import { publishPrograms } from './marketing.ts'
import { UNLIMITED } from './unlimited.ts'

export const CLI = join(import.meta.dirname, '../../server/cli/main.ts')

/** A data folder as `assent` leaves it: its own keys, its sites published. */
export interface DataFolder {
  readonly folder: string
  /** Looks into it; the store is closed afterwards. */
  read<T>(look: (store: LedgerStore) => T): Promise<T>
  remove(): void
}

/** `key` is the file of a signing key that exists already, of the first site. */
export async function aDataFolder({
  site = SITE,
  besides = [],
  key,
  programs = false,
  now = Date.now,
}: {
  site?: string
  besides?: string[]
  key?: string
  programs?: boolean
  now?: () => number
} = {}): Promise<DataFolder> {
  const sites = [site, ...besides]
  const folder = mkdtempSync(join(tmpdir(), 'assent-data-'))
  const masterKey = randomBytes(32)
  mkdirSync(join(folder, 'keys'), { mode: 0o700 })
  writeDurably(join(folder, 'keys', 'master.key'), `${masterKey.toString('hex')}\n`, 'wx')
  const keyProvider = localKey(() => masterKey)
  const storage = await openStorage({ folder, keyProvider, format: logFormat })
  const folders = foldersIn(folder)
  const ledger = {
    store: storage.ledgerStore,
    keys: storage.subjectKeys,
    blindIndex: openBlindIndex(storage.blindRoot),
    signer: signersIn({ folders, store: storage.ledgerStore, now }),
    now,
  }
  if (key !== undefined) cpSync(key, join(folder, 'keys', `${site}.key`))
  for (const each of sites) {
    openSigner(folders, each, { origin: `log.test/${each}`, size: 0 })
    // oxlint-disable-next-line no-await-in-loop -- one publication after the other
    await appendPublication(ledger, each, testConfiguration(each), someFiles())
    checkpoint(ledger, each)
  }
  if (programs) await publishPrograms({ ...ledger, folders })
  await storage.close()
  return {
    folder,
    async read(look) {
      const opened = await openStorage({ folder, keyProvider, format: logFormat, readonly: true })
      try {
        return look(opened.ledgerStore)
      } finally {
        await opened.close()
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export interface Served {
  readonly url: string
  readonly child: ChildProcess
  /** Structured lines of its log so far. */
  lines(): Record<string, unknown>[]
  /** Sends a signal and waits for the end; answers the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>
}

export interface ServeOptions {
  readonly environment?: Readonly<Record<string, string>>
  /** Runs the command under this one. */
  readonly under?: readonly string[]
}

/** A real `assent serve` on a free port. Fails with what it printed when it does not start. */
export async function serve(
  folder: string,
  { environment = {}, under = [] }: ServeOptions = {},
): Promise<Served> {
  const [command, ...args] = [...under, process.execPath, CLI, 'serve', '--data', folder, '--port', '0']
  const child = spawn(command, args, {
    env: { ...withoutAssent(process.env), ...UNLIMITED, ...environment },
  })
  let out = ''
  let err = ''
  child.stderr.on('data', chunk => (err += String(chunk)))
  const url = await new Promise<string>((found, fail) => {
    child.stdout.on('data', chunk => {
      out += String(chunk)
      const line = /listens on (\S+),/.exec(out)
      if (line) found(line[1]!)
    })
    child.once('exit', code => fail(new Error(`assent serve ended with ${code}: ${err}`)))
    child.once('error', fail)
  })
  return {
    url,
    child,
    lines: () =>
      err
        .split('\n')
        .filter(line => line.startsWith('{'))
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

/** Settings of whoever runs the tests are not the tests'. */
export const withoutAssent = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('ASSENT_')))

export const postTo = (
  url: string,
  body: BodyInit,
  { site = SITE, ...init }: RequestInit & { site?: string } = {},
): Promise<Response> =>
  fetch(`${url}/v1/sites/${site}/decisions`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain;charset=UTF-8', Origin: ORIGIN },
    body,
    ...init,
  })

export const optInAt = (url: string, ...optIns: readonly SentOptIn[]): Promise<Response> =>
  fromPage(`${url}/v1/sites/${SITE}/opt-ins`, { optIns })

export const optOutAt = (url: string, ...optOuts: readonly SentOptOut[]): Promise<Response> =>
  fromPage(`${url}/v1/sites/${SITE}/opt-outs`, { optOuts })

const fromPage = (url: string, body: unknown): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain;charset=UTF-8', Origin: ORIGIN },
    body: JSON.stringify(body),
  })
