import { rotateSecret } from '../../hooks/register.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, textFlag, type Command } from '../command.ts'
import { openData } from '../data.ts'
import { readDuration } from '../duration.ts'
import { timeText } from '../moments.ts'
import { requireThere, withHook } from './one-hook.ts'

export const hookRotate: Command = {
  usage: 'hook rotate <id> [--both-for 7d] [--json]',
  summary: 'Makes a new secret for a hook and prints it, this once; for a while both sign.',
  help: `
  --both-for <time>  how long the secret of before signs beside it (default 7d); 0 ends it here, for one that was stolen
  --json             answers as JSON
${DATA_HELP}

While both sign, a receiver that knows either takes a message. The new secret is the only line on standard output.

Example:
  assent hook rotate 5bd8a2c10f3e --both-for 24h

Exit codes: 0 made, 1 there is no such hook, 2 the command was not understood.`,
  options: { ...DATA_OPTION, 'both-for': { type: 'string' }, json: { type: 'boolean' } },
  words: [1, 1],
  run({ flags, words: [id = ''], terminal, environment }) {
    const bothFor = readDuration(textFlag(flags['both-for']) ?? '7d')
    if (bothFor === undefined)
      throw new CommandError('--both-for takes a time such as 7d, 12h or 0, at most a year.', EXIT.usage)
    return withHook(flags, environment, id, async (hook, hooks, config) => {
      requireThere(hook)
      const data = await openData(config, Date.now, { readonly: true })
      try {
        const until = bothFor === 0 ? undefined : Date.now() + bothFor
        const secret = rotateSecret({ hooks, secrets: data.hookSecrets }, hook, until)!
        const says =
          until === undefined ? 'the one of before signs nothing more' : `both sign until ${timeText(until)}`
        if (flags['json'] === true)
          terminal.out(
            JSON.stringify(
              { id, secret, ...(until !== undefined && { bothUntil: timeText(until) }) },
              null,
              2,
            ),
          )
        else {
          terminal.err(`Hook ${id} of ${hook.recipient} has a new secret; ${says}. It is shown this once:`)
          terminal.out(secret)
        }
        return EXIT.ok
      } finally {
        await data.close()
      }
    })
  },
}
