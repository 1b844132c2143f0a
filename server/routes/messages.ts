import type { Handler } from 'hono'
import { CHANNELS, isChannel } from '../../shared/domain/site.ts'
import { findAddress } from '../marketing/find-address.ts'
import { messagesOf, type LoggedMessage } from '../messages/log.ts'
import type { Outbox } from '../messages/outbox.ts'
import type { AppEnv } from '../middleware/env.ts'
import { problem } from '../middleware/problem.ts'
import { freshJson } from '../middleware/public-answer.ts'

const PARAMETERS = ['channel', 'address']

/** Every message to and from one address, for whoever may read what shows its consent. */
export const showMessages =
  (outbox: Outbox): Handler<AppEnv> =>
  async c => {
    const asked = Object.entries(c.req.queries())
    if (asked.some(([name, values]) => !PARAMETERS.includes(name) || values.length > 1))
      return problem(c, 'invalid-query', 'Ask with channel and address, each once, and with nothing else.')
    const { channel, address = '' } = c.req.query()
    if (!isChannel(channel))
      return problem(c, 'invalid-query', `Ask with channel=${CHANNELS.join(' or channel=')}.`)
    const { key, configuration } = c.get('site')
    // An unencoded + arrives as a blank; no address begins with one.
    const given = address.startsWith(' ') ? `+${address.slice(1)}` : address
    const found = findAddress(outbox.ledger, key, { channel, given }, configuration)
    if ('detail' in found) return problem(c, 'invalid-query', `"address" ${found.detail}.`)
    const lines = found.subject === undefined ? [] : await messagesOf(outbox, key, found.subject)
    return freshJson(c, { messages: lines.map(lineJson) })
  }

export const lineJson = ({ at, ...line }: LoggedMessage) => ({ at: new Date(at).toISOString(), ...line })
