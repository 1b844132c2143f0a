import { collectionPointsOf } from '../inventory/collection-points.ts'
import { sitesIn } from '../inventory/current.ts'
import { readConfig } from '../config.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, type Command } from './command.ts'
import { openData } from './data.ts'

export const sitePoints: Command = {
  usage: 'site points <site> [--json]',
  summary: 'Lists where else you ask for consent, and the hashes to send with it from there.',
  help: `
  --json            answers as JSON, as GET /v1/sites/<site>/collection-points does
${DATA_HELP}

Your own forms, and whoever takes consent by phone or on paper, send what was agreed to with
POST /v1/sites/<site>/consents: the hash of the configuration, and the one of the words in their language.

Example:
  assent site points shop

Exit codes: 0 done, 1 there is no such site, 2 the command was not understood.`,
  options: { ...DATA_OPTION, json: { type: 'boolean' } },
  words: [1, 1],
  async run({ flags, words: [key = ''], terminal, environment }) {
    const data = await openData(readConfig(dataFlag(flags), environment), Date.now, { readonly: true })
    try {
      const site = sitesIn(data.ledger.store)(key)
      if (!site) throw new CommandError(`There is no site "${key}": "assent site list" names them.`)
      const collectionPoints = collectionPointsOf(site)
      if (flags['json'] === true)
        terminal.out(JSON.stringify({ configuration: site.hash, collectionPoints }, null, 2))
      else if (collectionPoints.length === 0)
        terminal.out(`"${key}" has no collection points: add "collectionPoints" to its configuration.`)
      else {
        terminal.out(`configuration ${site.hash}`)
        for (const { id, name, kind, url, programs, texts } of collectionPoints) {
          terminal.out(
            `\n${terminal.paint('strong', id)}  ${name} (${kind})${url === undefined ? '' : ` ${url}`}`,
          )
          for (const [program, channels] of Object.entries(programs))
            terminal.out(
              `  ${program}: ${channels.join(', ') || 'the words tell too little for any channel'}`,
            )
          for (const [language, { words, text }] of Object.entries(texts))
            terminal.out(`  ${language}  ${text}\n      ${words}`)
        }
      }
      return EXIT.ok
    } finally {
      await data.close()
    }
  },
}
