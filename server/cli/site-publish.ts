import { readConfig } from '../config.ts'
import { builtFrom } from '../inventory/built.ts'
import { publishSite } from '../inventory/publish.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, type Command } from './command.ts'
import { openData } from './data.ts'
import { languageWarnings } from './language-warnings.ts'
import { printFaults } from './site-check.ts'
import { checkSiteFile } from './site-file.ts'
import { DIST } from './version.ts'

export const sitePublish: Command = {
  usage: 'site publish <file> [--json]',
  summary: 'Makes a configuration what visitors get from now on, of a running server too.',
  help: `
  --json            answers as JSON
${DATA_HELP}

Compiles the configuration with this version of Assent and appends it to the site's log. The first time, the
site's signing key is made in <data>/keys: back it up apart from the database. Publishing the same again adds nothing.

Example:
  assent site publish my-site.json --data ./data

Exit codes: 0 published, 1 it has faults or could not be published, 2 the command was not understood.`,
  options: { ...DATA_OPTION, json: { type: 'boolean' } },
  words: [1, 1],
  async run({ flags, words: [file = ''], terminal, environment }) {
    const built = await builtFrom(DIST)
    const check = checkSiteFile(file, built)
    const json = flags['json'] === true
    if (!check.ok) {
      const { faults } = check
      if (json) terminal.out(JSON.stringify({ ok: false, faults }, null, 2))
      else printFaults(terminal, file, faults)
      return EXIT.findings
    }
    const data = await openData(readConfig(dataFlag(flags), environment), Date.now)
    try {
      const { site } = check.configuration
      const published = await publishSite(data.ledger, data.folders, built, check.configuration)
      if (!published.ok) throw new CommandError(published.detail)
      const { configuration, index, unchanged, newTexts } = published
      const { lastRevised } = check.configuration.notice
      // Revised twice in a day, it has no later date to be given.
      const isOfToday = lastRevised >= new Date(data.ledger.now()).toISOString().slice(0, 10)
      const warnings = languageWarnings(check.configuration)
      if (published.noticeIsUnrevised && !isOfToday)
        warnings.push({
          path: 'notice.lastRevised',
          message: `is still ${lastRevised}, and the notice says something new: write the day of the change, and publish again`,
        })
      if (json) {
        const answer = { ok: true, site, configuration, index, unchanged, newTexts, warnings }
        terminal.out(JSON.stringify(answer, null, 2))
        return EXIT.ok
      }
      terminal.out(
        unchanged
          ? `"${site}" already serves exactly this (configuration ${configuration.slice(0, 12)}, index ${index}).`
          : `"${site}" serves configuration ${configuration.slice(0, 12)} from now on (index ${index}, ${newTexts} new texts).`,
      )
      for (const { path, message } of warnings) terminal.err(`warning: ${path} ${message}`)
      return EXIT.ok
    } finally {
      await data.close()
    }
  },
}
