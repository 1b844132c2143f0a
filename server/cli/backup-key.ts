import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { newIdentity } from '../backup/age.ts'
import { writeDurably } from '../ledger/private-files.ts'
import { CommandError, EXIT, type Command } from './command.ts'

export const backupKey: Command = {
  usage: 'backup key <file>',
  summary: 'Makes the key that opens backups, and prints its public half.',
  help: `
Writes an age identity into a new file (mode 600), as age-keygen does, and prints the recipient that backups are
encrypted to. The server needs the recipient only: keep the file elsewhere, and a second copy of it; without it no
backup opens.

Example:
  assent backup key assent-backup.key

Exit codes: 0 made, 1 not made, 2 the command was not understood.`,
  options: {},
  words: [1, 1],
  async run({ words: [file = ''], terminal }) {
    const path = resolve(file)
    if (existsSync(path))
      throw new CommandError(`${path} is there already: it may open backups. Name another file.`)
    const { identity, recipient } = await newIdentity()
    writeDurably(path, `# public key: ${recipient}\n${identity}\n`, 'wx')
    terminal.out(recipient)
    terminal.err(`The identity is in ${path}: move it where no backup is, and keep a second copy.`)
    return EXIT.ok
  },
}
