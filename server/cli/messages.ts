import { CHANNELS, isChannel } from '../../shared/domain/site.ts'
import { readConfig } from '../config.ts'
import { sitesIn } from '../inventory/current.ts'
import { findAddress } from '../marketing/find-address.ts'
import { messagesOf, type LoggedMessage } from '../messages/log.ts'
import { openMessages } from '../storage/open.ts'
import { CommandError, DATA_HELP, DATA_OPTION, EXIT, dataFlag, textFlag, type Command } from './command.ts'
import { openData } from './data.ts'
import { timeText } from './moments.ts'
import type { Terminal } from './terminal.ts'

export const messages: Command = {
  usage: 'messages <site> --channel <channel> --address <address>',
  summary: 'Shows every message to and from one address.',
  help: `
  --channel <channel>  email or sms
  --address <address>  in any spelling
  --json            answers as JSON
${DATA_HELP}

With the words of each, the oldest first. The secret of a link was in the message only, and is not shown.

Example:
  assent messages shop --channel email --address robin@mail.example

Exit codes: 0 done, also where there is none, 2 the command was not understood.`,
  options: {
    ...DATA_OPTION,
    channel: { type: 'string' },
    address: { type: 'string' },
    json: { type: 'boolean' },
  },
  words: [1, 1],
  async run({ flags, words: [key = ''], terminal, environment }) {
    const [channel, given] = ['channel', 'address'].map(name => textFlag(flags[name]))
    if (!isChannel(channel) || !given)
      throw new CommandError(
        `Write "assent ${messages.usage}", with ${CHANNELS.join(' or ')} as the channel.`,
        EXIT.usage,
      )
    const config = readConfig(dataFlag(flags), environment)
    const data = await openData(config, Date.now, { readonly: true })
    try {
      const site = sitesIn(data.ledger.store)(key)
      if (!site)
        throw new CommandError(`There is no site "${key}": "assent site list" names those there are.`)
      const found = findAddress(data.ledger, key, { channel, given }, site.configuration)
      if ('detail' in found) throw new CommandError(`The address ${found.detail}.`, EXIT.usage)
      const opened = openMessages(config.data, { readonly: true })
      try {
        const outbox = { ledger: data.ledger, messages: opened.messages }
        const lines = found.subject === undefined ? [] : await messagesOf(outbox, key, found.subject)
        if (flags['json'] === true)
          terminal.out(
            JSON.stringify({ messages: lines.map(line => ({ ...line, at: timeText(line.at) })) }, null, 2),
          )
        else if (lines.length === 0) terminal.out('No message to or from this address is on record.')
        else for (const line of lines) show(line, terminal)
        return EXIT.ok
      } finally {
        opened.close()
      }
    } finally {
      await data.close()
    }
  },
}

function show(line: LoggedMessage, { out, paint }: Terminal): void {
  const { at, direction, kind, program, state, fault, title, words, providerId } = line
  const about = [kind, ...(program === undefined ? [] : [program])].join(', ')
  const tone = state === 'failed' ? 'bad' : state === 'due' ? 'strong' : 'good'
  out(`${timeText(at)}  ${direction === 'out' ? 'to' : 'from'} the address  ${about}  ${paint(tone, state)}`)
  if (fault !== undefined) out(`  why   ${fault}`)
  if (providerId !== undefined) out(`  id    ${providerId}`)
  if (title !== undefined) out(`  title ${title}`)
  for (const row of (words ?? '').trimEnd().split('\n')) out(`  | ${row}`.trimEnd())
}
