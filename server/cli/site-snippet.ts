import { readConfig } from '../config.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { openData } from './data.ts'
import { serverAddress, serverOf, snippetFor } from './snippet.ts'

export const siteSnippet: Command = {
  usage: 'site snippet <site> [--server <address>]',
  summary: 'Prints the snippet for <head>, with server address and site key filled in.',
  help: `
  --server <address>  address browsers reach this server at (default ASSENT_URL, or http://localhost:8787)
${DATA_HELP}

The snippet is the only thing on standard output. It changes with a new version of Assent only, never with what you
publish.

Example:
  assent site snippet shop --server https://consent.shop.example

Exit codes: 0 done, 1 there is no such site, 2 the command was not understood.`,
  options: { ...DATA_OPTION, server: { type: 'string' } },
  words: [1, 1],
  async run({ flags, words: [site = ''], terminal, environment }) {
    const config = readConfig(dataFlag(flags), environment)
    const server = serverOf(textFlag(flags['server']) ?? serverAddress(config))
    const data = await openData(config, Date.now, { readonly: true })
    try {
      if (!data.ledger.store.current(site))
        throw new CommandError(`There is no site "${site}": "assent site list" names them.`)
      terminal.out(snippetFor(site, server))
      return EXIT.ok
    } finally {
      await data.close()
    }
  },
}
