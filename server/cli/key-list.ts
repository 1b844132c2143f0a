import { readConfig } from '../config.ts'
import type { ApiKey } from '../operators/api-keys.ts'
import { openOperators } from '../storage/open.ts'
import { tableOf } from './table.ts'
import { DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { ledgerFolder } from './data.ts'

export const keyList: Command = {
  usage: 'key list [--site <key>] [--json]',
  summary: 'Lists the API keys, revoked ones too: what each may do, and when it was last used.',
  help: `
  --site <key>      this site only
  --json            answers as JSON
${DATA_HELP}

The keys themselves are not stored and not shown; their last use is known to the minute, so times are shown to the minute.

Example:
  assent key list --site shop

Exit codes: 0 done, 1 there is no ledger, 2 the command was not understood.`,
  options: { ...DATA_OPTION, site: { type: 'string' }, json: { type: 'boolean' } },
  words: [0, 0],
  run({ flags, terminal, environment }) {
    const operators = openOperators(ledgerFolder(readConfig(dataFlag(flags), environment)), {
      readonly: true,
    })
    try {
      const site = textFlag(flags['site'])
      const keys = operators.apiKeys.list().filter(key => site === undefined || key.site === site)
      if (flags['json'] === true) terminal.out(JSON.stringify({ keys: keys.map(keyJson) }, null, 2))
      else if (keys.length === 0)
        terminal.out('There is no key: use "assent key new --site <key> --scope <list>".')
      else
        for (const line of tableOf(['key', 'site', 'may', 'made', 'last used', 'for'], keys.map(rowOf)))
          terminal.out(line)
      return Promise.resolve(EXIT.ok)
    } finally {
      operators.close()
    }
  },
}

const time = (ms: number): string => new Date(ms).toISOString()

/** A last use is known no closer: beside seconds of the others it would look earlier than what it came after. */
const toTheMinute = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16)}Z`

function rowOf({ id, site, scopes, name = '', createdAt, lastUsedAt, revokedAt }: ApiKey): string[] {
  return [
    id,
    site,
    scopes.join(','),
    toTheMinute(createdAt),
    lastUsedAt === undefined ? 'never' : toTheMinute(lastUsedAt),
    revokedAt === undefined ? name : `${name}${name && ', '}revoked ${toTheMinute(revokedAt)}`,
  ]
}

/** A key as programs read it: without its hash, times as text. */
export function keyJson({ createdAt, lastUsedAt, revokedAt, ...rest }: ApiKey) {
  return {
    ...rest,
    createdAt: time(createdAt),
    ...(lastUsedAt !== undefined && { lastUsedAt: time(lastUsedAt) }),
    ...(revokedAt !== undefined && { revokedAt: time(revokedAt) }),
  }
}
