import { existsSync, writeFileSync } from 'node:fs'
import { readConfig } from '../config.ts'
import { siteKeyFor } from '../inventory/first-site.ts'
import { migrate, type Migrated } from '../switching/migrate.ts'
import { FROM, UnreadableFile, type From } from '../switching/read-file.ts'
import { CommandError, EXIT, textFlag, type Command, type Invocation } from './command.ts'
import { readText } from './site-file.ts'
import { serverAddress, serverOf } from './snippet.ts'
import type { Terminal } from './terminal.ts'

export const migrateCommand: Command = {
  usage: 'migrate <file> [--from vanilla-cookieconsent|klaro] [--site <key>]',
  summary: 'Makes a configuration of that of another consent tool, and says what became of each part.',
  help: `
  --from <tool>         vanilla-cookieconsent (version 3) or klaro (0.7); found by itself
  --site <key>          site key (default from the website's address)
  --name <text>         company or organisation
  --address <text>      its postal address
  --country <code>      its country, such as DE
  --email <address>     where questions about privacy go
  --website <address>   address of the website, such as https://www.shop.example
  --server <address>    address browsers will reach the consent server at (default ASSENT_URL, or http://localhost:8787)
  --switched-on <date>  the day on which the other tool comes off your pages (default today)
  --write <file>        where the configuration goes (default site.json)
  --json                answers as JSON: {"from", "notes": {"taken", "changed", "unknown", "todo"}, "faults"}

The file is JSON or JavaScript, and is read as text: nothing in it is run. Services come as proposed, so none of them loads
before somebody of yours has approved it. Nothing that exists is overwritten.

Example:
  assent migrate cookieconsent-config.js --name "Shop Ltd" --address "1 Mill Lane, Leeds" --country GB \\
    --email privacy@shop.example --website https://www.shop.example --server https://consent.shop.example

Exit codes: 0 it can be published, 1 something is still to be written, 2 the command was not understood.`,
  options: {
    from: { type: 'string' },
    site: { type: 'string' },
    name: { type: 'string' },
    address: { type: 'string' },
    country: { type: 'string' },
    email: { type: 'string' },
    website: { type: 'string' },
    server: { type: 'string' },
    'switched-on': { type: 'string' },
    write: { type: 'string', default: 'site.json' },
    json: { type: 'boolean' },
  },
  words: [1, 1],
  async run({ flags, words: [file = ''], terminal, environment }) {
    const target = textFlag(flags['write']) ?? 'site.json'
    if (existsSync(target))
      throw new CommandError(`${target} is there already: move it, or name another with --write.`)
    const made = read(file, flags, environment)
    writeFileSync(target, `${JSON.stringify(made.site, null, 2)}\n`, { flag: 'wx' })
    if (flags['json'] === true) {
      const { from, notes, faults } = made
      terminal.out(JSON.stringify({ from, written: target, notes, faults }, null, 2))
    } else for (const line of report(made, target, terminal)) terminal.out(line)
    return made.faults.length === 0 ? EXIT.ok : EXIT.findings
  },
}

function read(file: string, flags: Invocation['flags'], environment: Invocation['environment']): Migrated {
  const from = textFlag(flags['from'])
  if (from !== undefined && !FROM.some(tool => tool === from))
    throw new CommandError(`--from is ${FROM.join(' or ')}.`, EXIT.usage)
  const website = textFlag(flags['website'])
  if (website !== undefined && !/^https?:$/.test(URL.parse(website)?.protocol ?? ''))
    throw new CommandError('--website is a web address such as https://www.shop.example.', EXIT.usage)
  const server = textFlag(flags['server'])
  const today = new Date().toISOString().slice(0, 10)
  const facts = Object.fromEntries(
    ['name', 'address', 'country', 'email'].flatMap(fact => {
      const given = textFlag(flags[fact])
      return given === undefined ? [] : [[fact, given] as const]
    }),
  )
  try {
    return migrate(readText(file), from as From | undefined, {
      site: textFlag(flags['site']) ?? (website === undefined ? 'site' : siteKeyFor(website)),
      ...facts,
      ...(website !== undefined && { website: new URL(website).origin }),
      server: server === undefined ? serverAddress(readConfig({}, environment)) : serverOf(server),
      today,
      switchedOn: textFlag(flags['switched-on']) ?? today,
    })
  } catch (cause) {
    if (cause instanceof UnreadableFile)
      throw new CommandError(`${file} ${cause.message}.`, EXIT.usage, { cause })
    throw cause
  }
}

function report({ from, notes, faults }: Migrated, target: string, { paint }: Terminal): string[] {
  const part = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', paint('strong', title), ...lines.map(line => `  ${line}`)]
  return [
    `${target} is made of a configuration of ${from}; nothing in that file was run.`,
    ...part('Taken', notes.taken),
    ...part('Changed, and why', notes.changed),
    ...part('Not taken', notes.unknown),
    ...part('To do', notes.todo),
    ...part(
      'Still keeps it from being published',
      faults.map(({ path, message }) => `${path} ${message}`),
    ),
    '',
    faults.length === 0
      ? `Read it, then: assent site publish ${target}`
      : `Write what is missing, then: assent site check ${target}`,
  ]
}
