import { accessSync, constants, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Meter } from '../../shared/domain/meter.ts'
import type { Config } from '../config.ts'
import { openHookSecrets, type HookSecrets } from '../hooks/secret.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { logFormat } from '../ledger/log-format.ts'
import { readKeptErasures } from '../ledger/kept-erasures.ts'
import { openErasures, type Erasures, type KeptBeside } from '../erasure/erase.ts'
import { signersIn, type SignerFolders } from '../ledger/signer.ts'
import { openMessages, openStorage } from '../storage/open.ts'
import { openBlindIndex } from '../subjects/identify.ts'
import { openLinkTokens, type LinkTokens } from '../subjects/link-token.ts'
import { random } from '../subjects/random.ts'
import { CommandError } from './command.ts'
import type { MasterKeyChange } from '../storage/master-key.ts'
import { masterKey } from './master-key.ts'

/** A data folder, opened. */
export interface OpenData {
  readonly ledger: Ledger
  readonly folders: SignerFolders
  readonly erasures: Erasures
  /** What is kept of people beside the ledger. */
  readonly keptBeside: KeptBeside
  /** `<data>/erasures`. */
  readonly erasuresFolder: string
  /** What is kept of a site's erasures outside the database. */
  readonly keptErasures: (site: string) => string | undefined
  readonly links: LinkTokens
  readonly masterKey: MasterKeyChange
  readonly hookSecrets: HookSecrets
  close(): Promise<void>
}

export interface OpenOptions {
  /** Only reads, beside a running server; the folder has to be there already. */
  readonly readonly?: boolean
  readonly meter?: Meter
}

export async function openData(
  config: Config,
  now: () => number,
  { readonly = false, meter }: OpenOptions = {},
): Promise<OpenData> {
  const databases = ['ledger.db', 'subject-keys.db'].map(name => join(config.data, name)).filter(existsSync)
  const dataIsNew = databases.length === 0
  if (readonly) ledgerFolder(config)
  if (!readonly) makeFolder(config.data)
  if (!readonly) databases.forEach(requireWritable)
  const storage = await openStorage({
    folder: config.data,
    keyProvider: masterKey(config, dataIsNew),
    random,
    now,
    format: logFormat,
    ...(readonly && { readonly }),
    ...(meter && { meter }),
  })
  const folders = { keys: join(config.data, 'keys'), checkpoints: join(config.data, 'checkpoints') }
  const ledger = {
    store: storage.ledgerStore,
    keys: storage.subjectKeys,
    blindIndex: openBlindIndex(storage.blindRoot),
    signer: signersIn({ folders, store: storage.ledgerStore, now }),
    now,
  }
  const [vanished] = readonly ? [] : vanishedLogs(folders, storage.ledgerStore.sites())
  if (vanished !== undefined) {
    await storage.close()
    throw new CommandError(
      `The database in ${config.data} holds nothing of "${vanished}", whose log was signed: restore ledger.db from its backup.`,
    )
  }
  const erasuresFolder = join(config.data, 'erasures')
  // Opened for whoever erases, and for nobody else.
  let messages: ReturnType<typeof openMessages> | undefined
  const keptBeside = {
    forget: (site: string, subject: string) =>
      void (messages ??= openMessages(config.data)).messages.forget(site, subject),
    settle: () => messages?.messages.settle() ?? true,
  }
  return {
    ledger,
    folders,
    erasures: openErasures(ledger, erasuresFolder, [keptBeside]),
    keptBeside,
    erasuresFolder,
    keptErasures: site => readKeptErasures(erasuresFolder, site),
    links: openLinkTokens(storage.blindRoot),
    masterKey: storage.masterKey,
    hookSecrets: openHookSecrets(storage.blindRoot),
    close: () => {
      messages?.close()
      return storage.close()
    },
  }
}

/** The same for a command about one site, which has to be there. */
export async function openSite(config: Config, site: string, options: OpenOptions = {}): Promise<OpenData> {
  ledgerFolder(config)
  const data = await openData(config, Date.now, options)
  if (data.ledger.store.current(site)) return data
  await data.close()
  throw new CommandError(`There is no site "${site}": "assent site list" names them.`)
}

/** The data folder, when there is a ledger in it. */
export function ledgerFolder({ data }: Config): string {
  if (!existsSync(join(data, 'ledger.db')))
    throw new CommandError(`There is no ledger in ${data}: name the data folder with --data.`)
  return data
}

/** A checkpoint kept outside the database outlives a log that was lost with it, or taken out of it whole. */
export function vanishedLogs({ checkpoints }: SignerFolders, sites: readonly string[]): string[] {
  if (!existsSync(checkpoints)) return []
  return readdirSync(checkpoints).filter(name => /^[a-z][a-z0-9-]*$/.test(name) && !sites.includes(name))
}

function requireWritable(database: string): void {
  try {
    accessSync(database, constants.W_OK)
  } catch (cause) {
    throw new CommandError(
      `The database ${database} is read-only: give this user the right to write it, or name another folder with --data`,
      1,
      { cause },
    )
  }
}

export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    throw new CommandError(
      `The data folder ${folder} cannot be written: give this user the right to, or name another with --data`,
      1,
      { cause },
    )
  }
}
