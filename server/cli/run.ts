import { parseArgs } from 'node:util'
import { faultText } from '../../shared/domain/log.ts'
import { ConfigError, type Environment } from '../config.ts'
import { CommandError, EXIT, type Command, type Invocation } from './command.ts'
import type { Terminal } from './terminal.ts'
import { version } from './version.ts'

/** Every command; each is loaded only when it is asked for. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./init.ts')).init,
  serve: async () => (await import('./serve.ts')).serve,
  'site check': async () => (await import('./site-check.ts')).siteCheck,
  'site publish': async () => (await import('./site-publish.ts')).sitePublish,
  'site rollback': async () => (await import('./site-rollback.ts')).siteRollback,
  'site list': async () => (await import('./site-list.ts')).siteList,
  'site snippet': async () => (await import('./site-snippet.ts')).siteSnippet,
  'site schema': async () => (await import('./site-schema.ts')).siteSchema,
  'key new': async () => (await import('./key-new.ts')).keyNew,
  'key list': async () => (await import('./key-list.ts')).keyList,
  'key revoke': async () => (await import('./key-revoke.ts')).keyRevoke,
  'log-key rotate': async () => (await import('./log-key-rotate.ts')).logKeyRotate,
  'log-key retire': async () => (await import('./log-key-retire.ts')).logKeyRetire,
  'log-key compromised': async () => (await import('./log-key-compromised.ts')).logKeyCompromised,
  'log-key list': async () => (await import('./log-key-list.ts')).logKeyList,
  'log resume': async () => (await import('./log-resume.ts')).logResume,
  erase: async () => (await import('./erase.ts')).erase,
  'master-key show': async () => (await import('./master-key-show.ts')).masterKeyShow,
  'master-key rotate': async () => (await import('./master-key-rotate.ts')).masterKeyRotate,
  witness: async () => (await import('./witness.ts')).witness,
  status: async () => (await import('./status.ts')).status,
  history: async () => (await import('./history.ts')).history,
  verify: async () => (await import('./verify.ts')).verify,
  export: async () => (await import('./export.ts')).exportLog,
  import: async () => (await import('./import.ts')).importLog,
  rebuild: async () => (await import('./rebuild.ts')).rebuild,
}

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
  if (first === '--version' || first === '-v') {
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
    const { values, positionals } = parseArgs({
      args,
      options: { ...command.options, ...ALWAYS },
      allowPositionals: true,
    })
    return { values: values as Invocation['flags'], positionals }
  } catch (fault) {
    throw new CommandError(`${faultText(fault)} Write "assent ${command.usage}".`, EXIT.usage)
  }
}

/** `assent site` or an unknown word: what there is instead. */
async function group(first: string, second: string | undefined, terminal: Terminal): Promise<number> {
  const inGroup = Object.keys(COMMANDS).filter(name => name.startsWith(`${first} `))
  if (inGroup.length > 0 && (second === '--help' || second === '-h')) {
    terminal.out(await overview(inGroup))
    return EXIT.ok
  }
  const offered = (inGroup.length > 0 ? inGroup : Object.keys(COMMANDS)).map(name => `"${name}"`).join(', ')
  const asked = inGroup.length > 0 && second !== undefined ? `${first} ${second}` : first
  throw new CommandError(`There is no command "${asked}": use one of ${offered}.`, EXIT.usage)
}

async function overview(names: readonly string[] = Object.keys(COMMANDS)): Promise<string> {
  const commands = await Promise.all(names.map(name => COMMANDS[name]!()))
  const width = Math.max(...commands.map(c => c.usage.length))
  return [
    'Assent: consent you can prove.',
    '',
    ...commands.map(c => `  assent ${c.usage.padEnd(width)}  ${c.summary}`),
    `  assent ${'--version'.padEnd(width)}  Prints the version.`,
    '',
    'Every command explains itself with --help; --debug adds a stack trace to a failure.',
    'Exit codes: 0 done, 1 something is wrong, 2 the command was not understood.',
  ].join('\n')
}

const commandHelp = (command: Command): string =>
  `assent ${command.usage}\n\n${command.summary}\n\n${aligned(command.help.replace(/^\n+/, '').trimEnd())}`

/** What the options do, in one column, however wide the widest of the command is. */
function aligned(help: string): string {
  const option = /^ {2}(--[a-z-]+(?: <[^>]+>)?) {2,}(?=\S)/gm
  const width = Math.max(0, ...[...help.matchAll(option)].map(([, name]) => name!.length))
  return help
    .replace(option, (_, name: string) => `  ${name.padEnd(width)}  `)
    .replace(/^ {10,}(?=\S)/gm, ' '.repeat(width + 4))
}
