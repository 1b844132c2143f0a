import { readConfig } from '../config.ts'
import { builtFrom } from '../inventory/built.ts'
import { publishSite } from '../inventory/publish.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, type Command } from './command.ts'
import { openData } from './data.ts'
import { printFaults } from './site-check.ts'
import { checkSiteFile } from './site-file.ts'
import { DIST } from './version.ts'

export const sitePublish: Command = {
  usage: 'site publish <file>',
  summary: 'Makes a configuration what visitors get from now on; a running server takes it at once.',
  help: `
${DATA_HELP}

Compiles the configuration with this version of Assent and appends it to the site's log. The first time, the
site's signing key is made in <data>/keys: back it up apart from the database. Publishing the same again adds nothing.

Example:
  assent site publish my-site.json --data ./data

Exit codes: 0 published, 1 it has faults or could not be published, 2 the command was not understood.`,
  options: DATA_OPTION,
  words: [1, 1],
  async run({ flags, words: [file = ''], terminal, environment }) {
    const built = await builtFrom(DIST)
    const check = checkSiteFile(file, built)
    if (!check.ok) {
      printFaults(terminal, file, check.faults)
      return EXIT.findings
    }
    const data = openData(readConfig(dataFlag(flags), environment), Date.now)
    try {
      const { site } = check.configuration
      const published = await publishSite(data.ledger, data.folders, built, check.configuration)
      if (!published.ok) throw new CommandError(published.detail)
      const { configuration, index, unchanged, newTexts } = published
      terminal.out(
        unchanged
          ? `"${site}" already serves exactly this (configuration ${configuration.slice(0, 12)}, index ${index}).`
          : `"${site}" serves configuration ${configuration.slice(0, 12)} from now on (index ${index}, ${newTexts} new texts).`,
      )
      return EXIT.ok
    } finally {
      await data.close()
    }
  },
}
