import { siteConfigurationJsonSchema } from '../../shared/schemas/site-config.ts'
import { EXIT, type Command } from './command.ts'

export const siteSchema: Command = {
  usage: 'site schema',
  summary: "Prints the configuration's JSON Schema, for editors.",
  help: `
Example:
  assent site schema > site.schema.json     then "$schema": "./site.schema.json" in the configuration

Exit codes: 0 done, 2 the command was not understood.`,
  options: {},
  words: [0, 0],
  run({ terminal }) {
    terminal.out(JSON.stringify(siteConfigurationJsonSchema(), null, 2))
    return Promise.resolve(EXIT.ok)
  },
}
