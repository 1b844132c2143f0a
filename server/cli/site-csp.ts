import { pagePolicy } from '../../shared/domain/page-policy.ts'
import { readConfig } from '../config.ts'
import { builtFrom } from '../inventory/built.ts'
import { EXIT, textFlag, type Command } from './command.ts'
import { printFaults } from './site-check.ts'
import { checkSiteFile } from './site-file.ts'
import { guardFor, hashSource, serverAddress, serverOf, snippetFor } from './snippet.ts'
import { DIST } from './version.ts'

export const siteCsp: Command = {
  usage: 'site csp <file> [--server <address>]',
  summary: "Prints a Content-Security-Policy for your pages: approved services' hosts, and no other.",
  help: `
  --server <address>  address browsers reach this server at (default ASSENT_URL, or http://localhost:8787)

The value of the header is the only thing on standard output. Add a nonce or hash for scripts and styles that stand
inline in your own pages. Print it again when a service, its hosts or its approval change, and with a new version of
Assent.

Example:
  assent site csp my-site.json --server https://consent.shop.example

Exit codes: 0 done, 1 the configuration has faults, 2 the command was not understood.`,
  options: { server: { type: 'string' } },
  words: [1, 1],
  async run({ flags, words: [file = ''], terminal, environment }) {
    const server = serverOf(textFlag(flags['server']) ?? serverAddress(readConfig(undefined, environment)))
    const check = checkSiteFile(file, await builtFrom(DIST))
    if (!check.ok) {
      printFaults(terminal, file, check.faults)
      return EXIT.findings
    }
    const { site, services, gating } = check.configuration
    const inline = [snippetFor(site, server), ...(gating?.automatic ? [guardFor(check.configuration)] : [])]
    terminal.out(pagePolicy(services, server, inline.map(hashSource).join(' ')))
    return EXIT.ok
  },
}
