import { BadList } from './bad-list.ts'

/** What a list was written in, as its first bytes tell. */
export interface Encoding {
  readonly label: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'
  /** It begins with a byte order mark, as spreadsheets write it and expect it back. */
  readonly marked: boolean
}

export function encodingOf(first: Uint8Array): Encoding {
  if (first[0] === 0xff && first[1] === 0xfe) return { label: 'utf-16le', marked: true }
  if (first[0] === 0xfe && first[1] === 0xff) return { label: 'utf-16be', marked: true }
  if (first[0] === 0xef && first[1] === 0xbb && first[2] === 0xbf) return { label: 'utf-8', marked: true }
  // Half the bytes of a list in UTF-16 are zero: digits, commas and line ends all are.
  const zeros = (odd: 0 | 1) => first.filter((byte, i) => byte === 0 && i % 2 === odd).length
  if (zeros(1) > first.length / 4) return { label: 'utf-16le', marked: false }
  if (zeros(0) > first.length / 4) return { label: 'utf-16be', marked: false }
  return { label: isUtf8(first) ? 'utf-8' : 'windows-1252', marked: false }
}

/** The last character may be cut. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

/** Enough of a list to tell how it is written, or all of it. */
const FIRST = 4_096

/**
 * The text of a list, whatever it was written in; `begun` hears what that is before any of it comes. What is plain ASCII so
 * far may become either kind of one-byte text: it is told by the first letter that is none. Throws where what comes is not
 * what came before: a letter that is lost in an address makes it another.
 */
export async function* decode(
  bytes: AsyncIterable<Uint8Array>,
  begun: (encoding: Encoding) => void,
): AsyncGenerator<string> {
  let waiting: Uint8Array[] = []
  let encoding: Encoding | undefined
  let decoder: TextDecoder | undefined

  function text(chunk: Uint8Array, more: boolean): string {
    if (!encoding) begun((encoding = encodingOf(chunk)))
    if (!decoder && encoding.label === 'utf-8' && !encoding.marked && isAscii(chunk))
      return Buffer.from(chunk).toString('latin1')
    decoder ??= new TextDecoder(
      encoding.label === 'utf-8' && !encoding.marked && !isUtf8(chunk) ? 'windows-1252' : encoding.label,
      { fatal: true },
    )
    try {
      return decoder.decode(chunk, { stream: more })
    } catch (cause) {
      throw new BadList('the list is not written in one encoding throughout: save it as UTF-8', { cause })
    }
  }

  for await (const chunk of bytes) {
    waiting.push(chunk)
    if (!encoding && waiting.reduce((sum, { length }) => sum + length, 0) < FIRST) continue
    yield text(Buffer.concat(waiting), true)
    waiting = []
  }
  yield text(Buffer.concat(waiting), false)
}

const isAscii = (bytes: Uint8Array): boolean => bytes.every(byte => byte < 0x80)
