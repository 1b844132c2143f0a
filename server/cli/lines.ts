import { closeSync, openSync, readSync } from 'node:fs'
import type { ExportLine } from '../ledger/read-export.ts'
import { CommandError, EXIT } from './command.ts'

const CHUNK = 1 << 20
const NEWLINE = 10
/** No text that is published comes near it. */
const LONGEST = 64 << 20

/** The lines of a file of any size, one at a time; `undefined` for one that does not end. */
export function* linesIn(path: string): Generator<ExportLine, void> {
  const file = openFile(path)
  try {
    let begun: Buffer[] = []
    let length = 0
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK)
      const read = readSync(file, chunk)
      if (read === 0) break
      let start = 0
      for (let end = chunk.indexOf(NEWLINE); end >= 0 && end < read; end = chunk.indexOf(NEWLINE, start)) {
        yield Buffer.concat([...begun, chunk.subarray(start, end)])
        begun = []
        length = 0
        start = end + 1
      }
      begun.push(chunk.subarray(start, read))
      length += read - start
      if (length > LONGEST) break
    }
    if (length > 0) yield undefined
  } finally {
    closeSync(file)
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (cause) {
    throw new CommandError(`Could not read ${path}: check the path`, EXIT.usage, { cause })
  }
}
