import { parseArgs } from 'node:util'
import { faultText } from '../../shared/domain/log.ts'
import { ConfigError, type Environment } from '../config.ts'
import { CommandError, EXIT, type Command, type Invocation } from './command.ts'
import { COMMANDS, GROUPS, resembling } from './commands.ts'
import type { Terminal } from './terminal.ts'
import { version } from './version.ts'

/** Commands about one site take it as their first word; as `--site`, which the others want, it is understood too. */
const SITE = { site: { type: 'string' } } as const
const ALWAYS = { help: { type: 'boolean', short: 'h' }, debug: { type: 'boolean' } } as const

/** Runs one command and answers the exit code: 0 done, 1 something is wrong, 2 not understood. */
export async function runCommand(
  argv: readonly string[],
  terminal: Terminal,
  environment?: Environment,
): Promise<number> {
  const debug = argv.includes('--debug')
  try {
    return await dispatch(argv, terminal, environment)
  } catch (fault) {
    terminal.err(`assent: ${faultText(fault)}`)
    if (debug && fault instanceof Error) terminal.err(fault.stack ?? '')
    return fault instanceof CommandError
      ? fault.exit
      : fault instanceof ConfigError
        ? EXIT.usage
        : EXIT.findings
  }
}

async function dispatch(
  argv: readonly string[],
  terminal: Terminal,
  environment?: Environment,
): Promise<number> {
  const [first, second] = argv
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    terminal.out(await overview())
    return first === undefined ? EXIT.usage : EXIT.ok
  }
  if (first === '--version' || first === '-v' || first === 'version') {
    terminal.out(version())
    return EXIT.ok
  }
  const name = [`${first} ${second ?? ''}`, first].find(n => Object.hasOwn(COMMANDS, n))
  if (name === undefined) return group(first, second, terminal)
  const command = await COMMANDS[name]!()
  const { values, positionals } = parse(command, argv.slice(name.split(' ').length))
  if (values['help'] === true) {
    terminal.out(commandHelp(command))
    return EXIT.ok
  }
  const [least, most] = command.words
  if (positionals.length < least || positionals.length > most)
    throw new CommandError(
      `Write "assent ${command.usage}"; "assent ${name} --help" explains it.`,
      EXIT.usage,
    )
  return command.run({ flags: values, words: positionals, terminal, ...(environment && { environment }) })
}

function parse(command: Command, args: string[]) {
  try {
    const isSiteWord = / <site>/.test(command.usage) && !Object.hasOwn(command.options, 'site')
    const { values, positionals } = parseArgs({
      args,
      options: { ...command.options, ...(isSiteWord && SITE), ...ALWAYS },
      allowPositionals: true,
    })
    const { site, ...flags } = values as Invocation['flags']
    return isSiteWord && typeof site === 'string'
      ? { values: flags, positionals: [site, ...positionals] }
      : { values: values as Invocation['flags'], positionals }
  } catch (fault) {
    const why = faultText(fault).replace(/ To specify a positional argument.*$/s, '')
    throw new CommandError(`${why} Write "assent ${command.usage}".`, EXIT.usage)
  }
}

/** `assent site` or an unknown word: what there is instead. */
async function group(first: string, second: string | undefined, terminal: Terminal): Promise<number> {
  const inGroup = Object.keys(COMMANDS).filter(name => name.startsWith(`${first} `))
  if (inGroup.length > 0 && (second === '--help' || second === '-h')) {
    terminal.out([TITLE, '', ...(await listed(inGroup, c => c.usage)), '', ...CLOSING].join('\n'))
    return EXIT.ok
  }
  const asked = second === undefined || second.startsWith('-') ? first : `${first} ${second}`
  const offered = inGroup.length > 0 ? inGroup : resembling(asked)
  throw new CommandError(
    `There is no command "${inGroup.length > 0 ? asked : first}": ${
      offered.length > 0
        ? `use ${offered.length > 1 ? 'one of ' : ''}${offered.map(name => `"${name}"`).join(', ')}`
        : '"assent help" lists those there are'
    }.`,
    EXIT.usage,
  )
}

const TITLE = 'Assent: consent you can prove.'
const CLOSING = [
  'Every command explains itself with --help; --debug adds a stack trace to a failure.',
  'Exit codes: 0 done, 1 something is wrong, 2 the command was not understood.',
]

async function listed(
  names: readonly string[],
  write: (command: Command, name: string) => string,
): Promise<string[]> {
  const lines = await Promise.all(
    names.map(async name => {
      const command = await COMMANDS[name]!()
      return [write(command, name), command.summary] as const
    }),
  )
  const width = Math.max(...lines.map(([usage]) => usage.length))
  return lines.map(([usage, summary]) => `  assent ${usage.padEnd(width)}  ${summary}`)
}

/** Only names, under titles: what follows a name is in its own help. */
async function overview(): Promise<string> {
  const width = Math.max(...Object.keys(COMMANDS).map(name => name.length))
  const groups = await Promise.all(
    Object.entries(GROUPS).map(async ([title, commands]) => [
      title,
      ...(await listed(Object.keys(commands), (_, name) => name.padEnd(width))),
      '',
    ]),
  )
  return [TITLE, '', ...groups.flat(), ...CLOSING, '"assent --version" prints the version.'].join('\n')
}

const commandHelp = (command: Command): string =>
  `assent ${command.usage}\n\n${command.summary}\n\n${aligned(command.help.replace(/^\n+/, '').trimEnd())}`

/** What the options do, in one column, however wide the widest of the command is. */
function aligned(help: string): string {
  const option = /^ {2}(--[a-z-]+(?: <[^>]+>)?) {2,}(?=\S)/
  const lines = help.split('\n')
  const width = Math.max(0, ...lines.map(line => option.exec(line)?.[1]!.length ?? 0))
  let ofOption = false
  return lines
    .map(line => {
      const goesOn = ofOption && /^ {10,}\S/.test(line)
      ofOption = goesOn || option.test(line)
      return goesOn
        ? ' '.repeat(width + 4) + line.trimStart()
        : line.replace(option, (_, name: string) => `  ${name.padEnd(width)}  `)
    })
    .join('\n')
}
