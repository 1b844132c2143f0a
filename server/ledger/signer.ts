import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { formatPrivateKey, parsePrivateKey, signNote, type NoteVerifier } from './note.ts'

/** Signs checkpoints of one site's log, and remembers outside the database what it signed last. */
export interface Signer {
  /** Name of the key and origin of the log (C2SP tlog-checkpoint). */
  readonly name: string
  /** C2SP verifier key: `name+hash8+base64(0x01||public key)`. */
  readonly vkey: string
  readonly verifier: NoteVerifier
  /** The signed note over `text`, which ends in a newline. */
  sign(text: string): string
  /** The last note kept outside the database. */
  kept(): string | undefined
  /** Replaces it, durably. */
  keep(note: string): void
}

/** Where the key files and the kept checkpoints are: `<data>/keys/<site>.key`, `<data>/checkpoints/<site>`. */
export interface SignerFolders {
  readonly keys: string
  readonly checkpoints: string
}

/** Makes a site's signing key (0600). Throws when one exists, or once signed: a key is never replaced. */
export function createSigningKey(folders: SignerFolders, site: string, origin: string): Signer {
  const path = keyPath(folders, site)
  if (existsSync(keptPath(folders, site)))
    throw new Error(`${site} has a checkpoint signed with a key that is missing: restore ${path}`)
  mkdirSync(folders.keys, { recursive: true, mode: 0o700 })
  writeDurably(path, `${formatPrivateKey(origin, randomBytes(32))}\n`, 'wx')
  return readSigner(folders, site)
}

/** Reads a site's signing key. Throws, saying what to do, when it is missing or others may read it. */
export function readSigner(folders: SignerFolders, site: string): Signer {
  const path = keyPath(folders, site)
  const key = parsePrivateKey(readSecret(path).trimEnd())
  if (!key) throw new Error(`${path} is no signed-note private key: restore it from its backup`)
  const kept = keptPath(folders, site)
  return {
    name: key.name,
    vkey: key.vkey,
    verifier: key,
    sign: text => signNote(text, key),
    kept: () => (existsSync(kept) ? readFileSync(kept, 'utf8') : undefined),
    keep: note => {
      mkdirSync(folders.checkpoints, { recursive: true, mode: 0o700 })
      writeDurably(`${kept}.new`, note, 'w')
      renameSync(`${kept}.new`, kept)
      syncFolder(folders.checkpoints)
    },
  }
}

/** The site's signer; its key is made when the log is still empty, and only then. */
export function openSigner(
  folders: SignerFolders,
  site: string,
  log: { readonly origin: string; readonly size: number },
): Signer {
  if (log.size > 0 || existsSync(keyPath(folders, site))) return readSigner(folders, site)
  return createSigningKey(folders, site, log.origin)
}

/** The signers of all sites, each read once: what `Ledger.signer` is. */
export function signersIn(folders: SignerFolders): (site: string) => Signer {
  const signers = new Map<string, Signer>()
  return site => {
    const signer = signers.get(site) ?? readSigner(folders, site)
    signers.set(site, signer)
    return signer
  }
}

/** Reads a key file that nobody but its owner may read. */
export function readSecret(path: string): string {
  if (!existsSync(path))
    throw new Error(`${path} is missing: restore it from its backup; a new key would not fit what is stored`)
  const file = openSync(path, 'r')
  try {
    if ((fstatSync(file).mode & 0o077) !== 0)
      throw new Error(`others may read ${path}: run chmod 600 ${path}`)
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

/** Writes a file (0600) and waits until the disk has it. */
export function writeDurably(path: string, text: string, flag: 'w' | 'wx'): void {
  const file = openSync(path, flag, 0o600)
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  syncFolder(dirname(path))
}

/** A new or renamed file is only sure to be found again when its folder is on disk too. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

const keyPath = (folders: SignerFolders, site: string): string => join(folders.keys, `${fileName(site)}.key`)
const keptPath = (folders: SignerFolders, site: string): string => join(folders.checkpoints, fileName(site))

/** Site keys come from addresses; only what a site key can be becomes part of a path. */
function fileName(site: string): string {
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(site)) throw new Error(`"${site}" is no site key`)
  return site
}
