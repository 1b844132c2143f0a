import { createHash, type Hash } from 'node:crypto'
import { createReadStream, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { encrypt } from './age.ts'
import { MANIFEST, type Manifest, type ManifestFile } from './manifest.ts'
import { writeTar, type TarFile } from './tar.ts'

/** A file to be put into a backup: bytes, or where they are. It must not change meanwhile. */
export interface Source {
  readonly name: string
  readonly size: number
  readonly from: string | Uint8Array
}

export interface Writing {
  readonly sources: readonly Source[]
  readonly about: Omit<Manifest, 'format' | 'files'>
  readonly recipients: readonly string[]
  /** Hears how many bytes of the sources are in. */
  readonly progress: (bytes: number) => void
}

/** Under its final name only once it is whole and on disk. */
export interface Written {
  /** Bytes of the encrypted file. */
  readonly size: number
  publish(): Promise<void>
  discard(): void
}

/** Streams the sources and their manifest through tar and age into a file beside `path`; memory does not grow with them. */
export async function writeBackup(path: string, writing: Writing): Promise<Written> {
  const partial = `${path}.partial`
  const discard = () => rmSync(partial, { force: true })
  const file = await open(partial, 'w', 0o600)
  try {
    let size = 0
    for await (const chunk of await encrypt(archive(writing), writing.recipients)) {
      await file.writeFile(chunk)
      size += chunk.length
    }
    await file.sync()
    return {
      size,
      discard,
      async publish() {
        renameSync(partial, path)
        await syncFolder(dirname(path))
      },
    }
  } catch (cause) {
    discard()
    throw cause
  } finally {
    await file.close()
  }
}

const archive = (writing: Writing): AsyncGenerator<Uint8Array> =>
  writeTar(filesOf(writing), new Date(Date.parse(writing.about.madeAt)))

/** The sources one after the other, and last what the manifest says of them. */
async function* filesOf({ sources, about, progress }: Writing): AsyncGenerator<TarFile> {
  const files: ManifestFile[] = []
  let done = 0
  for (const source of sources) {
    const { name, size } = source
    const hash = createHash('sha256')
    yield { name, size, content: told(source, hash) }
    files.push({ name, size, sha256: hash.digest('hex') })
  }
  const manifest: Manifest = { format: 1, ...about, files }
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)
  yield { name: MANIFEST, size: text.length, content: contentOf({ from: text }) }

  async function* told({ name, size, from }: Source, hash: Hash): AsyncGenerator<Uint8Array> {
    let read = 0
    for await (const chunk of contentOf({ from })) {
      hash.update(chunk)
      read += chunk.length
      progress((done += chunk.length))
      yield chunk
    }
    if (read !== size) throw new Error(`${name} had ${size} bytes, and ${read} when it was read`)
  }
}

async function* contentOf({ from }: Pick<Source, 'from'>): AsyncGenerator<Uint8Array> {
  if (typeof from === 'string') yield* createReadStream(from)
  else yield from
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
