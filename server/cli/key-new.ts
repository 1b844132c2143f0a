import { randomBytes } from 'node:crypto'
import { readConfig, type Config } from '../config.ts'
import { createApiKey, SCOPES, type Scope } from '../operators/api-keys.ts'
import { openOperators } from '../storage/open.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { openData } from './data.ts'
import { keyJson } from './key-list.ts'

export const keyNew: Command = {
  usage: 'key new --site <key> --scope <list> [--name <text>] [--json]',
  summary: 'Makes an API key and prints it, this once.',
  help: `
  --site <key>      the one site it opens
  --scope <list>    what it may do, one or more of these with commas between
  --name <text>     whose it is; make one per recipient, so that it can be revoked alone
  --json            answers as JSON
${DATA_HELP}

Scopes:
  status            asks whether an address may be written to: for whatever sends messages
  changes           names the addresses that may no longer be written to since an earlier check: for whatever sends
  withdraw          posts opt-outs that reached you elsewhere
  record            records consents of your own forms, revocations somebody was told, and history
  evidence          reads what shows one person's consent, their address included
  erase             has a person erased
  audit             reads the entries of the log (/log/<site>/tile/entries/...): for whoever checks it

The key is the only line on standard output. It is stored as its SHA-256 only: whoever loses it needs a new one.

Example:
  assent key new --site shop --scope status --name "newsletter tool"

Exit codes: 0 made, 1 it could not be, 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    site: { type: 'string' },
    scope: { type: 'string' },
    name: { type: 'string' },
    json: { type: 'boolean' },
  },
  words: [0, 0],
  async run({ flags, terminal, environment }) {
    const [site, scope, name] = ['site', 'scope', 'name'].map(flag => textFlag(flags[flag]))
    if (site === undefined) throw new CommandError('Name the site the key is for: --site <key>.', EXIT.usage)
    const scopes = readScopes(scope)
    if (name !== undefined && !/^[^\p{Cc}]{1,80}$/u.test(name))
      throw new CommandError('--name takes one line of at most 80 characters.', EXIT.usage)
    const config = readConfig(dataFlag(flags), environment)
    await requireSite(config, site)
    const operators = openOperators(config.data)
    try {
      const { apiKey, key } = createApiKey(
        operators.apiKeys,
        { site, scopes, ...(name !== undefined && { name }) },
        { now: Date.now, random: randomBytes },
      )
      if (flags['json'] === true) terminal.out(JSON.stringify({ ...keyJson(apiKey), key }, null, 2))
      else {
        terminal.err(
          `Key ${apiKey.id} for "${site}", scope ${scopes.join(', ')}. It is shown this once; send it as "Authorization: Bearer <key>":`,
        )
        terminal.out(key)
      }
      return EXIT.ok
    } finally {
      operators.close()
    }
  },
}

async function requireSite(config: Config, site: string): Promise<void> {
  const data = await openData(config, Date.now, { readonly: true })
  try {
    if (!data.ledger.store.current(site))
      throw new CommandError(`There is no site "${site}": "assent site list" names them.`)
  } finally {
    await data.close()
  }
}

function readScopes(given: string | undefined): Scope[] {
  const names = (given ?? '').split(',').filter(name => name !== '')
  const scopes = SCOPES.filter(scope => names.includes(scope))
  if (names.length === 0 || names.some(name => !SCOPES.some(scope => scope === name)))
    throw new CommandError(`--scope takes a list of: ${SCOPES.join(', ')}.`, EXIT.usage)
  return scopes
}
