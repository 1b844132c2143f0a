import { readConfig } from '../../config.ts'
import type { Hook } from '../../hooks/store.ts'
import { openHooks } from '../../storage/open.ts'
import { DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from '../command.ts'
import { openData } from '../data.ts'
import { timeText } from '../moments.ts'
import { tableOf } from '../table.ts'
import { hookJson } from './hook-json.ts'

export const hookList: Command = {
  usage: 'hook list [--site <key>] [--json]',
  summary: 'Lists who is told what, removed ones too, and how far behind each is.',
  help: `
  --site <key>      this site only
  --json            answers as JSON
${DATA_HELP}

"behind" counts the entries of the log a hook has not come to yet; few of them may concern it.

Example:
  assent hook list --site shop

Exit codes: 0 done, 1 there is no ledger, 2 the command was not understood.`,
  options: { ...DATA_OPTION, site: { type: 'string' }, json: { type: 'boolean' } },
  words: [0, 0],
  async run({ flags, terminal, environment }) {
    const config = readConfig(dataFlag(flags), environment)
    const data = await openData(config, Date.now, { readonly: true })
    const { hooks, close } = openHooks(config.data, { readonly: true })
    try {
      const site = textFlag(flags['site'])
      const found = hooks
        .list()
        .filter(hook => site === undefined || hook.site === site)
        .map(hook => ({ ...hook, behind: Math.max(0, data.ledger.store.size(hook.site) - hook.next) }))
      if (flags['json'] === true)
        terminal.out(
          JSON.stringify(
            { hooks: found.map(({ behind, ...hook }) => ({ ...hookJson(hook), behind })) },
            null,
            2,
          ),
        )
      else if (found.length === 0)
        terminal.out('There is no hook: "assent hook add --help" says how to add one.')
      else {
        const head = ['hook', 'site', 'recipient', 'as', 'told of', 'fields', 'behind', 'state', 'address']
        for (const line of tableOf(head, found.map(rowOf))) terminal.out(line)
      }
      return EXIT.ok
    } finally {
      close()
      await data.close()
    }
  },
}

const rowOf = (hook: Hook & { readonly behind: number }): string[] => [
  hook.id,
  hook.site,
  hook.recipient,
  hook.role,
  [...hook.purposes, ...hook.programs].join(',') + (hook.channels ? ` (${hook.channels.join(',')})` : ''),
  hook.fields.join(','),
  hook.state === 'removed' ? '' : String(hook.behind),
  stateText(hook),
  hook.url,
]

function stateText({ state, why, failures, failingSince, notBefore }: Hook): string {
  if (state === 'paused') return `paused: ${why}`
  if (state === 'removed' || failures === 0 || failingSince === undefined || notBefore === undefined)
    return state
  return `failing since ${timeText(failingSince)} (${failures} times), tried again at ${timeText(notBefore)}`
}
