import { createTarDecoder, createTarPacker } from 'modern-tar'

/** A backup is a plain tar inside, so that `age -d … | tar x` opens one without Assent. */

/** What fits into the name of every tar's header (ustar, IEEE 1003.1). */
const NAME_SIZE = 100

/** Names a backup may hold: relative, and nothing that leads out of the folder it is unpacked in. */
const NAME = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*$/

export const isTarName = (name: string): boolean => NAME.test(name) && name.length <= NAME_SIZE

export interface TarFile {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** To be read to its end before the next file is asked for. */
  readonly content: AsyncIterable<Uint8Array>
}

/** An archive of these files, made while they are read. */
export async function* writeTar(files: AsyncIterable<TarFile>, mtime: Date): AsyncGenerator<Uint8Array> {
  const { readable, controller } = createTarPacker()
  const packed = pack().catch((fault: unknown) => controller.error(fault))
  yield* readable
  await packed

  async function pack(): Promise<void> {
    for await (const { name, size, content } of files) {
      if (!isTarName(name)) throw new Error(`"${name}" is no name for a file of a backup`)
      const body = controller.add({ name, size, mtime, mode: 0o600, type: 'file' }).getWriter()
      for await (const chunk of content) await body.write(chunk)
      await body.close()
    }
    controller.finalize()
  }
}

/** The files of an archive, one after the other. Throws where it holds anything but files of a backup, or is cut off. */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarFile> {
  const decoder = createTarDecoder({ strict: true })
  for await (const { header, body } of streamOf(source).pipeThrough(decoder)) {
    const { name, size, type } = header
    if (type !== 'file' || !isTarName(name)) throw new Error(`"${name}" is no file of a backup`)
    yield { name, size, content: body }
  }
}

function streamOf(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
}
