import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { KeptBeside } from '../erasure/erase.ts'
import { replayErasures } from '../erasure/replay.ts'
import { keptErasuresFile, keptErasuresFiles } from '../ledger/kept-erasures.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { writeDurably } from '../ledger/private-files.ts'

/**
 * Erases in a restored ledger whoever was erased since its backup was made, as the records in `folder`
 * (`<data>/erasures/<site>`) say, and keeps those records with it, in `into`. Answers how many people that were.
 */
export async function replayErasuresSince(
  { ledger, keptBeside }: { readonly ledger: Ledger; readonly keptBeside: KeptBeside },
  folder: string,
  into: string,
): Promise<number> {
  let erased = 0
  for (const records of keptErasuresFiles(folder)) {
    const file = keptErasuresFile(into, basename(records))
    addLines(file, records)
    // oxlint-disable-next-line no-await-in-loop -- one site after the other
    const { appended } = await replayErasures(ledger, file, [keptBeside])
    erased += appended
  }
  return erased
}

/** Lines that are not there yet; one that a crash cut off at the end announces nothing. */
function addLines(file: string, records: string): void {
  const known = linesIn(file)
  const more = linesIn(records).filter(line => !known.includes(line))
  if (more.length === 0) return
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 })
  writeDurably(file, [...known, ...more].map(line => `${line}\n`).join(''), 'w')
}

const linesIn = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
