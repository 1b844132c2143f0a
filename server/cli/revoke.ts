import { userInfo } from 'node:os'
import { TOLD_BY } from '../../shared/domain/marketing.ts'
import { CHANNELS, isChannel } from '../../shared/domain/site.ts'
import { parseMoment } from '../../shared/schemas/moment.ts'
import { readConfig } from '../config.ts'
import { sitesIn } from '../inventory/current.ts'
import { requireContinuity } from '../ledger/continuity.ts'
import { mintId } from '../ledger/mint-id.ts'
import { recordRevocation } from '../marketing/revocation.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { openSite } from './data.ts'
import { masked } from './masked.ts'

export const revoke: Command = {
  usage: 'revoke <site> --channel <channel> --address <address> --told <how> --at <time>',
  summary: 'Records a no that you were told: on the telephone, in a letter, in person.',
  help: `
  --channel <channel>  email or sms
  --address <address>  in any spelling
  --told <how>         one of ${TOLD_BY.join(', ')}
  --at <time>          when it was said, not when it is recorded; such as 2026-11-20T10:00:00Z
  --program <id>       only this program (default: everything on the channel)
  --reference <text>   a note for whoever looks later, such as the number of the letter; sealed
  --by <name>          who records it (default: the user of this machine)
  --json               answers as JSON
${DATA_HELP}

It counts from when it was said, and from this moment on nothing may be sent. What was sent in between stays visible:
"assent status ... --as-of <time>" says what was true then, with "--known-as-of <time>" what was known then.

Example:
  assent revoke shop --channel sms --address +12025550123 --told letter --at 2026-11-20T10:00:00Z --reference L-17

Exit codes: 0 recorded; 1 it could not be; 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    channel: { type: 'string' },
    address: { type: 'string' },
    told: { type: 'string' },
    at: { type: 'string' },
    program: { type: 'string' },
    reference: { type: 'string' },
    by: { type: 'string' },
    json: { type: 'boolean' },
  },
  words: [1, 1],
  async run({ flags, words: [key = ''], terminal, environment }) {
    const [channel, address, program, reference] = ['channel', 'address', 'program', 'reference'].map(name =>
      textFlag(flags[name]),
    )
    if (!isChannel(channel) || !address)
      throw new CommandError(
        `Write "assent ${revoke.usage}", with ${CHANNELS.join(' or ')} as the channel.`,
        EXIT.usage,
      )
    const told = TOLD_BY.find(known => known === textFlag(flags['told']))
    if (!told) throw new CommandError(`--told is one of: ${TOLD_BY.join(', ')}.`, EXIT.usage)
    const decidedAt = parseMoment(textFlag(flags['at']) ?? '')
    if (decidedAt === undefined)
      throw new CommandError(
        '--at is when it was said, with its zone, such as 2026-11-20T10:00:00Z (RFC 3339).',
        EXIT.usage,
      )
    const data = await openSite(readConfig(dataFlag(flags), environment), key)
    try {
      const { ledger } = data
      requireContinuity(ledger, key)
      const answer = await recordRevocation(
        ledger,
        key,
        {
          id: mintId(ledger.now()),
          channel,
          address,
          decidedAt,
          told,
          actor: actorOf(textFlag(flags['by'])),
          ...(program !== undefined && { program }),
          ...(reference !== undefined && { reference }),
        },
        sitesIn(ledger.store)(key)!.configuration,
      )
      if ('detail' in answer) throw new CommandError(`It was not recorded: ${answer.detail}.`)
      if (flags['json'] === true) terminal.out(JSON.stringify(answer, null, 2))
      else
        terminal.out(
          `Recorded: ${masked(channel, address)} said no to ${program ?? 'everything'} by ${channel} at ${new Date(decidedAt).toISOString()}. It is entry ${answer.index} of "${key}", receipt ${answer.id}.`,
        )
      return EXIT.ok
    } finally {
      await data.close()
    }
  },
}

/** Who did it, as entries name whoever acts on a command line. */
export const actorOf = (name: string | undefined): string => `command:${name ?? userInfo().username}`
