/** As much of POSIX tar (ustar, IEEE 1003.1) as a backup needs, so that `age -d … | tar x` opens one without Assent. */

const BLOCK = 512
const NAME_SIZE = 100
const REGULAR_FILE = 0x30
/** Eleven octal digits; larger sizes are written as GNU tar and star do, in base 256. */
const MOST_IN_OCTAL = 0o77777777777

/** Names a backup may hold: relative, and nothing that leads out of the folder it is unpacked in. */
const NAME = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*$/

export const isTarName = (name: string): boolean => NAME.test(name) && name.length <= NAME_SIZE

/** `seconds`: modification time. */
export function tarHeader(name: string, size: number, seconds: number): Buffer {
  if (!isTarName(name)) throw new Error(`"${name}" is no name for a file of a backup`)
  const header = Buffer.alloc(BLOCK)
  header.write(name, 0, 'latin1')
  header.write(octal(0o600, 8), 100, 'latin1')
  header.write(octal(0, 8), 108, 'latin1')
  header.write(octal(0, 8), 116, 'latin1')
  writeSize(header, size)
  header.write(octal(seconds, 12), 136, 'latin1')
  header[156] = REGULAR_FILE
  header.write('ustar\u000000', 257, 'latin1')
  header.write(`${checksum(header).toString(8).padStart(6, '0')}\u0000 `, 148, 'latin1')
  return header
}

/** What follows a file of this size, up to the next header. */
export const tarPadding = (size: number): Buffer => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK)

export const TAR_END = Buffer.alloc(2 * BLOCK)

export interface TarFile {
  readonly name: string
  readonly size: number
  /** To be read to its end before the next file is asked for. */
  readonly content: AsyncIterable<Uint8Array>
}

/** The files of an archive, one after the other. Throws where it is not what `tarHeader` writes, or is cut off. */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarFile> {
  const bytes = reader(source)
  for (;;) {
    const header = await bytes.exactly(BLOCK)
    if (header.every(byte => byte === 0)) break
    const { name, size } = readHeader(header)
    yield { name, size, content: bytes.some(size) }
    await bytes.exactly((BLOCK - (size % BLOCK)) % BLOCK)
  }
  // To the very end: only then is all of the source known to be what was written.
  const rest = await bytes.exactly(BLOCK)
  if (!rest.every(byte => byte === 0) || !(await bytes.ended())) throw new Error('bytes follow its end')
}

function readHeader(header: Buffer): { name: string; size: number } {
  const name = header.subarray(0, NAME_SIZE).toString('latin1').replace(/\0+$/, '')
  const sum = parseInt(header.subarray(148, 156).toString('latin1'), 8)
  if (sum !== checksum(header)) throw new Error('a header is not what was written')
  if (header[156] !== REGULAR_FILE || !NAME.test(name)) throw new Error(`"${name}" is no file of a backup`)
  return { name, size: readSize(header) }
}

function checksum(header: Buffer): number {
  let sum = 8 * 0x20
  for (const [i, byte] of header.entries()) if (i < 148 || i >= 156) sum += byte
  return sum
}

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\u0000`

function writeSize(header: Buffer, size: number): void {
  if (size <= MOST_IN_OCTAL) return void header.write(octal(size, 12), 124, 'latin1')
  header.writeBigUInt64BE(BigInt(size), 128)
  header[124] = 0x80
}

function readSize(header: Buffer): number {
  if (header[124] === 0x80) return Number(header.readBigUInt64BE(128))
  const size = parseInt(header.subarray(124, 136).toString('latin1'), 8)
  if (!Number.isSafeInteger(size)) throw new Error('a header is not what was written')
  return size
}

function reader(source: AsyncIterable<Uint8Array>) {
  const chunks = source[Symbol.asyncIterator]()
  let held: Uint8Array = new Uint8Array()

  /** At most `size` bytes, at least one; `undefined` at the end. */
  async function next(size: number): Promise<Uint8Array | undefined> {
    while (held.length === 0) {
      const chunk = await chunks.next()
      if (chunk.done) return undefined
      held = chunk.value
    }
    const part = held.subarray(0, size)
    held = held.subarray(part.length)
    return part
  }

  async function* some(size: number): AsyncGenerator<Uint8Array> {
    for (let left = size; left > 0;) {
      const part = await next(left)
      if (!part) throw new Error('it is cut off')
      left -= part.length
      yield part
    }
  }

  return {
    some,
    async exactly(size: number): Promise<Buffer> {
      const parts: Uint8Array[] = []
      for await (const part of some(size)) parts.push(part)
      return Buffer.concat(parts)
    },
    ended: async () => (await next(1)) === undefined,
  }
}
