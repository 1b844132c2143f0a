import type { ToldBy } from '../../shared/domain/marketing.ts'
import type { Channel, SiteConfiguration } from '../../shared/domain/site.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { appendOptOuts, type OptOutAnswer } from './opt-out.ts'

/** What a person said to somebody of the owner's. */
export interface Revocation {
  readonly id: string
  readonly channel: Channel
  /** In any spelling. */
  readonly address: string
  readonly program?: string
  /** When they said it. */
  readonly decidedAt: number
  readonly told: ToldBy
  /** Who records it: `key:<id>` or `command:<name>`. */
  readonly actor: string
  readonly reference?: string
}

/** Clocks of the two may differ by this much. */
const AHEAD = 10 * 60_000

/** Records it from when it was said: what was sent in between is seen to have been sent after it. */
export async function recordRevocation(
  ledger: Ledger,
  site: string,
  revocation: Revocation,
  configuration: Pick<SiteConfiguration, 'programs'>,
): Promise<Exclude<OptOutAnswer, { refused: unknown }> | { readonly detail: string }> {
  if (revocation.decidedAt > ledger.now() + AHEAD)
    return { detail: '"decidedAt" is still to come: write when it was said' }
  const [answer] = await appendOptOuts(ledger, site, [{ ...revocation, method: 'staff' }], configuration)
  return 'refused' in answer! ? { detail: answer.detail } : answer!
}
