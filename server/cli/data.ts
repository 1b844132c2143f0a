import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { signersIn, type SignerFolders } from '../ledger/signer.ts'
import { openStorage } from '../storage/open.ts'
import { CommandError } from './command.ts'
import { masterKey } from './master-key.ts'

/** A data folder, opened. */
export interface OpenData {
  readonly ledger: Ledger
  readonly folders: SignerFolders
  close(): Promise<void>
}

export interface OpenOptions {
  /** Only reads, beside a running server; the folder has to be there already. */
  readonly readonly?: boolean
}

export function openData(
  config: Config,
  now: () => number,
  { readonly = false }: OpenOptions = {},
): OpenData {
  const dataIsNew = !existsSync(join(config.data, 'ledger.db'))
  if (readonly && dataIsNew)
    throw new CommandError(`There is no ledger in ${config.data}: name the data folder with --data.`)
  if (!readonly) makeFolder(config.data)
  const storage = openStorage({
    folder: config.data,
    masterKey: masterKey(config, dataIsNew),
    ...(readonly && { readonly }),
  })
  const folders = { keys: join(config.data, 'keys'), checkpoints: join(config.data, 'checkpoints') }
  const ledger = {
    store: storage.ledgerStore,
    keys: storage.subjectKeys,
    signer: signersIn(folders),
    now,
  }
  return { ledger, folders, close: () => storage.close() }
}

function makeFolder(folder: string): void {
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
