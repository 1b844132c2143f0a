import { sitesIn } from '../inventory/current.ts'
import { readConfig } from '../config.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, type Command } from './command.ts'
import { openSite } from './data.ts'

export const siteGpcJson: Command = {
  usage: 'site gpc-json <site>',
  summary: 'Prints /.well-known/gpc.json for your own pages: that they honour Global Privacy Control.',
  help: `
${DATA_HELP}

Serve what it prints at https://<your site>/.well-known/gpc.json, as application/json. Its "lastUpdate" is the day
the configuration that is served now was published. A site none of whose purposes has "gpc": true gets nothing:
there the signal would switch nothing off.

Example:
  assent site gpc-json shop > public/.well-known/gpc.json

Exit codes: 0 done, 1 there is no such site, or the signal covers nothing of it, 2 the command was not understood.`,
  options: DATA_OPTION,
  words: [1, 1],
  async run({ flags, words: [site = ''], terminal, environment }) {
    const data = await openSite(readConfig(dataFlag(flags), environment), site, { readonly: true })
    try {
      const { store } = data.ledger
      const { configuration } = sitesIn(store)(site)!
      if (!configuration.purposes.some(({ gpc }) => gpc === true))
        throw new CommandError(
          `No purpose of "${site}" has "gpc": true, so Global Privacy Control switches nothing off there: set it where personal data are sold or shared, and publish.`,
        )
      const { index } = store.current(site)!
      const lastUpdate = new Date(store.entry(site, index)!.entry.receivedAt).toISOString().slice(0, 10)
      terminal.out(JSON.stringify({ gpc: true, lastUpdate }))
      return EXIT.ok
    } finally {
      await data.close()
    }
  },
}
