import { canonicalJson } from '../../shared/domain/canonical.ts'
import type { DrillEntry } from '../../shared/domain/entry.ts'
import { checkpoint } from './checkpoint.ts'
import { requireContinuity } from './continuity.ts'
import { contentHash } from './entry.ts'
import type { Ledger } from './ledger.ts'

export type DrillResult = Omit<DrillEntry, 'v' | 'site' | 'id' | 'receivedAt' | 'sent' | 'type'>

/** Records a drill in a site's log, for everybody who reads it, and signs it; answers its index. `id`: a fresh UUID. */
export async function appendDrill(
  ledger: Ledger,
  site: string,
  id: string,
  result: DrillResult,
): Promise<number> {
  requireContinuity(ledger, site)
  const part = { type: 'drill', ...result } as const
  const entry: DrillEntry = {
    v: 1,
    site,
    id: `drill:${id}`,
    receivedAt: ledger.now(),
    sent: contentHash(canonicalJson(part)),
    ...part,
  }
  const [appended] = await ledger.store.append(site, [{ entry }])
  if (!appended || !('index' in appended)) throw new Error(`couldn't record the drill ${id} in ${site}`)
  checkpoint(ledger, site)
  return appended.index
}
