import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { isStrongKey, type Config } from '../config.ts'
import { readSecret, writeDurably } from '../ledger/private-files.ts'
import type { KeyProvider } from '../subjects/key-provider.ts'
import { localKey } from '../subjects/local-key.ts'
import { CommandError } from './command.ts'

/** The key that wraps the keyring, from the environment or its file. A new one is made only while there is nothing yet that an older one protects. */
export function masterKey(config: Config, dataIsNew: boolean): KeyProvider {
  if (config.masterKey !== undefined) return keyInEnvironment(config.masterKey)
  const file = config.masterKeyFile
  if (!existsSync(file)) {
    if (!dataIsNew)
      throw new CommandError(
        `The master key ${file} is missing, and ${config.data} already holds a ledger: restore the key from its backup, or set ASSENT_MASTER_KEY.`,
      )
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeKeyFile(file)
  }
  return keyInFile(file)
}

/** `hex`: as the configuration has checked it. */
export function keyInEnvironment(hex: string): KeyProvider {
  const key = Buffer.from(hex, 'hex')
  return localKey(() => key)
}

/** Read whenever it is needed, so that a running server finds the one that took its place. */
export function keyInFile(file: string): KeyProvider {
  readKeyFile(file)
  return localKey(() => readKeyFile(file))
}

export const writeKeyFile = (file: string): void =>
  writeDurably(file, `${randomBytes(32).toString('hex')}\n`, 'wx')

/** Throws, saying what to do, when it is missing, readable for others, or no key one could rely on. */
export function readKeyFile(file: string): Buffer {
  const key = readSecret(file).trim()
  if (!isStrongKey(key))
    throw new CommandError(`${file} does not hold 64 random hex digits: restore it from its backup.`)
  return Buffer.from(key, 'hex')
}
