import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { decrypt, WrongIdentity } from './age.ts'
import { MANIFEST, readManifest, type Manifest, type ManifestFile } from './manifest.ts'
import type { BackupKind } from './names.ts'
import { readTar, type TarFile } from './tar.ts'

/** A backup that does not open; the message says what is wrong with it and what to do. */
export class UnusableBackup extends Error {}

export interface Reading {
  readonly path: string
  readonly kind: BackupKind
  readonly identities: readonly string[]
  /** Hears how many bytes of the file are read. */
  readonly progress: (bytes: number) => void
}

const MANIFEST_LIMIT = 64 * 1024 * 1024

/**
 * Unpacks a backup into a folder of its own (files 0600, folders 0700) and holds every file against the manifest.
 * Throws `UnusableBackup` when one byte of it is missing or changed; what is in the folder by then is to be thrown away.
 */
export async function readBackup(into: string, reading: Reading): Promise<Manifest> {
  try {
    return await unpack(into, reading)
  } catch (cause) {
    throw explained(reading, cause)
  }
}

async function unpack(into: string, { path, kind, identities, progress }: Reading): Promise<Manifest> {
  const found = new Map<string, ManifestFile>()
  let manifest: Manifest | undefined
  const plain = await decrypt(counted(createReadStream(path), progress), identities)
  for await (const file of readTar(plain)) {
    if (manifest || found.has(file.name)) throw new Error(`"${file.name}" is in it once too often`)
    if (file.name === MANIFEST) manifest = readManifest(await textOf(file))
    else found.set(file.name, await unpackFile(into, file))
  }
  if (!manifest) throw new Error('it has no manifest')
  for (const { name, size, sha256 } of manifest.files) {
    const file = found.get(name)
    if (file?.size !== size || file.sha256 !== sha256) throw new Error(`"${name}" is not what was written`)
    found.delete(name)
  }
  if (found.size > 0) throw new Error(`its manifest does not name "${[...found.keys()][0]}"`)
  if (manifest.kind !== kind) throw new WrongKind(manifest.kind)
  return manifest
}

async function unpackFile(into: string, { name, size, content }: TarFile): Promise<ManifestFile> {
  const path = join(into, name)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const hash = createHash('sha256')
  const file = await open(path, 'wx', 0o600)
  try {
    for await (const chunk of content) {
      hash.update(chunk)
      await file.writeFile(chunk)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return { name, size, sha256: hash.digest('hex') }
}

async function textOf({ size, content }: TarFile): Promise<string> {
  if (size > MANIFEST_LIMIT) throw new Error('its manifest is too large')
  const chunks: Uint8Array[] = []
  for await (const chunk of content) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

async function* counted(
  source: AsyncIterable<Uint8Array>,
  progress: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of source) {
    progress((bytes += chunk.length))
    yield chunk
  }
}

class WrongKind extends Error {
  readonly kind: BackupKind
  constructor(kind: BackupKind) {
    super(kind)
    this.kind = kind
  }
}

/** Of the file system, not of the backup: a full disk, a file that is not there. */
const isSystemFault = (fault: unknown): boolean =>
  fault instanceof Error && 'syscall' in fault && 'code' in fault

function explained({ path }: Reading, cause: unknown): unknown {
  if (cause instanceof WrongIdentity)
    return new UnusableBackup(
      `None of these identities opens ${path}: it was encrypted to another recipient, or its beginning was changed.`,
      { cause },
    )
  if (cause instanceof WrongKind)
    return new UnusableBackup(
      cause.kind === 'ledger'
        ? `${path} is the backup of a ledger: its keys are in assent-subject-keys-<time>.age.`
        : `${path} is a backup of subject keys: the ledger is in assent-<time>.age.`,
      { cause },
    )
  if (isSystemFault(cause)) return cause
  return new UnusableBackup(
    `${path} is no whole backup, it is cut off or was changed: take another copy of it, or an older one.`,
    { cause },
  )
}
