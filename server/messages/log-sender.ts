import type { Channel } from '../../shared/domain/site.ts'
import type { Log } from '../../shared/domain/log.ts'
import type { Carrier } from './carrier.ts'

/** For development: what would be sent is written to the server's log, its link included, for nobody else gets it. */
export const logSender = (
  log: Log,
  of: { readonly site: string; readonly channel: Channel },
  mask: (channel: Channel, address: string) => string,
): Carrier => ({
  async hand({ id, to, title, words }) {
    const { site, channel } = of
    // By itself too: in a line of JSON, the words go on right behind it.
    const [link] = /https?:\/\/\S+/.exec(words) ?? []
    log.info('message', {
      site,
      channel,
      to: mask(channel, to),
      ...(title !== undefined && { title }),
      words,
      ...(link !== undefined && { link }),
    })
    return { sent: true, providerId: `log-${id}` }
  },
  close: () => undefined,
})
