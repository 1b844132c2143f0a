import { readConfig } from '../config.ts'
import { openOperators } from '../storage/open.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, type Command } from './command.ts'
import { ledgerFolder } from './data.ts'
import { keyJson } from './key-list.ts'

export const keyRevoke: Command = {
  usage: 'key revoke <id> [--json]',
  summary: 'Revokes an API key for ever; a running server refuses it from the next request on.',
  help: `
  --json            answers as JSON
${DATA_HELP}

The id is the third part of the key, and the first of a line of "assent key list".

Example:
  assent key revoke 5bd8a2c10f3e

Exit codes: 0 it is revoked, 1 there is no such key, 2 the command was not understood.`,
  options: { ...DATA_OPTION, json: { type: 'boolean' } },
  words: [1, 1],
  run({ flags, words: [id = ''], terminal, environment }) {
    // Whoever has the whole key at hand has put it into the history of the shell by now; its id is enough.
    const keyId = /^assent_[a-z0-9-]+_([0-9a-f]+)_/.exec(id)?.[1] ?? id
    const operators = openOperators(ledgerFolder(readConfig(dataFlag(flags), environment)))
    try {
      const revoked = operators.apiKeys.revoke(keyId, Date.now())
      if (!revoked) throw new CommandError(`There is no key "${keyId}": "assent key list" names them.`)
      if (flags['json'] === true) terminal.out(JSON.stringify(keyJson(revoked), null, 2))
      else
        terminal.out(
          `Key ${keyId} of "${revoked.site}" is revoked since ${new Date(revoked.revokedAt!).toISOString()}.`,
        )
      return Promise.resolve(EXIT.ok)
    } finally {
      operators.close()
    }
  },
}
