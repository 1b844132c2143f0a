import { readConfig } from '../config.ts'
import { builtFrom } from '../inventory/built.ts'
import { sitesIn } from '../inventory/current.ts'
import { publishSite } from '../inventory/publish.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, type Command } from './command.ts'
import { askedAgainLines, declaredIn } from './asked-again.ts'
import { openData } from './data.ts'
import { guardWarnings } from './guard-warnings.ts'
import { languageWarnings } from './language-warnings.ts'
import { printFaults } from './site-check.ts'
import { regionWarnings } from './region-warnings.ts'
import { checkSiteFile } from './site-file.ts'
import { DIST } from './version.ts'

export const sitePublish: Command = {
  usage: 'site publish <file> [--ask-again <purposes>] [--not-material <purposes>] [--json]',
  summary: 'Makes a configuration what visitors get from now on, of a running server too.',
  help: `
  --ask-again <purposes>     ids between commas: they mean something new, so older yeses to them are asked again
  --not-material <purposes>  nothing of substance changed in these: nobody is asked again, and the log says you said so
  --json                     answers as JSON
${DATA_HELP}

A purpose that has a new recipient, use, country, kind or legal basis is asked about again: its older yeses end, a no
stays a no. Corrected words ask nobody.

Compiles the configuration with this version of Assent and appends it to the site's log. The first time, the
site's signing key is made in <data>/keys: back it up apart from the database. Publishing the same again adds nothing.

Example:
  assent site publish my-site.json --data ./data

Exit codes: 0 published, 1 it has faults or could not be published, 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    json: { type: 'boolean' },
    'ask-again': { type: 'string' },
    'not-material': { type: 'string' },
  },
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
      const before = data.ledger.store.current(site) && sitesIn(data.ledger.store)(site)?.configuration
      const declared = declaredIn(flags, check.configuration)
      const published = await publishSite(data.ledger, data.folders, built, check.configuration, declared)
      if (!published.ok) throw new CommandError(published.detail)
      const { configuration, index, unchanged, newTexts } = published
      const { lastRevised } = check.configuration.notice
      // Revised twice in a day, it has no later date to be given.
      const isOfToday = lastRevised >= new Date(data.ledger.now()).toISOString().slice(0, 10)
      const warnings = [
        ...languageWarnings(check.configuration),
        ...regionWarnings(check.configuration, data.ledger.now()),
        ...guardWarnings(check.configuration, before),
      ]
      if (published.noticeIsUnrevised && !isOfToday)
        warnings.push({
          path: 'notice.lastRevised',
          message: `is still ${lastRevised}, and the notice says something new: write the day of the change, and publish again`,
        })
      if (json) {
        const { changed, again } = published
        const answer = { ok: true, site, configuration, index, unchanged, newTexts, warnings, changed, again }
        terminal.out(JSON.stringify(answer, null, 2))
        return EXIT.ok
      }
      terminal.out(
        unchanged
          ? `"${site}" already serves exactly this (configuration ${configuration.slice(0, 12)}, index ${index}).`
          : `"${site}" serves configuration ${configuration.slice(0, 12)} from now on (index ${index}, ${newTexts} new texts).`,
      )
      for (const line of askedAgainLines(published, declared)) terminal.out(line)
      for (const { path, message } of warnings) terminal.err(`warning: ${path} ${message}`)
      return EXIT.ok
    } finally {
      await data.close()
    }
  },
}
