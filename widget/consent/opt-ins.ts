import type { Confirmation } from '../../shared/domain/marketing.ts'
import type { Channel } from '../../shared/domain/site.ts'
import type { ConsentHandle, Shown } from './handle.ts'
import { newId } from './ids.ts'

/** An opt-in as it is sent. */
export interface SentOptIn extends Shown {
  readonly id: string
  readonly program: string
  readonly channel: Channel
  /** As it was typed. */
  readonly address: string
  readonly decidedAt: number
  readonly method: 'form' | 'offer'
  readonly ofAge?: true
}

export interface OptInAnswer {
  readonly id: string
  readonly refused?: string
  /** `double`: it holds only once it is confirmed. */
  readonly confirmation?: Confirmation
}

/** A server that hangs is one that does not answer: the person may try again. */
const PATIENCE = 15_000

/** Makes opt-ins. The same content keeps its id until it changes, so that nothing sent again is recorded twice. */
export function optInMaker(given: Omit<SentOptIn, 'id' | 'channel' | 'address' | 'decidedAt'>) {
  const made: { [channel in Channel]?: SentOptIn } = {}
  return (channel: Channel, address: string): SentOptIn => {
    const before = made[channel]
    if (before?.address === address) return before
    const decidedAt = Date.now()
    return (made[channel] = { id: newId(decidedAt), channel, address, decidedAt, ...given })
  }
}

/** One answer for each, or why there is none: refused as a whole, too much at once, or not known to have arrived. */
export async function postOptIns(
  { base, configuration }: ConsentHandle,
  optIns: readonly SentOptIn[],
): Promise<readonly OptInAnswer[] | 'failed' | 'busy' | 'unreachable'> {
  try {
    const answer = await fetch(`${base}../../v1/sites/${configuration.site}/opt-ins`, {
      method: 'POST',
      // A string is sent as text/plain, which needs no preflight.
      body: JSON.stringify({ optIns }),
      credentials: 'omit',
      keepalive: true,
      signal: AbortSignal.timeout(PATIENCE),
    })
    const { status } = answer
    if (status === 429) return 'busy'
    if (status > 499) return 'unreachable'
    return answer.ok ? ((await answer.json()) as { entries: readonly OptInAnswer[] }).entries : 'failed'
  } catch {
    return 'unreachable' // Nothing came back, or not as we understand: it may be recorded or not.
  }
}
