import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ED25519_COSIGNATURE, formatPrivateKey, parsePrivateKey, type NoteSigner } from '../ledger/note.ts'
import { readSecret, writeDurably } from '../ledger/private-files.ts'
import { CommandError, EXIT } from './command.ts'

/** The key of the witness in a folder; made at its first start, and never again once it has cosigned anything. */
export function witnessKey(folder: string, name: string | undefined): NoteSigner {
  const file = join(folder, 'witness.key')
  if (!existsSync(file)) makeKey(folder, file, name)
  const key = parsePrivateKey(readSecret(file).trimEnd(), ED25519_COSIGNATURE)
  if (!key) throw new CommandError(`${file} is no witness key: restore it from its backup.`)
  if (name !== undefined && name !== key.name)
    throw new CommandError(
      `The key in ${file} signs as "${key.name}", not as "${name}": leave --name out, or name another folder with --data.`,
      EXIT.usage,
    )
  return key
}

function makeKey(folder: string, file: string, name: string | undefined): void {
  if (existsSync(join(folder, 'witness.db')))
    throw new CommandError(
      `The key ${file} is missing, and ${folder} already holds what it cosigned: restore the key from its backup, or begin in an empty folder.`,
    )
  if (name === undefined)
    throw new CommandError(
      'Give the witness a name with --name, such as "witness.example/w1": it stands beside everything it signs.',
      EXIT.usage,
    )
  if (!/^[^\s+]{1,200}$/u.test(name))
    throw new CommandError(`--name "${name}" cannot name a key: no blanks and no "+".`, EXIT.usage)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeDurably(file, `${formatPrivateKey(name, randomBytes(32), ED25519_COSIGNATURE)}\n`, 'wx')
}
