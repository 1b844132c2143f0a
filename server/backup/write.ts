import { createHash } from 'node:crypto'
import { createReadStream, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { encrypt } from './age.ts'
import { MANIFEST, type Manifest, type ManifestFile } from './manifest.ts'
import { TAR_END, tarHeader, tarPadding } from './tar.ts'

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

async function* archive({ sources, about, progress }: Writing): AsyncGenerator<Uint8Array> {
  const files: ManifestFile[] = []
  const seconds = Math.floor(Date.parse(about.madeAt) / 1000)
  let done = 0
  for (const source of sources) {
    const { name, size } = source
    yield tarHeader(name, size, seconds)
    const hash = createHash('sha256')
    let read = 0
    for await (const chunk of contentOf(source)) {
      hash.update(chunk)
      read += chunk.length
      progress((done += chunk.length))
      yield chunk
    }
    if (read !== size) throw new Error(`${name} had ${size} bytes, and ${read} when it was read`)
    yield tarPadding(size)
    files.push({ name, size, sha256: hash.digest('hex') })
  }
  const manifest: Manifest = { format: 1, ...about, files }
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)
  yield tarHeader(MANIFEST, text.length, seconds)
  yield text
  yield tarPadding(text.length)
  yield TAR_END
}

const contentOf = ({ from }: Source): AsyncIterable<Uint8Array> | Iterable<Uint8Array> =>
  typeof from === 'string' ? (createReadStream(from) as AsyncIterable<Uint8Array>) : [from]

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
