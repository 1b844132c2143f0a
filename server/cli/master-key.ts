import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { isStrongKey, type Config } from '../config.ts'
import { readSecret, writeDurably } from '../ledger/private-files.ts'
import { CommandError } from './command.ts'

/**
 * The key that wraps every subject's key, from the environment or its file. A new one is made only while there is
 * nothing yet that an older one protects.
 */
export function masterKey(config: Config, dataIsNew: boolean): Uint8Array {
  if (config.masterKey !== undefined) return Buffer.from(config.masterKey, 'hex')
  const file = config.masterKeyFile
  if (!existsSync(file)) {
    if (!dataIsNew)
      throw new CommandError(
        `The master key ${file} is missing, and ${config.data} already holds a ledger: restore the key from its backup, or set ASSENT_MASTER_KEY.`,
      )
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeDurably(file, `${randomBytes(32).toString('hex')}\n`, 'wx')
  }
  const key = readSecret(file).trim()
  if (!isStrongKey(key))
    throw new CommandError(`${file} does not hold 64 random hex digits: restore it from its backup.`)
  return Buffer.from(key, 'hex')
}
