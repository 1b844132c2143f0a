import type { Delivery } from '../../hooks/store.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, textFlag, type Command } from '../command.ts'
import { timeText } from '../moments.ts'
import { tableOf } from '../table.ts'
import { withHook } from './one-hook.ts'

export const hookLog: Command = {
  usage: 'hook log <id> [--limit <n>] [--json]',
  summary: 'Lists what was posted to a hook, the newest first: when, of which entry, and how it went.',
  help: `
  --limit <n>       so many lines (default 50; the newest thousand are kept)
  --json            answers as JSON
${DATA_HELP}

What was in a message is not kept: it is made of the log each time.

Example:
  assent hook log 5bd8a2c10f3e --limit 10

Exit codes: 0 done, 1 there is no such hook, 2 the command was not understood.`,
  options: { ...DATA_OPTION, limit: { type: 'string' }, json: { type: 'boolean' } },
  words: [1, 1],
  run({ flags, words: [id = ''], terminal, environment }) {
    const limit = textFlag(flags['limit']) ?? '50'
    if (!/^[1-9]\d{0,3}$/.test(limit))
      throw new CommandError('--limit takes a number from 1 to 9999.', EXIT.usage)
    return withHook(flags, environment, id, (_, hooks) => {
      const deliveries = hooks.deliveries(id, Number(limit))
      if (flags['json'] === true)
        terminal.out(
          JSON.stringify(
            { deliveries: deliveries.map(({ at, ...rest }) => ({ at: timeText(at), ...rest })) },
            null,
            2,
          ),
        )
      else if (deliveries.length === 0) terminal.out('Nothing was posted to it yet.')
      else
        for (const line of tableOf(
          ['when', 'entry', 'event', 'attempt', 'ms', 'answer'],
          deliveries.map(rowOf),
        ))
          terminal.out(line)
      return EXIT.ok
    })
  },
}

const rowOf = ({ at, entry, event, attempt, milliseconds, status, fault }: Delivery): string[] => [
  timeText(at),
  String(entry),
  event,
  String(attempt),
  String(milliseconds),
  fault ?? String(status),
]
