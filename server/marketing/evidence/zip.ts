import { crc32, deflateRawSync } from 'node:zlib'

/** A file of an archive, or of a folder. */
export interface PackFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** MS-DOS time counts from 1980 in steps of two seconds; in UTC, for an archive has no zone. */
function dosTime(moment: number): number {
  const at = new Date(moment)
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate()
  return (
    ((date << 16) | (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1)) >>> 0
  )
}

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
/** Names are UTF-8. */
const UTF8 = 0x0800
const DEFLATED = 8
const VERSION = 20
/** Made on Unix, so that the mode counts: a plain file that its owner alone may read. */
const MADE_BY = (3 << 8) | VERSION
const MODE = 0o100600

/** A ZIP archive (APPNOTE.TXT), every file deflated. For a few files of a few megabytes: all of it is held in memory. */
export function zip(files: readonly PackFile[], modifiedAt: number): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, bytes } of files) {
    const path = Buffer.from(name)
    const packed = deflateRawSync(bytes)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(VERSION, 0)
    common.writeUInt16LE(UTF8, 2)
    common.writeUInt16LE(DEFLATED, 4)
    common.writeUInt32LE(dosTime(modifiedAt), 6)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(bytes.length, 18)
    common.writeUInt16LE(path.length, 22)
    const local = Buffer.concat([int32(LOCAL), common, path, packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE((MODE << 16) >>> 0, 6)
    rest.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([int32(CENTRAL), int16(MADE_BY), common, rest, path]))
    bodies.push(local)
    offset += local.length
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(files.length, 4)
  end.writeUInt16LE(files.length, 6)
  end.writeUInt32LE(size, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...bodies, ...directory, int32(END), end])
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}
