import { readConfig } from '../config.ts'
import { rollbackSite } from '../inventory/publish.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { openData } from './data.ts'

export const siteRollback: Command = {
  usage: 'site rollback <site> [--to <hash>]',
  summary: 'Publishes an older version once more, byte for byte.',
  help: `
  --to <hash>       configuration to go back to, 8 or more digits of its hash (default: the version before)
${DATA_HELP}

Versions are counted in the order in which they were first published: without --to it goes to the one before the one
that is served, and again one further back. A rollback is an entry like any other: the log keeps what was served when.

Examples:
  assent site rollback shop
  assent site rollback shop --to 3f9a61c2

Exit codes: 0 published, 1 there is no such version, 2 the command was not understood.`,
  options: { ...DATA_OPTION, to: { type: 'string' } },
  words: [1, 1],
  async run({ flags, words: [site = ''], terminal, environment }) {
    const to = textFlag(flags['to'])
    if (to !== undefined && !/^[0-9a-f]{8,64}$/.test(to))
      throw new CommandError('--to takes 8 to 64 lower-case hex digits of a configuration hash.', EXIT.usage)
    const data = await openData(readConfig(dataFlag(flags), environment), Date.now)
    try {
      const published = await rollbackSite(data.ledger, site, to)
      if (!published.ok) throw new CommandError(published.detail)
      const { configuration, index, unchanged, version, of } = published
      const served = `version ${version} of ${of}, configuration ${configuration.slice(0, 12)}`
      terminal.out(
        unchanged
          ? `"${site}" already serves ${served}.`
          : `"${site}" serves ${served}, again (index ${index}).`,
      )
      return EXIT.ok
    } finally {
      await data.close()
    }
  },
}
