import { existsSync, readdirSync } from 'node:fs'
import type { Ledger } from '../ledger/ledger.ts'
import { CommandError } from './command.ts'

/**
 * Erases in a restored ledger whoever was erased since its backup was made, as the records in `folder`
 * (`<data>/erasures/<site>`) say. Answers how many people that were.
 */
export async function replayErasuresSince(_ledger: Ledger, folder: string): Promise<number> {
  const records = existsSync(folder) ? readdirSync(folder) : []
  // Serving without them would bring people back who were erased.
  if (records.length > 0)
    throw new CommandError(
      `${folder} holds records of erasures, which this version cannot repeat: restore with the one that wrote them.`,
    )
  return 0
}
