import { parseMoment } from '../../../shared/schemas/moment.ts'
import type { LedgerStore } from '../../ledger/store.ts'
import {
  CommandError,
  DATA_HELP,
  DATA_OPTION,
  EXIT,
  textFlag,
  type Command,
  type Invocation,
} from '../command.ts'
import { openData } from '../data.ts'
import { requireThere, withHook } from './one-hook.ts'

export const hookReplay: Command = {
  usage: 'hook replay <id> --from <index> | --since <time>',
  summary: 'Tells a recipient again what it was told, from an entry or a moment on.',
  help: `
  --from <index>    from this entry of the log on; 0 is the first. One that lies ahead skips what is before it
  --since <time>    from the first entry received at or after this moment, such as 2026-11-28T18:00:00Z
${DATA_HELP}

Each message has the id it had before, so a receiver knows what it has taken already. It is made anew: of an entry whose
subject was erased since, no address is told.

Example:
  assent hook replay 5bd8a2c10f3e --since 2026-11-28T18:00:00Z

Exit codes: 0 done, 1 there is no such hook or entry, 2 the command was not understood.`,
  options: { ...DATA_OPTION, from: { type: 'string' }, since: { type: 'string' } },
  words: [1, 1],
  run({ flags, words: [id = ''], terminal, environment }) {
    const startOf = readStart(flags)
    return withHook(flags, environment, id, async (hook, hooks, config) => {
      requireThere(hook)
      const data = await openData(config, Date.now, { readonly: true })
      try {
        const { store } = data.ledger
        const size = store.size(hook.site)
        const start = startOf(store, hook.site)
        if (start > size)
          throw new CommandError(
            `The log of "${hook.site}" has ${size} entries: give at most ${size}, which is what comes next.`,
          )
        hooks.rewind(id, start)
        const paused = hook.state === 'paused' ? ` It is paused: "assent hook resume ${id}" begins.` : ''
        terminal.out(
          `Hook ${id} tells ${hook.recipient} from entry ${start} on, ${size - start} entries up to now.${paused}`,
        )
        return EXIT.ok
      } finally {
        await data.close()
      }
    })
  },
}

function readStart(flags: Invocation['flags']): (store: LedgerStore, site: string) => number {
  const [from, since] = [textFlag(flags['from']), textFlag(flags['since'])]
  if ((from === undefined) === (since === undefined))
    throw new CommandError('Say from where: --from <index> or --since <time>.', EXIT.usage)
  if (from !== undefined) {
    if (!/^(0|[1-9]\d{0,14})$/.test(from))
      throw new CommandError('--from is the index of an entry, such as 0 or 1042.', EXIT.usage)
    return () => Number(from)
  }
  const moment = parseMoment(since!)
  if (moment === undefined)
    throw new CommandError(
      '--since is a time with its zone, such as 2026-11-28T18:00:00Z (RFC 3339).',
      EXIT.usage,
    )
  return (store, site) => store.recordedBy(site, moment - 1)
}
