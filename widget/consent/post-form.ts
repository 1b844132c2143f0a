import type { Confirmation } from '../../shared/domain/marketing.ts'
import type { Channel } from '../../shared/domain/site.ts'
import type { ConsentHandle } from './handle.ts'
import { newId } from './ids.ts'

/** An opt-in or opt-out as it is sent: what the form says of every one of them, and whose it is. */
export type Sent<Given> = Given & {
  readonly id: string
  readonly channel: Channel
  /** As it was typed. */
  readonly address: string
  readonly decidedAt: number
}

export interface FormAnswer {
  readonly id: string
  readonly refused?: string
  /** `double`: an opt-in holds only once it is confirmed. */
  readonly confirmation?: Confirmation
}

/** A server that hangs is one that does not answer: the person may try again. */
const PATIENCE = 15_000

/** Makes what is sent. The same content keeps its id until it changes, so that nothing sent again is recorded twice. */
export function maker<Given extends object>(given: Given) {
  const made: { [channel in Channel]?: Sent<Given> } = {}
  return (channel: Channel, address: string): Sent<Given> => {
    const before = made[channel]
    if (before?.address === address) return before
    const decidedAt = Date.now()
    return (made[channel] = { id: newId(decidedAt), channel, address, decidedAt, ...given })
  }
}

/** One answer for each, or why there is none: refused as a whole, too much at once, or not known to have arrived. */
export async function postForm(
  { base, configuration }: ConsentHandle,
  where: 'opt-ins' | 'opt-outs',
  batch: object,
): Promise<readonly FormAnswer[] | 'failed' | 'busy' | 'unreachable'> {
  try {
    const answer = await fetch(`${base}../../v1/sites/${configuration.site}/${where}`, {
      method: 'POST',
      // A string is sent as text/plain, which needs no preflight.
      body: JSON.stringify(batch),
      credentials: 'omit',
      keepalive: true,
      signal: AbortSignal.timeout(PATIENCE),
    })
    const { status } = answer
    if (status === 429) return 'busy'
    if (status > 499) return 'unreachable'
    return answer.ok ? ((await answer.json()) as { entries: readonly FormAnswer[] }).entries : 'failed'
  } catch {
    return 'unreachable' // Nothing came back, or not as we understand: it may be recorded or not.
  }
}
