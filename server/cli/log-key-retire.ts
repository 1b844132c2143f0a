import { keyIdOf } from '../../shared/domain/log-keys.ts'
import { readConfig } from '../config.ts'
import { retireLogKeys } from '../ledger/rotate.ts'
import { DATA_HELP, DATA_OPTION, EXIT, dataFlag, type Command } from './command.ts'
import { openSite } from './data.ts'

export const logKeyRetire: Command = {
  usage: 'log-key retire <site>',
  summary: 'Ends the old signing key now, though it was to sign beside the new one for longer.',
  help: `
${DATA_HELP}

Writes that the key has ended, and destroys its private half. A running server does this by itself when the time is over.

Example:
  assent log-key retire shop

Exit codes: 0 done, or there is none to end; 1 it could not be, 2 the command was not understood.`,
  options: DATA_OPTION,
  words: [1, 1],
  async run({ flags, words: [site = ''], terminal, environment }) {
    const data = await openSite(readConfig(dataFlag(flags), environment), site)
    try {
      const ended = await retireLogKeys(data.ledger, data.folders, site, { atOnce: true })
      if (ended.length === 0) terminal.out(`"${site}" is signed by one key only: there is none to end.`)
      for (const { vkey } of ended)
        terminal.out(`Key ${keyIdOf(vkey)} has ended, and its private half is destroyed.`)
      return EXIT.ok
    } finally {
      await data.close()
    }
  },
}
