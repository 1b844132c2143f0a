import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import type { ListCheckedEntry } from '../../shared/domain/entry.ts'
import { parseMoment } from '../../shared/schemas/moment.ts'
import { readConfig } from '../config.ts'
import { checkJson } from '../routes/list-checks.ts'
import { actorText } from './actor.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { openSite } from './data.ts'
import { timeText } from './moments.ts'

export const checkHistory: Command = {
  usage: 'check history <site> [--list <file or hash>] [--from <time>] [--to <time>] [--json]',
  summary: 'Lists the checks of lists that were made, the newest first.',
  help: `
  --list <file>     only checks of this list: the very file that was sent, or its SHA-256
  --from <time>     recorded at this moment or later, such as 2026-11-01T00:00:00Z
  --to <time>       recorded before this moment
  --json            answers as JSON
${DATA_HELP}

No address is kept of a check: only the hash of the list, how many rows got which answer, by which configuration and rules,
against how many entries of the log, and who asked.

Example:
  assent check history shop --list list.csv

Exit codes: 0 found, 1 there is none, 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    list: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    json: { type: 'boolean' },
  },
  words: [1, 1],
  async run({ flags, words: [site = ''], terminal, environment }) {
    const list = textFlag(flags['list'])
    const [from, to] = ['from', 'to'].map(name => moment(name, textFlag(flags[name])))
    const hash = list === undefined ? undefined : await hashOf(list)
    const data = await openSite(readConfig(dataFlag(flags), environment), site, { readonly: true })
    try {
      const found = data.ledger.store.listChecks(site, {
        most: 1_000,
        ...(hash !== undefined && { list: hash }),
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
      })
      if (flags['json'] === true)
        terminal.out(
          JSON.stringify(
            found.map(({ index, entry }) => checkJson(index, entry)),
            null,
            2,
          ),
        )
      else if (found.length === 0) terminal.err('No such check is recorded.')
      else for (const { index, entry } of found) terminal.out(line(index, entry))
      return found.length > 0 ? EXIT.ok : EXIT.findings
    } finally {
      await data.close()
    }
  },
}

const line = (index: number, entry: ListCheckedEntry): string => {
  const { receivedAt, channel, program, mode, rows, decisions, list, actor, against, id } = entry
  const came = `${rows} rows: ${decisions.send} send, ${decisions.hold} hold, ${decisions.block} block`
  return [
    `${timeText(receivedAt)}  ${program} by ${channel}, ${mode}  ${came}`,
    `  list ${list}`,
    `  against ${against.size} entries, by ${actorText(actor)}; entry ${index}, ${id}`,
  ].join('\n')
}

function moment(name: string, text: string | undefined): number | undefined {
  const read = text === undefined ? undefined : parseMoment(text)
  if (text !== undefined && read === undefined)
    throw new CommandError(`--${name} takes a time with its zone, such as 2026-11-28T18:00:00Z.`, EXIT.usage)
  return read
}

/** Of a file, or the hash as it was given. */
export async function hashOf(list: string): Promise<string> {
  if (/^[0-9a-f]{64}$/.test(list) && !existsSync(list)) return list
  if (!existsSync(list)) throw new CommandError(`${list} cannot be read: name the list, or its SHA-256.`)
  const hash = createHash('sha256')
  for await (const piece of createReadStream(list)) hash.update(piece as Uint8Array)
  return hash.digest('hex')
}
