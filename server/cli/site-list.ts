import { readConfig } from '../config.ts'
import { DATA_HELP, DATA_OPTION, EXIT, dataFlag, type Command } from './command.ts'
import { openData } from './data.ts'
import { tableOf } from './table.ts'

export const siteList: Command = {
  usage: 'site list [--json]',
  summary: 'Lists the published sites: what each serves, since when, and how long its log is.',
  help: `
  --json            answers as JSON
${DATA_HELP}

Example:
  assent site list

Exit codes: 0 done, 1 there is no ledger, 2 the command was not understood.`,
  options: { ...DATA_OPTION, json: { type: 'boolean' } },
  words: [0, 0],
  async run({ flags, terminal, environment }) {
    const data = await openData(readConfig(dataFlag(flags), environment), Date.now, { readonly: true })
    try {
      const { store } = data.ledger
      const sites = store.sites().map(site => {
        const { configuration, index } = store.current(site)!
        const since = new Date(store.entry(site, index)!.entry.receivedAt).toISOString()
        return { site, configuration, index, since, entries: store.size(site) }
      })
      if (flags['json'] === true) terminal.out(JSON.stringify({ sites }, null, 2))
      else if (sites.length === 0) terminal.out('No site is published: use "assent site publish <file>".')
      else
        for (const line of tableOf(
          ['site', 'entries', 'serves since', 'index', 'configuration'],
          sites.map(s => [s.site, String(s.entries), s.since, String(s.index), s.configuration]),
        ))
          terminal.out(line)
      return EXIT.ok
    } finally {
      await data.close()
    }
  },
}
