import type { Channel } from '../../shared/domain/site.ts'
import { readConfig } from '../config.ts'
import { requireContinuity } from '../ledger/continuity.ts'
import { endByHold, release, wordsOf, type Settled, type WaitingMessage } from '../marketing/holds.ts'
import { openMessages } from '../storage/open.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { openSite } from './data.ts'
import { actorOf } from './revoke.ts'

const WHAT = `What somebody wrote in words of their own may be a no: "stop texting me". Messages to that number wait until
somebody has read it. Nobody has in time (ASSENT_HOLD_HOURS, 48 by default), and it is a no. Once it is settled, what was
written is gone.`

export const holdsList: Command = {
  usage: 'holds list <site> [--json]',
  summary: 'Shows what people wrote that may be a no, and waits for somebody to read it.',
  help: `
  --json            answers as JSON
${DATA_HELP}

${WHAT}

Example:
  assent holds list shop

Exit codes: 0 none wait; 1 some do; 2 the command was not understood.`,
  options: { ...DATA_OPTION, json: { type: 'boolean' } },
  words: [1, 1],
  async run({ flags, words: [site = ''], terminal, environment }) {
    const config = readConfig(dataFlag(flags), environment)
    const data = await openSite(config, site, { readonly: true })
    const { messages, close } = openMessages(config.data, { readonly: true })
    try {
      const waiting = messages.waiting(site).map(({ message }) => ({
        id: message.id,
        channel: message.channel,
        at: timeText(message.at),
        ...(message.dueAt !== undefined && { becomesNo: timeText(message.dueAt) }),
        words: wordsOf(data.ledger, site, message) ?? '',
      }))
      if (flags['json'] === true) terminal.out(JSON.stringify(waiting, null, 2))
      else if (waiting.length === 0) terminal.out(`Nothing waits for "${site}".`)
      else for (const one of waiting) for (const line of lines(one)) terminal.out(line)
      return waiting.length === 0 ? EXIT.ok : EXIT.findings
    } finally {
      close()
      await data.close()
    }
  },
}

interface Line {
  readonly id: string
  readonly channel: Channel
  readonly at: string
  readonly becomesNo?: string
  readonly words: string
}

const lines = ({ id, channel, at, becomesNo, words }: Line): string[] => [
  `${id}  ${channel}  ${at}${becomesNo === undefined ? '' : `, a no from ${becomesNo}`}`,
  // A stranger's words never move the terminal's cursor.
  `  ${words.replace(/[\p{Cc}\p{Cf}]+/gu, ' ')}`,
]

const timeText = (moment: number): string => new Date(moment).toISOString()

export const holdsRelease: Command = settling('release', 'It was no no: messages go on.', (...given) =>
  release(...given),
)
export const holdsOptOut: Command = settling(
  'opt-out',
  'It was a no: nothing is sent by this channel any more.',
  (...given) => endByHold(...given),
)

type Settle = (
  ledger: Parameters<typeof release>[0],
  messages: Parameters<typeof release>[1],
  site: string,
  waiting: WaitingMessage,
  actor: string,
) => Promise<Settled>

function settling(name: string, summary: string, settle: Settle): Command {
  return {
    usage: `holds ${name} <site> <id> [--by <name>]`,
    summary,
    help: `
  <id>              as "assent holds list" names it
  --by <name>       who has read it (default: the user of this machine)
${DATA_HELP}

${WHAT}

Example:
  assent holds ${name} shop 019abb15-0000-7000-8000-000000000001

Exit codes: 0 settled; 1 nothing of this id waits; 2 the command was not understood.`,
    options: { ...DATA_OPTION, by: { type: 'string' } },
    words: [2, 2],
    async run({ flags, words: [site = '', id = ''], terminal, environment }) {
      const config = readConfig(dataFlag(flags), environment)
      const data = await openSite(config, site)
      const { messages, close } = openMessages(config.data)
      try {
        requireContinuity(data.ledger, site)
        const found = messages.waiting(site).find(({ message }) => message.id === id)
        if (!found)
          throw new CommandError(`Nothing of that id waits: "assent holds list ${site}" names what does.`)
        const done = await settle(data.ledger, messages, site, found.message, actorOf(textFlag(flags['by'])))
        terminal.out(SAID[done])
        return EXIT.ok
      } finally {
        close()
        await data.close()
      }
    },
  }
}

const SAID: Readonly<Record<Settled, string>> = {
  released: 'Released: messages go on. What was written is gone.',
  'opted-out': 'Recorded as a no: nothing is sent by this channel any more. What was written is gone.',
  waits: 'Settled. Other messages of this person wait, so theirs do too: settle those as well.',
  over: 'It was over already: settled before, or its person said no since. What was written is gone.',
}
