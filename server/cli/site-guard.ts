import { guardId, guardTable } from '../../shared/domain/guard.ts'
import { sitesIn } from '../inventory/current.ts'
import { readConfig } from '../config.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, type Command } from './command.ts'
import { openSite } from './data.ts'
import { guardFor, hashSource } from './snippet.ts'

export const siteGuard: Command = {
  usage: 'site guard <site>',
  summary: 'Prints the guard of automatic mode, for above the snippet.',
  help: `
${DATA_HELP}

The guard is the only thing on standard output; its id, and how a Content-Security-Policy names it, are said beside it.
It changes when the hosts, purposes or approvals of services change, and with a new version of Assent: paste it again then.
Pages that carry an older one say so in the browser's console, and "assent site publish" when it happens.

Example:
  assent site guard shop > guard.html

Exit codes: 0 done, 1 there is no such site or its automatic mode is off, 2 the command was not understood.`,
  options: DATA_OPTION,
  words: [1, 1],
  async run({ flags, words: [site = ''], terminal, environment }) {
    const data = await openSite(readConfig(dataFlag(flags), environment), site, { readonly: true })
    try {
      const { configuration } = sitesIn(data.ledger.store)(site)!
      if (!configuration.gating?.automatic)
        throw new CommandError(
          `Automatic mode of "${site}" is off: write "gating": { "automatic": true } into its configuration, and publish.`,
        )
      const guard = guardFor(configuration)
      terminal.out(guard)
      terminal.err(
        `guard ${guardId(guardTable(configuration))}, in a policy: script-src ${hashSource(guard)}`,
      )
      return EXIT.ok
    } finally {
      await data.close()
    }
  },
}
