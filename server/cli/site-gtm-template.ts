import { gtmTemplate } from '../inventory/gtm-template.ts'
import { sitesIn } from '../inventory/current.ts'
import { readConfig } from '../config.ts'
import { DATA_HELP, DATA_OPTION, EXIT, dataFlag, type Command } from './command.ts'
import { openSite } from './data.ts'

export const siteGtmTemplate: Command = {
  usage: 'site gtm-template <site>',
  summary: 'Prints a Google Tag Manager template that tells a container what your visitors chose.',
  help: `
${DATA_HELP}

Import what it prints in Tag Manager (Templates, New, Import), make a tag of it, and fire that tag on "Consent
Initialization - All Pages". The snippet stays on your pages: the template asks it. Its fields are filled in with what
your configuration grants.

Example:
  assent site gtm-template shop > assent.tpl

Exit codes: 0 done, 1 there is no such site, 2 the command was not understood.`,
  options: DATA_OPTION,
  words: [1, 1],
  async run({ flags, words: [site = ''], terminal, environment }) {
    const data = await openSite(readConfig(dataFlag(flags), environment), site, { readonly: true })
    try {
      terminal.out(gtmTemplate(sitesIn(data.ledger.store)(site)!.configuration.signals))
      return EXIT.ok
    } finally {
      await data.close()
    }
  },
}
