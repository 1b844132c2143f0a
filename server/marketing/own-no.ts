import type { EntryAt } from '../../shared/domain/as-of.ts'
import { contentOf } from '../../shared/domain/entry.ts'
import type { Channel } from '../../shared/domain/site.ts'
import { countsFrom } from '../../shared/domain/standing.ts'

/**
 * A no to this very program stands, with no yes after it. Standing does not tell: a later no to the whole channel is written over
 * it, and service messages, which that one does not end, would begin again.
 */
export function saidNoItself(
  entries: Iterable<EntryAt>,
  { channel, program }: { readonly channel: Channel; readonly program: string },
): boolean {
  let no = -Infinity
  let yes = -Infinity
  for (const { entry } of entries) {
    const act = contentOf(entry)
    if (!('program' in act) || act.program !== program || act.channel !== channel) continue
    if (act.type === 'opt-out') no = Math.max(no, countsFrom(entry))
    else if (act.type === 'opt-in' || act.type === 'consent-recorded') yes = Math.max(yes, countsFrom(entry))
  }
  return no > -Infinity && no >= yes
}
