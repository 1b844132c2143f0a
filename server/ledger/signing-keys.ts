import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { contentHash } from './entry.ts'
import { formatPrivateKey, parsePrivateKey, parseVerifierKey, type NoteSigner } from './note.ts'
import { readSecret, writeDurably } from './private-files.ts'
import type { SignerFolders } from './signer.ts'

/**
 * The key files of a site: `<site>.key` holds its first key, `<site>.<id>.key` each one after it. None is ever renamed or
 * overwritten by another: which of them signs is told by the log. One that has stopped signing is destroyed, and its file
 * then says what the public half was.
 */
export interface KeyFile {
  readonly path: string
  readonly vkey: string
  /** Absent once it was destroyed. */
  readonly signer?: NoteSigner
}

/** Makes a site's first key (0600). Throws when one exists, or once signed: a key is never replaced by a file. */
export function createSigningKey(folders: SignerFolders, site: string, origin: string): NoteSigner {
  const path = firstKeyPath(folders, site)
  if (existsSync(keptPath(folders, site)))
    throw new Error(`${site} has a checkpoint signed with a key that is missing: restore ${path}`)
  return writeKey(folders, path, formatPrivateKey(origin, randomBytes(32)))
}

/** Makes the site's first key when its log is still empty and it has none, and only then. */
export function openSigner(
  folders: SignerFolders,
  site: string,
  log: { readonly origin: string; readonly size: number },
): void {
  if (log.size === 0 && !existsSync(firstKeyPath(folders, site))) createSigningKey(folders, site, log.origin)
}

/** Makes a further key of a site; it signs once an entry of the log brings it. */
export function addSigningKey(folders: SignerFolders, site: string, origin: string): NoteSigner {
  const text = formatPrivateKey(origin, randomBytes(32))
  return writeKey(folders, laterKeyPath(folders, site, parsePrivateKey(text)!.vkey), text)
}

function writeKey(folders: SignerFolders, path: string, text: string): NoteSigner {
  mkdirSync(folders.keys, { recursive: true, mode: 0o700 })
  writeDurably(path, `${text}\n`, 'wx')
  return parsePrivateKey(text)!
}

/** The site's first key; throws, saying what to do, when its file is missing, unreadable or readable by others. */
export const firstKeyFile = (folders: SignerFolders, site: string): KeyFile =>
  readKeyFile(firstKeyPath(folders, site))

/** The file of one key of the log; throws, saying what to do, when it is missing, unreadable or another's. */
export function keyFileOf(folders: SignerFolders, site: string, vkey: string): KeyFile {
  const later = laterKeyPath(folders, site, vkey)
  const first = firstKeyPath(folders, site)
  const path = existsSync(later) || !holdsKey(first, vkey) ? later : first
  const file = readKeyFile(path)
  if (file.vkey !== vkey)
    throw new Error(`${path} holds another key than the one its log names: restore it from its backup`)
  return file
}

const holdsKey = (path: string, vkey: string): boolean => existsSync(path) && readKeyFile(path).vkey === vkey

/** Every key file of a site that can be read, known to its log or not. */
export function keyFilesIn(folders: SignerFolders, site: string): KeyFile[] {
  const own = new RegExp(`^${fileName(site)}(\\.[0-9a-f]{8})?\\.key$`)
  const names = existsSync(folders.keys) ? readdirSync(folders.keys).filter(name => own.test(name)) : []
  return names.toSorted().flatMap(name => {
    try {
      return [readKeyFile(join(folders.keys, name))]
    } catch {
      // Whoever needs this one reads it by itself, and hears why it cannot be read.
      return []
    }
  })
}

function readKeyFile(path: string): KeyFile {
  const text = readSecret(path).trimEnd()
  const signer = parsePrivateKey(text)
  if (signer) return { path, vkey: signer.vkey, signer }
  if (parseVerifierKey(text)) return { path, vkey: text }
  throw new Error(`${path} is no signed-note private key: restore it from its backup`)
}

/**
 * Destroys the private half of a key, in its file; answers whether there was one. It is overwritten where it lies, which a
 * disk that moves what it writes (an SSD, a copying file system) or a backup may still have elsewhere.
 */
export function destroySigningKey(folders: SignerFolders, site: string, vkey: string): boolean {
  const found = keyFilesIn(folders, site).find(file => file.vkey === vkey && file.signer !== undefined)
  if (!found) return false
  const file = openSync(found.path, 'r+')
  try {
    const line = Buffer.from(`${vkey}\n`)
    // `PRIVATE+KEY+` stood before what is as long as the verifier key, and a line end after it.
    const secret = Buffer.byteLength(`PRIVATE+KEY+${vkey}\n`)
    writeSync(file, Buffer.alloc(secret, '\n'), 0, secret, 0)
    fsyncSync(file)
    writeSync(file, line, 0, line.length, 0)
    ftruncateSync(file, line.length)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return true
}

/** Keeps a checkpoint that the log does not continue, for it proves what was lost; answers where. */
export function putKeptAside(
  folders: SignerFolders,
  site: string,
  note: string,
  size: number | undefined,
): string {
  const path = `${keptPath(folders, site)}.given-up.${size ?? 'unreadable'}.${contentHash(note).slice(0, 8)}`
  writeDurably(path, note, 'w')
  return path
}

export const keptPath = (folders: SignerFolders, site: string): string =>
  join(folders.checkpoints, fileName(site))

const firstKeyPath = (folders: SignerFolders, site: string): string =>
  join(folders.keys, `${fileName(site)}.key`)
const laterKeyPath = (folders: SignerFolders, site: string, vkey: string): string =>
  join(folders.keys, `${fileName(site)}.${vkey.split('+')[1]}.key`)

/** Site keys come from addresses; only what a site key can be becomes part of a path. */
function fileName(site: string): string {
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(site)) throw new Error(`"${site}" is no site key`)
  return site
}
