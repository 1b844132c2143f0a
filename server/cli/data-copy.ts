import { readdirSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Source } from '../backup/write.ts'
import { isTarName } from '../backup/tar.ts'
import type { Manifest } from '../backup/manifest.ts'
import type { Config } from '../config.ts'
import { continues, openKept } from '../ledger/continuity.ts'
import { logFormat } from '../ledger/log-format.ts'
import { root } from '../ledger/merkle.ts'
import { signersIn } from '../ledger/signer.ts'
import type { LedgerStore } from '../ledger/store.ts'
import {
  copyDatabases,
  databasesIn,
  ENGINE_FILES,
  openLedgerCopy,
  SUBJECT_KEYS,
} from '../storage/snapshot.ts'
import { CommandError } from './command.ts'

/** A data folder as it stands at one moment, ready to be written away. */
export interface DataCopy {
  readonly ledger: readonly Source[]
  readonly subjectKeys: readonly Source[]
  readonly sites: Manifest['sites']
  /** What is in the data folder and in neither: the master key, and names no backup can hold. */
  readonly leftOut: readonly string[]
}

/** Room that must stay on the server's own disk. */
const SPARE = 64 * 1024 * 1024

/**
 * Copies the databases into `stage`, which is of the data folder itself, and lists everything else in it: what a later
 * version of Assent puts there is not forgotten. Beside a running server.
 */
export async function copyData(
  config: Config,
  stage: string,
  progress: (text: string) => void,
): Promise<DataCopy> {
  if (!databasesIn(config.data).includes(SUBJECT_KEYS))
    throw new CommandError(
      `${join(config.data, SUBJECT_KEYS)} is missing, and a backup without it opens nothing that is sealed: restore it.`,
    )
  requireRoom(config.data)
  // Before the databases: what is kept outside never runs ahead of them.
  const kept = readKept(config.data)
  await copyDatabases(config.data, stage, progress)
  const copy = openLedgerCopy(stage, logFormat)
  try {
    const { files, leftOut } = plainFiles(config)
    const keptSources = [...kept].map(([site, note]) =>
      inMemory(`checkpoints/${site}`, keptIn(config, copy.store, site, note)),
    )
    const ownKept = new Set(keptSources.map(source => source.name))
    const staged = databasesIn(stage).map(name => onDisk(stage, name))
    return {
      ledger: [
        ...staged.filter(({ name }) => name !== SUBJECT_KEYS),
        ...files
          .filter(name => !ownKept.has(name))
          .map(name => inMemory(name, readFileSync(join(config.data, name)))),
        ...keptSources,
      ],
      subjectKeys: staged.filter(({ name }) => name === SUBJECT_KEYS),
      sites: copy.store.sites().map(site => siteIn(copy.store, site)),
      leftOut,
    }
  } finally {
    copy.close()
  }
}

function requireRoom(folder: string): void {
  const needed = databasesIn(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, SPARE)
  const { bavail, bsize } = statfsSync(folder)
  if (bavail * bsize < needed)
    throw new CommandError(
      `The disk of ${folder} has ${megabytes(bavail * bsize)} free, and a backup needs ${megabytes(needed)} there while it runs: make room.`,
    )
}

export const megabytes = (bytes: number): string =>
  bytes < 1e5 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`

const onDisk = (folder: string, name: string): Source => {
  const from = join(folder, name)
  return { name, from, size: statSync(from).size }
}

const inMemory = (name: string, content: Uint8Array | string): Source => {
  const from = Buffer.from(content)
  return { name, from, size: from.length }
}

const isSite = (name: string): boolean => /^[a-z][a-z0-9-]{0,63}$/.test(name)

function readKept(data: string): Map<string, string> {
  const folder = join(data, 'checkpoints')
  const names = namesIn(folder).filter(isSite)
  return new Map(names.map(site => [site, readFileSync(join(folder, site), 'utf8')]))
}

/**
 * What the copy shall keep of a site: the newest checkpoint it holds, where that continues the one kept beside the live
 * database; otherwise that one as it is. A database that is behind what was signed must not become a sound one by
 * being backed up.
 */
function keptIn(config: Config, store: LedgerStore, site: string, note: string): string {
  const newest = store.checkpoint(site)
  const signed = signedIn(config, store, site, note)
  const log = store.log(site)
  if (!newest || !signed || signed.size > newest.size || newest.size > log.size) return note
  return continues(store, site, signed) ? newest.note : note
}

function signedIn({ data }: Config, store: LedgerStore, site: string, note: string) {
  try {
    const folders = { keys: join(data, 'keys'), checkpoints: join(data, 'checkpoints') }
    const { keys, strangers } = signersIn({ folders, store, now: Date.now })(site)
    return openKept(note, keys, strangers)
  } catch {
    // Without its key nothing can be said of it: it is copied as it is.
    return undefined
  }
}

function siteIn(store: LedgerStore, site: string): Manifest['sites'][number] {
  const log = store.log(site)
  const signed = store.checkpoint(site)?.size
  return {
    site,
    entries: log.size,
    root: Buffer.from(root(log)).toString('base64'),
    ...(signed !== undefined && { signed }),
  }
}

function plainFiles(config: Config): { files: string[]; leftOut: string[] } {
  const files: string[] = []
  const leftOut: string[] = []
  const look = (folder: string): void => {
    for (const entry of readdirSync(join(config.data, folder), { withFileTypes: true })) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`
      // Half-made copies and whatever else hides itself.
      if (entry.name.startsWith('.') || ENGINE_FILES.test(entry.name)) continue
      if (entry.isDirectory()) look(name)
      else if (!entry.isFile() || !isTarName(name) || isMasterKey(config, name) || isProviders(config, name))
        leftOut.push(name)
      else if (!name.endsWith('.new')) files.push(name)
    }
  }
  look('')
  return { files, leftOut }
}

/** By its place, and by its look: an older one put aside under another name must not travel with what it opens. */
function isMasterKey({ data, masterKey, masterKeyFile }: Config, name: string): boolean {
  const path = join(data, name)
  if (resolve(path) === resolve(masterKeyFile)) return true
  if (statSync(path).size > 65_536) return false
  const text = readFileSync(path, 'latin1')
  return (masterKey !== undefined && text.includes(masterKey)) || /^[0-9a-f]{64}\s*$/im.test(text)
}

/** By what messages go out: other people's passwords, and a copy of the data that had them would write to people too. */
const isProviders = ({ data, providersFile }: Config, name: string): boolean =>
  resolve(join(data, name)) === resolve(providersFile)

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (fault) {
    if (fault instanceof Error && 'code' in fault && fault.code === 'ENOENT') return []
    throw fault
  }
}
